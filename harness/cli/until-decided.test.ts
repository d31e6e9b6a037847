import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
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

test('a run stops at the look that decides, with the digest of a run of as many seeds', async () => {
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

test.skipIf(process.platform === 'win32')(
  'a run that was interrupted on the way to a look goes on by the line that it prints, and without the option',
  async () => {
    const out = join(folder, 'interrupted')
    const words = ['run', '--suite', suite, '--criterion', 'L1 recall >= 20%', '--workers', '1']
    const journal = join(out, 'units.ndjson')
    const done = () => (existsSync(journal) ? readFileSync(journal, 'utf8').split('\n').length - 1 : 0)
    const interrupt = async (args: readonly string[], from: number) => {
      const command = [join(import.meta.dirname, 'carmine.mjs'), ...args]
      const run = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'pipe'] })
      let told = ''
      for (const stream of [run.stdout, run.stderr]) stream.on('data', text => (told += text))
      while (done() < from && run.exitCode === null) await setTimeout(5)
      run.kill('SIGINT')
      const [exitCode] = await once(run, 'close')
      expect(exitCode).toBe(130)
      return told
    }
    const told = await interrupt([...words, '--until-decided', '--out', out], 1)
    expect(told).toMatch(/interrupted on the way to look \d of 4: \d+ of \d+ parts up to there were run/)
    expect(told).toMatch(/\? inconclusive: incomplete, \d+ of \d+ trials were not run; /)
    const next = / {2}(?:npx )?carmine (run .* --until-decided --out \S+ --resume)\n/.exec(told)![1]!
    // The looks are in the plan, so that they need not be asked for again.
    const again = await interrupt([...words, '--out', out, '--resume'], done() + 1)
    expect(again).toMatch(/\d+ of at most \d+ parts were done before/)
    const line = next.match(/'[^']*'|\S+/g)!.map(word => word.replaceAll("'", ''))
    const resumed = await carmine(...line, '--json')
    const whole = await carmine(...words, '--until-decided', '--out', join(folder, 'unbroken'), '--json')
    expect([resumed.exitCode, whole.exitCode]).toEqual([0, 0])
    const { logDigest, trials, looks, criteria } = JSON.parse(whole.stdout) as Summary
    expect(JSON.parse(resumed.stdout)).toMatchObject({ logDigest, trials, looks, criteria })
    expect(looks!.taken).toBeLessThan(looks!.planned.length)
    const ended = await carmine(...words, '--out', out, '--resume', '--json')
    expect(ended.stderr).toContain('is finished: nothing is left to do')
    expect(JSON.parse(ended.stdout)).toMatchObject({ logDigest })
  },
  180_000,
)

test.each([
  [['--suite', 'pitfalls'], /suite pitfalls has no criteria to decide/],
  [['--suite', 'kind-smoke', '--criterion', 'L1 recall >= 50%'], /--until-decided is for --backend sim/],
  [['--shard', '1/2'], /--shard/],
])('run --until-decided %j is a wrong use', async (args, told) => {
  const { exitCode, stdout, stderr } = await carmine('run', '--until-decided', ...args)
  expect({ exitCode, stdout }).toEqual({ exitCode: 64, stdout: '' })
  expect(stderr).toMatch(told)
})
