import { execFile } from 'node:child_process'
import module from 'node:module'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { allRows } from './fixtures/all-rows.ts'
import { planOf, rowOf, scenarioOf, shippedSubject } from './fixtures/trials.ts'
import { runSuite } from './run-suite.ts'
import { runTrial, runUnit, type UnitResult } from './run-unit.ts'
import { planUnits, type SuitePlan } from './suite-plan.ts'

/** One row in five is run alone in each unit: it takes ten times as long. */
const turns = 5
/** Shorter than a suite's, for speed: rows part early. */
const horizonMs = 900_000
const names = ['error-ratio', 'latency', 'crash-at-start', 'dependency-outage', 'almost-no-traffic']

describe.each(names)('rows that part from the shared open loop: %s', name => {
  const silence = [
    { kind: 'scrapes-fail' as const, at: '150s', for: '20s' },
    { kind: 'prometheus-down' as const, at: '4m', for: '30s' },
  ]
  const plain = scenarioOf(name)
  const scenarios = [plain, scenarioOf(name, { disturbances: [...rawDisturbances(name), ...silence] })]

  test.each([
    ['as shipped', 0],
    ['with telemetry that fails', 1],
  ])(
    'have the log that they have alone, %s',
    (_, scenario) => {
      const plan = planOf([scenarios[scenario]!], allRows(), { firstSeed: 11 + scenario, horizonMs })
      for (const unit of planUnits(plan)) {
        const { trials } = runUnit(plan, unit, () => false)
        // Every row in one scenario as shipped and in one with telemetry that fails, faulty and not.
        const turn = 4 * names.indexOf(name) + 2 * scenario + unit.index
        const checked = trials.filter((_, i) => (i + turn) % turns === 0)
        // A trial's result holds the digest of its log.
        for (const trial of checked) expect(trial, trial.id).toEqual(runTrial(plan, unit, trial).trial)
        expect(new Set(trials.map(({ digest }) => digest)).size).toBe(trials.length)
      }
    },
    60_000,
  )
})

test('a row without an engine has the log that it has alone, though its detectors are scored', () => {
  const stock = allRows().filter(({ rows }) => rows.some(({ policy }) => policy === 'stock-argo'))
  const plan = { ...planOf([scenarioOf('prometheus-down')], stock, { seeds: 3, horizonMs }), scored: ['stock-argo'] }
  for (const unit of planUnits(plan)) {
    const { trials } = runUnit(plan, unit, () => false)
    for (const trial of trials) expect(trial).toEqual(runTrial(plan, unit, trial).trial)
  }
})

/** Disturbances as the scenario's file writes them. */
function rawDisturbances(name: string): unknown[] {
  const [outage] = scenarioOf(name).disturbances
  return outage === undefined
    ? []
    : [{ kind: 'dependency-outage', service: 'payments', at: '3m', for: '2m', errorRatio: '20%' }]
}

const rows = [rowOf('careful', 'L0'), rowOf('careful'), rowOf('null')]
const small = planOf([scenarioOf('error-ratio')], [{ subject: shippedSubject, rows }], { seeds: 2, horizonMs })

test('one worker and two give the same results', async () => {
  const run = async (workers: number, plan: SuitePlan) => {
    const units: UnitResult[] = []
    const result = await runSuite(plan, {
      workers,
      logs: 'failing',
      signal: new AbortController().signal,
      onUnit: unit => units.push(unit),
      onCrash: message => expect.unreachable(message),
    })
    return { ...result, units: units.sort((a, b) => a.unit - b.unit) }
  }
  const [one, two] = await Promise.all([run(1, small), run(2, small)])
  expect(one.logDigest).toMatch(/^[0-9a-f]{64}$/)
  expect(two).toEqual(one)
  expect(one.repeated).toBe(12)
})

test('time zone and locale change no byte', async () => {
  const script = fileURLToPath(new URL('fixtures/print-digests.ts', import.meta.url))
  const cache = module.getCompileCacheDir()
  const env = {
    ...process.env,
    NODE_COMPILE_CACHE: cache && dirname(cache),
    TZ: 'Pacific/Kiritimati',
    LANG: 'tr_TR.UTF-8',
    LC_ALL: 'tr_TR.UTF-8',
  }
  const { stdout } = await promisify(execFile)(process.execPath, [script], { env, cwd: '/' })
  const plan = planOf([scenarioOf('error-ratio')], allRows(), { horizonMs })
  const here = planUnits(plan).flatMap(unit => runUnit(plan, unit, () => false).trials.map(({ digest }) => digest))
  expect(stdout.trim().split(' ')).toEqual(here)
})
