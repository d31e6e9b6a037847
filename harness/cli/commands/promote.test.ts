import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { carmine } from '../fixtures/carmine.ts'

const folder = mkdtempSync(join(tmpdir(), 'carmine-promote-'))
afterAll(() => rmSync(folder, { recursive: true }))

const file = (name: string, text: string) => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}
const suite = file(
  'suite.yaml',
  'apiVersion: carmine/v1alpha1\nkind: Suite\nmetadata: { name: tiny }\nspec: { description: one, scenarios: [wrong-image], seeds: 4, anchors: [] }\n',
)
const promotion = (name: string, level: string, ...criteria: string[]) =>
  file(
    name,
    `apiVersion: carmine/v1alpha1\nkind: Promotion\nmetadata: { name: own }\nspec:\n  description: may act\n  level: ${level}\n  suite: ${suite}\n  criteria: ${JSON.stringify(criteria)}\n`,
  )
const promote = (...args: string[]) => carmine('promote', '--policy', 'careful', ...args)

test('a promotion is run until it is decided, and written for whoever signs', async () => {
  const own = promotion('l1.yaml', 'L1', 'L1 recall >= 20%')
  const out = join(folder, 'answer.md')
  const cwd = process.cwd()
  process.chdir(folder)
  try {
    const args = ['--service', 'checkout', '--from', 'L0', '--to', 'L1', '--promotion', own, '--out', out]
    const { exitCode, stdout, stderr } = await promote(...args, '--workers', '1')
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
    expect(stdout).toMatch(/^# ✔ checkout may go from L0 to L1\n/)
    expect(readFileSync(out, 'utf8')).toBe(stdout)
    expect(stdout).toContain('| `L1 recall >= 20%` | 100% |')
    expect(stdout).toMatch(/\| fdrtS\S* \| \S+ \| \S+ \| −/)
    expect(stdout).toContain(
      `carmine promote --service checkout --policy careful --from L0 --to L1 --promotion ${own} --seed 1\n`,
    )
  } finally {
    process.chdir(cwd)
  }
})

test.each([
  [['--from', 'L2', '--to', 'L1'], 64, /--to L1 is not above --from L2/],
  [['--from', 'L0', '--to', 'L1', '--service', 'cart'], 64, /the Rollout under test is `checkout`.*--rollout/],
  [
    ['--from', 'L0', '--to', 'L1', '--promotion', promotion('l3.yaml', 'L3', 'L3 proposals.correct > 70%')],
    78,
    /L3 is no step from L0 to L1/,
  ],
  [
    ['--from', 'L0', '--to', 'L1', '--promotion', promotion('other.yaml', 'L1', 'L3 recall > 70% in pods')],
    78,
    /other\.yaml:8:15: error: the run has no level L3.*\n.*other\.yaml:8:34: error: the run has no family `pods`/,
  ],
  [
    ['--from', 'L0', '--to', 'L1', '--seeds', '1', '--policy', 'carful'],
    78,
    /there is no policy `carful` \(did you mean `careful`\?\)/,
  ],
])('promote %j ends with %i', async (args, exitCode, told) => {
  const ended = await promote(...args)
  expect(ended).toMatchObject({ exitCode, stdout: '' })
  expect(ended.stderr).toMatch(told)
})
