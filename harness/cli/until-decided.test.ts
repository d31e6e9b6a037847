import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Summary } from '../judge/summary.ts'
import { carmine } from './fixtures/carmine.ts'

const folder = mkdtempSync(join(tmpdir(), 'carmine-looks-'))
afterAll(() => rmSync(folder, { recursive: true }))

const suite = join(folder, 'suite.yaml')
writeFileSync(
  suite,
  'apiVersion: carmine/v1alpha1\nkind: Suite\nmetadata: { name: tiny }\nspec: { description: x, scenarios: [wrong-image], seeds: 8, levels: [L1], anchors: [] }\n',
)

test('a run stops at the look that decides, with the digest of a run of as many seeds', {
  timeout: 180_000,
}, async () => {
  const summaryOf = async (name: string, ...args: string[]) => {
    const out = ['--out', join(folder, name), '--workers', '1', '--json']
    const { exitCode, stdout } = await carmine('run', '--suite', suite, ...args, ...out)
    expect(exitCode).toBe(0)
    return JSON.parse(stdout) as Summary
  }
  const looked = await summaryOf('looked', '--until-decided', '--criterion', 'L1 recall >= 2%')
  expect(looked.looks).toEqual({ planned: [1, 2, 4, 8], taken: 2 })
  // One trial shows 0.6 %, two show 7.9 %, each at the level of its look.
  expect(looked.criteria[0]).toMatchObject({ verdict: 'pass', look: 2, n: 2, confidence: 0.99375, missing: null })
  const plain = await summaryOf('plain', '--seeds', '2', '--criterion', 'L1 recall >= 2%')
  expect(plain).toMatchObject({ logDigest: looked.logDigest, trials: looked.trials, looks: null })
  expect(readFileSync(join(folder, 'plain/trials.ndjson'))).toEqual(readFileSync(join(folder, 'looked/trials.ndjson')))
})

test.each([
  [['--suite', 'pitfalls'], /suite pitfalls has no criteria to decide/],
  [['--suite', 'kind-smoke', '--criterion', 'L1 recall >= 50%'], /on the simulator alone/],
  [['--shard', '1/2'], /--shard/],
])('run --until-decided %j is a wrong use', async (args, told) => {
  const { exitCode, stdout, stderr } = await carmine('run', '--until-decided', ...args)
  expect({ exitCode, stdout }).toEqual({ exitCode: 64, stdout: '' })
  expect(stderr).toMatch(told)
})
