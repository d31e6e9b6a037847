import { beforeAll, expect, test } from 'vitest'
import { leaveAlone } from '../model/ground-truth.ts'
import { planOf, rowOf, scenarioOf, shippedSubject } from './fixtures/trials.ts'
import { runSuite, type SuiteResult } from './run-suite.ts'
import type { UnitResult } from './run-unit.ts'
import { planUnits } from './suite-plan.ts'
import { runUntilDecided } from './until-decided.ts'

const groups = [{ subject: shippedSubject, rows: [rowOf('null')] }]
const good = { deploys: [{ truth: leaveAlone }] }
const scenarios = [scenarioOf('almost-no-traffic', good), scenarioOf('slow-warm-up', good)]
const plan = planOf(scenarios, groups, { seeds: 8 })
const options = {
  workers: 1,
  logs: 'failing' as const,
  signal: new AbortController().signal,
  onUnit: () => {},
  onCrash: (message: string) => expect.unreachable(message),
}

/** Three seeds of the plan, without looks. */
const fewer = { ...plan, suite: { ...plan.suite, seeds: 3 } }
const alone: UnitResult[] = []
let whole: SuiteResult
beforeAll(async () => {
  whole = await runSuite(fewer, { ...options, onUnit: unit => alone.push(unit) })
})

test('a run that ends at a look is the run of as many seeds', async () => {
  const seen: number[] = []
  const done: UnitResult[] = []
  const { seeds, result } = await runUntilDecided(plan, {
    ...options,
    onUnit: unit => done.push(unit),
    looks: [1, 3, 8],
    isEnough: so => {
      seen.push(so)
      expect(done).toHaveLength(2 * so)
      return so === 3
    },
  })
  expect(seen).toEqual([1, 3])
  expect(seeds).toBe(3)
  const trials = (units: readonly UnitResult[]) =>
    units.toSorted((a, b) => a.unit - b.unit).flatMap(unit => unit.trials)
  expect(trials(done)).toEqual(trials(alone))
  expect(result).toMatchObject({ planned: 6, done: 6, logDigest: whole.logDigest })
})

test('units that an earlier start has run are not run again', async () => {
  // All but the last; indices are those of the plan with all its seeds.
  const kept = planUnits(fewer)
    .slice(0, -1)
    .map(({ index, scenario, seed }) => [8 * scenario + seed - 1, whole.digests.get(index)!] as const)
  const added: number[] = []
  const { result } = await runUntilDecided(plan, {
    ...options,
    done: new Map(kept),
    onUnit: ({ unit }) => added.push(unit),
    looks: [1, 3],
    isEnough: so => so === 3,
  })
  expect(added).toEqual([10])
  expect(result).toMatchObject({ planned: 6, done: 6, logDigest: whole.logDigest })
})

test('a run that is interrupted as a look ends that is not enough has not ended', async () => {
  const interruption = new AbortController()
  const { seeds, result } = await runUntilDecided(plan, {
    ...options,
    signal: interruption.signal,
    onUnit: ({ unit }) => unit === 8 && interruption.abort(),
    looks: [1, 8],
    isEnough: () => false,
  })
  expect(seeds).toBe(8)
  expect(result).toMatchObject({ planned: 16, done: 2 })
})

test('a run that is interrupted says of which look it holds a part', async () => {
  const interruption = new AbortController()
  const { seeds, result } = await runUntilDecided(plan, {
    ...options,
    signal: interruption.signal,
    looks: [1, 8],
    isEnough: () => {
      interruption.abort()
      return false
    },
  })
  expect(seeds).toBe(8)
  expect(result).toMatchObject({ planned: 16, done: 2, lost: [] })
  expect([...result.digests.keys()]).toEqual([0, 8])
})
