import { expect, test } from 'vitest'
import { leaveAlone } from '../model/ground-truth.ts'
import { planOf, rowOf, scenarioOf, shippedSubject } from './fixtures/trials.ts'
import { runSuite } from './run-suite.ts'
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

test('a run that ends at a look is the run of as many seeds', { timeout: 30_000 }, async () => {
  const seen: number[] = []
  const { plan: ran, result } = await runUntilDecided(plan, {
    ...options,
    looks: [1, 3, 8],
    isEnough: ({ suite }, { units }) => {
      seen.push(suite.seeds)
      expect(units).toHaveLength(2 * suite.seeds)
      return suite.seeds === 3
    },
  })
  expect(seen).toEqual([1, 3])
  expect(ran).toEqual({ ...plan, suite: { ...plan.suite, seeds: 3 } })
  const whole = await runSuite(ran, options)
  expect(result.units).toEqual(whole.units)
  expect(result.logDigest).toBe(whole.logDigest)
  expect(result.planned).toBe(6)
})

test('a run that is interrupted says of which look it holds a part', { timeout: 30_000 }, async () => {
  const interruption = new AbortController()
  const { plan: ran, result } = await runUntilDecided(plan, {
    ...options,
    signal: interruption.signal,
    looks: [1, 8],
    isEnough: () => {
      interruption.abort()
      return false
    },
  })
  expect(ran.suite.seeds).toBe(8)
  expect(result).toMatchObject({ planned: 16, lost: [] })
  expect(result.units.map(({ unit }) => unit)).toEqual([0, 8])
})
