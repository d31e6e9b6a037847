import fc from 'fast-check'
import { expect, test } from 'vitest'
import { meanFactor, modulation, rateFactor } from '../../clusters/load-profile.ts'
import { shippedParameters } from '../model/fixtures/parameters.ts'
import { loadSpec } from '../model/load.ts'
import { streamKey } from '../stats/uniform.ts'
import { planLoad } from './plan-load.ts'

const horizonMs = 1_800_000
const hourMs = 3_600_000
const plan = (written: object, seed = 1) =>
  planLoad(loadSpec.parse(written), shippedParameters.traffic, stream => streamKey(seed, 'scenario', stream), horizonMs)
const calm = { daily: 'off', burstiness: 'off' }
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

test('a load of which nothing is written is near its base rate, has the shipped mix and starts at any time of day', () => {
  const plans = Array.from({ length: 400 }, (_, seed) => plan({}, seed))
  for (const one of plans)
    expect(Object.values(one.routes[0]!.shares).reduce((sum, share) => sum + share)).toBeCloseTo(1, 9)
  const hours = new Set(plans.map(({ startsAtMs }) => Math.floor(startsAtMs / hourMs)))
  expect([...hours].sort((a, b) => a - b)).toEqual(Array.from({ length: 24 }, (_, hour) => hour))
  const means = plans.map(one => meanFactor(one, 0, horizonMs))
  expect(Math.abs(mean(means) - 1)).toBeLessThan(0.02)
  expect([Math.min(...means), Math.max(...means)].map(value => Math.abs(value - 1) < 0.25)).toEqual([true, true])
})

test('slow ups and downs have the written variation and fade with the written time', () => {
  const far = Array.from({ length: 2000 }, (_, seed) =>
    plan({ burstiness: { variation: 0.3, correlationTime: '1m' } }, seed),
  )
  const at = (ms: number) => far.map(one => modulation(one, ms) - 1)
  const product = (a: readonly number[], b: readonly number[]) => mean(a.map((value, i) => value * b[i]!))
  // Four standard errors of a mean of 2000 squares of gamma variables.
  const tolerance = 4 * Math.sqrt((2 * 0.3 ** 4 + 6 * 0.3 ** 6) / 2000)
  expect(Math.abs(product(at(0), at(0)) - 0.09)).toBeLessThan(tolerance)
  expect(Math.abs(product(at(600_000), at(600_000)) - 0.09)).toBeLessThan(tolerance)
  expect(Math.abs(product(at(600_000), at(660_000)) - 0.09 / Math.E)).toBeLessThan(tolerance)
})

test('stages follow each other from where the last one ended, and a later `from` jumps', () => {
  const { stages } = plan({
    ...calm,
    stages: [
      { for: '5m', target: 2 },
      { for: '1m', target: 2 },
      { for: '10s', from: 4, target: 0.5 },
    ],
  })
  expect(stages).toEqual([
    { fromMs: 0, toMs: 300_000, from: 1, to: 2 },
    { fromMs: 300_000, toMs: 360_000, from: 2, to: 2 },
    { fromMs: 360_000, toMs: 370_000, from: 4, to: 0.5 },
  ])
})

test('planned requests are the integral of the profile that was written', () => {
  const seconds = fc.integer({ min: 0, max: 600 })
  const factor = fc.double({ min: 0, max: 10, noNaN: true })
  const stage = fc.record({ for: seconds, target: factor, from: factor })
  fc.assert(
    fc.property(fc.array(stage, { maxLength: 3 }), stages => {
      const written = stages.map(one => ({ ...one, for: `${one.for}s` }))
      const lastTarget = stages.at(-1)?.target ?? 1
      const written30m = stages.reduce((sum, one) => sum + (one.for * (one.from + one.target)) / 2, 0)
      const rest = 1800 - stages.reduce((sum, one) => sum + one.for, 0)
      const integral = (meanFactor(plan({ ...calm, stages: written }), 0, horizonMs) * horizonMs) / 1000
      expect(Math.abs(integral - written30m - rest * lastTarget)).toBeLessThan(1e-6 * (1 + integral))
    }),
  )
})

test('bursts come when the seed says, within the written interval', () => {
  const drawn = Array.from({ length: 50 }, (_, seed) =>
    plan({ ...calm, bursts: [{ at: { from: '5m', to: '10m' }, for: '30s', factor: 6 }] }, seed),
  )
  const starts = drawn.map(one => one.bursts[0]!.fromMs)
  expect(new Set(starts).size).toBeGreaterThan(20)
  for (const [i, fromMs] of starts.entries()) {
    expect(fromMs >= 300_000 && fromMs <= 600_000).toBe(true)
    expect([fromMs - 1, fromMs, fromMs + 29_999, fromMs + 30_000].map(ms => rateFactor(drawn[i]!, ms))).toEqual([
      1, 6, 6, 1,
    ])
  }
})

test.each([
  ['a time of day', { startsAt: '14:30' }, { startsAtMs: 14.5 * hourMs }],
  ['a daily shape that is off', { daily: 'off' }, { daily: null }],
  ['no burstiness', { burstiness: 'off' }, { modulation: [] }],
  ['a variation of 0', { burstiness: { variation: 0 } }, { modulation: [] }],
  ['named tenants', { tenants: { shares: { acme: '60%', globex: '40%' } } }, { tenants: { acme: 0.6, globex: 0.4 } }],
  [
    'tenants by their number',
    { tenants: { count: 2, zipf: 1 } },
    { tenants: { 'tenant-1': 2 / 3, 'tenant-2': 1 / 3 } },
  ],
  [
    'two mixes',
    { routes: { pay: 1 }, laterRoutes: { at: '5m', routes: { pay: '50%', refund: '50%' } } },
    {
      routes: [
        { fromMs: 0, shares: { pay: 1 } },
        { fromMs: 300_000, shares: { pay: 0.5, refund: 0.5 } },
      ],
    },
  ],
] as const)('%s is planned as it is written', (_, written, expected) => {
  expect(plan(written)).toMatchObject(expected)
})

test.each([
  ['shares below 100 %', { routes: { pay: '90%' } }, 'do not add up'],
  ['the path of the readiness probe', { routes: { ready: 1 } }, 'ready'],
  ['an hour that no day has', { startsAt: '24:00' }, '14:00'],
  ['a negative factor', { stages: [{ for: '1m', target: -1 }] }, '0'],
])('%s is refused', (_, written, message) => {
  const { success, error } = loadSpec.safeParse(written)
  expect(success).toBe(false)
  expect(JSON.stringify(error!.issues)).toContain(message)
})

test('the plan is a function of the seed, and what one part draws moves no other', () => {
  expect(plan({}, 7)).toEqual(plan({}, 7))
  const withBurst = plan({ bursts: [{ at: { from: '1m', to: '2m' }, for: '1m', factor: 2 }] }, 7)
  expect({ ...withBurst, bursts: [] }).toEqual(plan({}, 7))
})
