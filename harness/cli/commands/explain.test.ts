import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { playCase } from '../../../clusters/sim/argo/play-case.ts'
import { carmine } from '../fixtures/carmine.ts'

const vectors = join(import.meta.dirname, '../../../clusters/sim/argo/vectors')
const aborted = join(vectors, 'failure-limit-2.json')
const folder = mkdtempSync(join(tmpdir(), 'carmine-explain-'))
afterAll(() => rmSync(folder, { recursive: true }))

interface Story {
  rollout?: { readonly spec: Record<string, unknown> }
  [key: string]: unknown
}

function caseFile(change: (file: Story) => void): string {
  const file = JSON.parse(readFileSync(aborted, 'utf8')) as Story
  change(file)
  const path = join(folder, 'case.json')
  writeFileSync(path, JSON.stringify(file, null, 1))
  return path
}

test('--json prints what the simulated controller records, as one object', async () => {
  const { exitCode, stdout } = await carmine('explain', '--json', '--case', aborted)
  expect(exitCode).toBe(0)
  expect(JSON.parse(stdout)).toEqual(JSON.parse(JSON.stringify(playCase(JSON.parse(readFileSync(aborted, 'utf8'))))))
})

test('a person reads when the rollout was aborted, and why, within 100 columns', async () => {
  const { stdout } = await carmine('explain', '--case', aborted)
  expect(stdout).toMatch(/^ 0:10\.0 {2}rollout {3}Degraded at step 0: RolloutAborted: .* revision 2:$/m)
  expect(stdout).toMatch(/in the end: Degraded, stable r1\nBackground analysis: Failed, .*failureLimit \(2\)\n$/)
  expect(Math.max(...stdout.split('\n').map(line => line.length))).toBeLessThanOrEqual(100)
})

test.each(readdirSync(vectors).filter(name => name.endsWith('.json')))('%s is taken', async name => {
  expect(await carmine('explain', '--json', '--case', join(vectors, name))).toMatchObject({ exitCode: 0, stderr: '' })
})

test.each<[string, (file: Story) => void, RegExp]>([
  ['no rollout', file => delete file.rollout, /:1:1: error: `rollout` is missing/],
  ['an unknown action', file => (file['actions'] = [{ at: 1, do: 'promot' }]), /did you mean `promote`\?/],
  [
    'a misspelt field',
    file => (file.rollout!.spec['replics'] = 3),
    /`spec\.replics` is not a field of Rollout \(did you mean `replicas`\?\)/,
  ],
  [
    'a signal that is no number',
    file => (file['signals'] = { ok: [{ from: 0, value: [] }] }),
    /`signals\.ok\[0\]\.value`/,
  ],
  ['no time to watch', file => (file['observe'] = 0), /`observe`/],
  [
    'what is not simulated',
    file => (file.rollout!.spec['strategy'] = { blueGreen: { activeService: 'a' } }),
    /not simulated.*blueGreen/,
  ],
])('a case with %s is refused', async (_, change, message) => {
  const { exitCode, stderr } = await carmine('explain', '--case', caseFile(change))
  expect(exitCode).toBe(78)
  expect(stderr).toMatch(message)
})

test.each([
  ['none.json', /cannot be read: there is no such file/],
  ['.', /is a folder, and a file is expected/],
])('the file %s is refused', async (name, message) => {
  const { exitCode, stderr } = await carmine('explain', '--case', join(folder, name))
  expect({ exitCode, stderr }).toEqual({ exitCode: 78, stderr: expect.stringMatching(message) })
})
