import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { foldInstants } from '../../judge/instants.ts'
import { rootCauseOf } from '../../model/scenario.ts'
import { readEvents } from '../../model/trial-log.ts'
import { runTrial } from '../../run/run-unit.ts'
import { carmine } from '../fixtures/carmine.ts'
import { shippedNames, shippedPath } from '../load/documents.ts'
import { loadPlan } from '../load/load-plan.ts'
import { ndjson } from '../run-folder.ts'
import { formatTime } from '../timeline.ts'

const folder = mkdtempSync(join(tmpdir(), 'carmine-show-'))
const log = join(folder, 'trial.ndjson')
let lines: string[]
let instants: ReturnType<typeof foldInstants>
afterAll(() => rmSync(folder, { recursive: true }))
beforeAll(() => {
  const { plan } = loadPlan({ suite: 'quick', scenarios: ['error-ratio'], seed: 1, lenient: false })
  const { frames } = runTrial(
    plan,
    { index: 0, scenario: 0, variant: 'faulty', seed: 1 },
    { policy: 'careful', level: 'L1' },
  )
  instants = foldInstants(
    [...readEvents(frames)],
    plan.scenarios[0]!.deploys[0]!.truth,
    rootCauseOf(plan.scenarios[0]!, 'faulty'),
  )
  writeFileSync(join(folder, 'trial.frames'), frames)
  writeFileSync(log, ndjson(frames))
  lines = ndjson(frames).trimEnd().split('\n')
})

function logOf(text: string): string {
  const path = join(folder, 'other.ndjson')
  writeFileSync(path, text)
  return path
}

const documents = (['catalogue', 'suites', 'policies', 'promotion', 'topology'] as const).flatMap(kind =>
  shippedNames(kind).map(name => [kind, name] as const),
)

test.each(documents)('a shipped document is shown by its path: %s/%s', async (kind, name) => {
  const { exitCode, stdout } = await carmine('show', shippedPath(kind, name))
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(new RegExp(`^(scenario|suite|policy|promotion|topology) ${name}\n`))
  expect(stdout).toMatch(/\nfile +\S+\.yaml\n$/)
})

test.each([
  [['promotion', 'l1'], /^promotion l1\n.*\n\nstep +L0 to L1\nsuite +pre-promotion.*\nhas to show +L1 recall >= 95%\n/],
  [['l2'], /\nstep +L1 to L2\n/],
  [
    ['scenario', 'latency'],
    /deploy +at 2m: latency \(every request takes several times as long\), latencyFactor\s+log-normal/,
  ],
  [
    ['dependency-outage'],
    /disturbance +dependency-outage, at 2m30s to 7m, for 30s to 5m, service payments, errorRatio/,
  ],
  [['feature-flag'], /incident +at 4m: flag new-pricing goes on, feature-flag/],
  [
    ['topology', 'shop'],
    /\ncheckout +service, pods of the Rollout, workers 4, .*\n +calls payments, timeout 1000ms, retries 2\n/,
  ],
  [['shop'], /\nroute buy +40% of the requests, to checkout\n/],
  [
    ['policy', 'careful'],
    /engine acts +any of onset-expert, in-flight, progress, .*\nin shadow +argo-analysis, threshold\n/,
  ],
  [['suites', 'quick'], /has to show +L1 falsePositiveRate\.twins < 10%\n/],
])('show %j', async (words, text) => {
  expect((await carmine('show', ...words)).stdout).toMatch(text)
})

test.each([
  [
    ['latancy'],
    78,
    /there is no scenario, policy, suite, promotion or topology `latancy` \(did you mean `latency`\?\)/,
  ],
  [['policy', 'carefull'], 78, /there is no policy `carefull` \(did you mean `careful`\?\)/],
  [['suite', shippedPath('catalogue', 'latency')], 78, /:4:7: error: this is a Scenario, and a Suite is expected\n$/],
  [[folder], 78, /is a folder, and a file is expected/],
  [[join(folder, 'none.yaml')], 78, /there is no such file/],
  [['scenario'], 64, /carmine show scenario NAME/],
  [['fault', 'latency'], 64, /there is no kind `fault`/],
])('show %j is refused with %i', async (words, code, message) => {
  const { exitCode, stderr } = await carmine('show', ...words)
  expect({ exitCode, stderr }).toEqual({ exitCode: code, stderr: expect.stringMatching(message) })
})

test('--output yaml is the file itself, where one of your own begins', async () => {
  const { stdout } = await carmine('show', 'policy', 'careful', '--output', 'yaml')
  expect(stdout).toBe(readFileSync(shippedPath('policies', 'careful'), 'utf8'))
})

test('--json is the document and its file', async () => {
  const { stdout } = await carmine('show', 'policy', 'careful', '--json')
  expect(JSON.parse(stdout)).toMatchObject({
    file: expect.stringMatching(/careful\.yaml$/),
    document: { kind: 'Policy' },
  })
})

test("a log is drawn with the judge's instants among its events", async () => {
  const { exitCode, stdout } = await carmine('show', log)
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/^error-ratio\/faulty\/careful\/L1\/1, sim, horizon 30:00\.0\n/m)
  const { deployedMs, onsetMs } = instants
  expect(stdout).toContain(`\n1 deployed    ${formatTime(deployedMs!)}\n2 onset       ${formatTime(onsetMs!)}\n`)
  expect(stdout).toMatch(/\n3 detected +[\d:.]+ +\S+ after the onset\n/)
  const marks = ['release', 'onset', 'alarm', 'page', 'detected', 'acted', 'effective', 'resolved']
  const places = marks.map(mark => stdout.search(new RegExp(`^ *[\\d:.]+ {2}${mark} `, 'm')))
  expect(places).toEqual(places.toSorted((a, b) => a - b))
  expect(places).not.toContain(-1)
  expect(Math.max(...stdout.split('\n').map(line => line.length))).toBeLessThanOrEqual(100)
})

test('frames and NDJSON show the same, and --json the instants in ms', async () => {
  const { stdout } = await carmine('show', log)
  expect((await carmine('show', join(folder, 'trial.frames'))).stdout).toBe(stdout)
  const json = JSON.parse((await carmine('show', log, '--json')).stdout)
  expect(json.instants).toMatchObject({
    onset: instants.onsetMs,
    detected: instants.detectedMs,
    recovered: instants.recoveredMs,
  })
  expect(json.trial).toMatchObject({ scenario: 'error-ratio', level: 'L1' })
})

test("the scenario of a log is the plan's, where the log lies in a run's folder", async () => {
  const logs = join(folder, 'run/logs')
  mkdirSync(logs, { recursive: true })
  const own = lines.join('\n').replace('"error-ratio"', '"mine"')
  writeFileSync(join(logs, 'a.ndjson'), own)
  expect(await carmine('show', join(logs, 'a.ndjson'))).toMatchObject({
    exitCode: 78,
    stderr: expect.stringContaining(
      '`mine` is neither in the plan of a run here nor shipped (name its file with --scenario)',
    ),
  })
  expect(await carmine('show', join(logs, 'a.ndjson'), '--scenario', 'error-ratio')).toMatchObject({ exitCode: 0 })
  const { plan } = loadPlan({ suite: 'quick', scenarios: ['error-ratio'], seed: 1, lenient: false })
  const stored = { ...plan, version: '0.1.0', backend: 'sim', logs: 'all', replayArguments: [] }
  const scenarios = [{ ...plan.scenarios[0]!, name: 'mine', description: 'out of the plan' }]
  writeFileSync(join(folder, 'run/plan.json'), JSON.stringify({ ...stored, scenarios }))
  expect((await carmine('show', join(logs, 'a.ndjson'))).stdout).toContain('\nout of the plan\n')
})

test.each<[string, () => string, RegExp]>([
  ['is empty', () => '', /does not begin with `trial\.started`/],
  ['has lost its beginning', () => lines.slice(1).join('\n'), /does not begin with `trial\.started`/],
  ['ends inside a line', () => lines.join('\n').slice(0, -5), /:\d+:1: error: is no event of a log: /],
  ['lacks a field', () => lines[0]!.replace('"seed"', '"sede"'), /:1:1: error: is no event of a log/],
  [
    'has an unknown type',
    () => lines[0]!.replace('trial.started', 'trial.begun'),
    /the type `trial\.begun` is not known/,
  ],
  ['is of another version', () => lines[0]!.replace('"v":1', '"v":9'), /version 9, and 1 is read/],
])('a log that %s is refused', async (_, text, message) => {
  const { exitCode, stderr } = await carmine('show', logOf(text()))
  expect({ exitCode, stderr }).toEqual({ exitCode: 78, stderr: expect.stringMatching(message) })
})

test('frames that are cut off are refused', async () => {
  const path = join(folder, 'cut.frames')
  writeFileSync(path, readFileSync(join(folder, 'trial.frames')).subarray(0, 500))
  expect(await carmine('show', path)).toMatchObject({
    exitCode: 78,
    stderr: expect.stringMatching(/is no log of this version/),
  })
})
