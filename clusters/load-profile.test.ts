import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { type LoadPlan, modulationStepMs, steadyLoad } from '../harness/model/load.ts'
import { anyLoadPlan } from './fixtures/load-plans.ts'
import { dayShape, meanFactor, modulation, rateFactor, routeShare, tenantShare } from './load-profile.ts'

const hourMs = 3_600_000
const planOf = (part: Partial<LoadPlan>): LoadPlan => ({ ...steadyLoad, ...part })
const ramp = planOf({
  stages: [
    { fromMs: 0, toMs: 60_000, from: 1, to: 3 },
    { fromMs: 60_000, toMs: 60_000, from: 3, to: 2 },
    { fromMs: 60_000, toMs: 120_000, from: 2, to: 2 },
  ],
})
const burst = planOf({
  bursts: [
    { fromMs: 7000, toMs: 12_000, factor: 4 },
    { fromMs: 10_000, toMs: 20_000, factor: 0.5 },
  ],
})

test.each([
  ['a steady load', steadyLoad, 12_345, 1],
  ['the start of a ramp', ramp, 0, 1],
  ['its middle', ramp, 30_000, 2],
  ['just before a stage of no length', ramp, 59_999, 3 - 2 / 60_000],
  ['the jump of that stage', ramp, 60_000, 2],
  ['after the last stage', ramp, 10 * hourMs, 2],
  ['the first ms of a burst', burst, 7000, 4],
  ['two bursts at once', burst, 11_000, 2],
  ['the end of the first', burst, 12_000, 0.5],
  ['the end of the second', burst, 20_000, 1],
] as const)('the factor of %s', (_, plan, tMs, expected) => {
  expect(rateFactor(plan, tMs)).toBeCloseTo(expected, 6)
})

test.each([
  ['a ramp', ramp, 0, 60_000, 2],
  ['a ramp and what follows', ramp, 0, 120_000, 2],
  ['a cell with the edge of a burst 2 s after its start', burst, 5000, 10_000, (2 + 3 * 4) / 5],
  ['a cell with an end and an overlap', burst, 10_000, 15_000, (2 * 2 + 3 * 0.5) / 5],
])('the mean of %s', (_, plan, fromMs, toMs, expected) => {
  expect(meanFactor(plan, fromMs, toMs)).toBeCloseTo(expected, 12)
})

describe('the daily shape', () => {
  const shape = { amplitude: 0.45, second: 0.1, peakMs: 15 * hourMs }
  const daily = (startsAtMs: number) =>
    planOf({ startsAtMs, daily: { ...shape, atStart: dayShape(shape, startsAtMs) } })

  it.each([0, 3, 9, 15, 20])('is 1 at the start and comes back after a day, from %i:00', hour => {
    expect(rateFactor(daily(hour * hourMs), 0)).toBe(1)
    expect(rateFactor(daily(hour * hourMs), 24 * hourMs)).toBeCloseTo(1, 12)
  })

  it('has its night at 42 % of its peak', () => {
    expect(rateFactor(daily(15 * hourMs), 12 * hourMs)).toBeCloseTo(0.65 / 1.55, 12)
  })

  it('over a day has the mean of the day, in any parts', () => {
    const plan = daily(9 * hourMs)
    expect(meanFactor(plan, 0, 24 * hourMs)).toBeCloseTo(1 / plan.daily!.atStart, 9)
    const parts = [0, 1, 2, 3].map(i => meanFactor(plan, i * 6 * hourMs, (i + 1) * 6 * hourMs))
    expect(parts.reduce((sum, part) => sum + part) / 4).toBeCloseTo(1 / plan.daily!.atStart, 9)
  })

  it('stays within 15 % of the base rate for half an hour from any time on', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1439 }), minute => {
        expect(Math.abs(rateFactor(daily(minute * 60_000), hourMs / 2) - 1)).toBeLessThan(0.15)
      }),
    )
  })
})

test('the slow modulation goes straight from knot to knot and ends after the last', () => {
  const plan = planOf({ modulation: [1, 1.2, 0.8] })
  const at = [0, 0.5, 1, 1.75, 2, 2.01, 9].map(step => modulation(plan, step * modulationStepMs))
  for (const [i, expected] of [1, 1.1, 1.2, 0.9, 0.8, 0.8, 1].entries()) expect(at[i]).toBeCloseTo(expected, 12)
  expect(meanFactor(plan, 2 * modulationStepMs, 4 * modulationStepMs)).toBeCloseTo(0.9, 12)
})

test('the mean of any plan is that of its parts, and that of its rate at many instants', () => {
  const ms = fc.integer({ min: 0, max: 2_000_000 })
  fc.assert(
    fc.property(anyLoadPlan, fc.uniqueArray(ms, { minLength: 3, maxLength: 3 }), (plan, instants) => {
      const [a, b, c] = instants.sort((x, y) => x - y) as [number, number, number]
      const whole = meanFactor(plan, a, c) * (c - a)
      const parts = meanFactor(plan, a, b) * (b - a) + meanFactor(plan, b, c) * (c - b)
      expect(Math.abs(whole - parts)).toBeLessThan(1e-6 * (1 + whole))
    }),
  )
  fc.assert(
    fc.property(anyLoadPlan, fc.integer({ min: 0, max: 399 }), (plan, cell) => {
      // No edge is finer than a ms: sums of the middles of its parts are exact but for the bend of the daily shape.
      const fromMs = cell * 5000
      let sum = 0
      for (let ms = 0; ms < 5000; ms++) sum += rateFactor(plan, fromMs + ms + 0.5)
      const mean = meanFactor(plan, fromMs, fromMs + 5000)
      expect(Math.abs(sum / 5000 - mean)).toBeLessThan(1e-6 * (1 + mean))
    }),
    { numRuns: 50 },
  )
})

test('shares of routes hold from their time on, and those of unknown names are 0', () => {
  const plan = planOf({
    routes: [
      { fromMs: 0, shares: { pay: 0.9, refund: 0.1 } },
      { fromMs: 60_000, shares: { pay: 0.4, status: 0.6 } },
    ],
    tenants: { acme: 0.7, globex: 0.3 },
  })
  expect([0, 59_999, 60_000].map(ms => routeShare(plan, 'pay', ms))).toEqual([0.9, 0.9, 0.4])
  expect([0, 60_000].map(ms => routeShare(plan, 'refund', ms))).toEqual([0.1, 0])
  expect([routeShare(plan, 'search', 0), routeShare(steadyLoad, 'pay', 0)]).toEqual([0, 0])
  expect([tenantShare(plan, 'acme'), tenantShare(plan, 'initech')]).toEqual([0.7, 0])
})
