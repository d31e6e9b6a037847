import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Chances,
  cellMs,
  drawCell,
  drawLoad,
  type ServingGroup,
  type TrafficSetting,
  trafficNoise,
} from './cell.ts'

const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const settingOf = (seed: number, changes: Partial<TrafficSetting> = {}): TrafficSetting => ({
  noise: trafficNoise(seed, 'test'),
  dispersionIndex: 3,
  baseErrorRatio: 0.001,
  bounds: { upperBoundsS: bounds, firstSlowBucket: 7 },
  ...changes,
})

/** 25 ms in the median, as heavy a tail as an ordinary service's. */
const calm: Chances = {
  dependencyErrorRatio: 0,
  errorRatio: 0,
  hangRatio: 0,
  law: {
    shiftS: 0,
    mu: Math.log(0.025),
    sigma: 0.8,
    slowRatio: 0,
    slowMu: 0,
    slowSigma: 0,
    tailRatio: 0,
    tailFactor: 1,
  },
}

interface Broken {
  readonly errorRatio: number
  readonly hangRatio: number
  readonly latencyFactor: number
  readonly tailRatio: number
}
const sound: Broken = { errorRatio: 0, hangRatio: 0, latencyFactor: 1, tailRatio: 0 }

/** A version of one group, while other services fail a share of its requests. */
function version(revision: number, pods: number, broken: Partial<Broken> = {}, outage = 0): ServingGroup {
  const { errorRatio, hangRatio, latencyFactor, tailRatio } = { ...sound, ...broken }
  const shadow = { ...calm, dependencyErrorRatio: outage }
  const law = { ...calm.law, mu: calm.law.mu + Math.log(latencyFactor), tailRatio, tailFactor: 30 }
  const isBroken = errorRatio > 0 || hangRatio > 0 || latencyFactor > 1 || tailRatio > 0
  return { revision, group: 0, pods, shadow, chances: isBroken ? { ...shadow, errorRatio, hangRatio, law } : shadow }
}

const cells = Array.from({ length: 4000 }, (_, i) => i)
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)
const mean = (values: readonly number[]) => sum(values) / values.length

function variance(values: readonly number[]) {
  const m = mean(values)
  return sum(values.map(value => (value - m) ** 2)) / (values.length - 1)
}

describe('the requests of a cell', () => {
  test.each([
    { requestsPerSecond: 50, dispersionIndex: 3 },
    { requestsPerSecond: 50, dispersionIndex: 1 },
    { requestsPerSecond: 0.3, dispersionIndex: 1 },
    { requestsPerSecond: 400, dispersionIndex: 8 },
  ])('have the stated mean and dispersion index: $requestsPerSecond per second, $dispersionIndex', load => {
    const expected = (load.requestsPerSecond * cellMs) / 1000
    const setting = settingOf(1, { dispersionIndex: load.dispersionIndex })
    const counts = cells.map(cell => drawLoad(setting, cell, expected))
    // Standard errors: of the mean √(D mean / n), of the variance over the mean about D √(2 / n) and a little more for the skew.
    expect(Math.abs(mean(counts) - expected)).toBeLessThan(
      4 * Math.sqrt((load.dispersionIndex * expected) / cells.length),
    )
    const tolerance = 5 * load.dispersionIndex * Math.sqrt((2 + 6 / expected) / cells.length)
    expect(Math.abs(variance(counts) / mean(counts) - load.dispersionIndex)).toBeLessThan(tolerance)
    // Neighbouring cells are independent.
    const m = mean(counts)
    const lagged = sum(counts.slice(1).map((count, i) => (count - m) * (counts[i]! - m))) / (counts.length - 1)
    expect(Math.abs(lagged / variance(counts))).toBeLessThan(4 / Math.sqrt(cells.length))
  })

  test('are split by the pods that serve', () => {
    const setting = settingOf(2)
    const shares = cells.map(cell => {
      const [stable, canary] = drawCell(setting, cell, [version(1, 8), version(2, 2)], 250)
      return [stable!.requests, canary!.requests] as const
    })
    const total = sum(shares.map(([a, b]) => a + b))
    const share = sum(shares.map(([, canary]) => canary)) / total
    expect(Math.abs(share - 0.2)).toBeLessThan(4 * Math.sqrt((0.2 * 0.8) / total))
  })

  test('are as many as expected where there is no noise, with nothing lost to rounding', () => {
    const setting = settingOf(1, { dispersionIndex: 0 })
    const counts = cells.slice(0, 999).map(cell => drawLoad(setting, cell, 12.3))
    expect(sum(counts)).toBe(Math.floor(999 * 12.3))
    expect(new Set(counts)).toEqual(new Set([12, 13]))
  })
})

test('groups of one version have their own luck', () => {
  const setting = settingOf(5, { baseErrorRatio: 0.5 })
  const drawn = cells.slice(0, 200).map(cell => {
    const one = version(1, 5)
    const [first, second] = drawCell(setting, cell, [one, { ...one, group: 1 }], 250)
    return first!.errors / first!.requests - second!.errors / second!.requests
  })
  // Each a binomial of about 125 with p = 1/2: the difference has a standard deviation of about 0.063.
  expect(Math.abs(Math.sqrt(variance(drawn)) - 0.063)).toBeLessThan(0.015)
})

const broken = fc.record({
  errorRatio: fc.double({ min: 0, max: 1, noNaN: true }),
  hangRatio: fc.constantFrom(0, 0, 0.1, 1),
  latencyFactor: fc.constantFrom(1, 1, 1.5, 20),
  tailRatio: fc.constantFrom(0, 0, 0.05),
})
const anyCell = fc.record({
  seed: fc.nat(),
  cell: fc.nat({ max: 10_000 }),
  requests: fc.nat({ max: 5000 }),
  baseErrorRatio: fc.double({ min: 0, max: 1, noNaN: true }),
  outage: fc.constantFrom(0, 0.2, 1),
  pods: fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 3 }),
  broken,
})

test('every request has one outcome and, when it is answered, one latency', () => {
  fc.assert(
    fc.property(anyCell, ({ seed, cell, outage, pods, requests: arriving, baseErrorRatio, broken: bad }) => {
      const versions = pods.map((n, i) => version(i + 1, n, i === 1 ? bad : {}, outage))
      const outcomes = drawCell(settingOf(seed, { baseErrorRatio }), cell, versions, arriving)
      expect(sum(outcomes.map(({ requests }) => requests))).toBe(arriving)
      for (const drawn of outcomes) {
        const { requests, errors, dependencyErrors, hung, touched, successLatency, errorLatency } = drawn
        for (const count of [requests, errors, dependencyErrors, hung, touched, ...successLatency, ...errorLatency]) {
          expect(Number.isSafeInteger(count)).toBe(true)
          expect(count).toBeGreaterThanOrEqual(0)
        }
        expect(sum(successLatency)).toBe(requests - errors - hung)
        expect(sum(errorLatency)).toBe(errors)
        expect(drawn.bad).toBe(errors + hung + sum(successLatency.slice(7)))
        expect(dependencyErrors).toBeLessThanOrEqual(errors)
        expect(touched).toBeLessThanOrEqual(requests)
      }
    }),
    { numRuns: 300 },
  )
})

test('a fault takes what it breaks from the good requests of its own version, and moves nothing else', () => {
  fc.assert(
    fc.property(anyCell, ({ seed, cell, outage, pods, requests, baseErrorRatio, broken: bad }) => {
      const setting = settingOf(seed, { baseErrorRatio })
      const withFault = pods.map((n, i) => version(i + 1, n, i === 1 ? bad : {}, outage))
      const without = pods.map((n, i) => version(i + 1, n, {}, outage))
      const faulty = drawCell(setting, cell, withFault, requests)
      const twin = drawCell(setting, cell, without, requests)
      faulty.forEach((drawn, i) => {
        if (i !== 1) {
          expect(drawn).toEqual(twin[i])
          return
        }
        expect(drawn.requests).toBe(twin[i]!.requests)
        expect(drawn.dependencyErrors).toBe(twin[i]!.dependencyErrors)
        expect(drawn.bad).toBeGreaterThanOrEqual(twin[i]!.bad)
        const failed = drawn.errors + drawn.hung - twin[i]!.errors
        if (bad.latencyFactor > 1) expect(drawn.touched).toBe(drawn.requests)
        else if (bad.tailRatio > 0) expect(drawn.touched).toBeGreaterThanOrEqual(failed)
        else expect(drawn.touched).toBe(failed)
      })
    }),
    { numRuns: 300 },
  )
})

test('outcomes have the stated shares', () => {
  const setting = settingOf(4, { baseErrorRatio: 0.01 })
  const versions = [version(1, 5, {}, 0.2), version(2, 5, { errorRatio: 0.1, hangRatio: 0.05, tailRatio: 0.3 }, 0.2)]
  const drawn = cells.map(cell => drawCell(setting, cell, versions, 250))
  const shareOf = (i: number, what: 'errors' | 'dependencyErrors' | 'hung' | 'touched') => {
    const requests = sum(drawn.map(one => one[i]!.requests))
    return { share: sum(drawn.map(one => one[i]![what])) / requests, requests }
  }
  const near = ({ share, requests }: ReturnType<typeof shareOf>, p: number) =>
    expect(Math.abs(share - p)).toBeLessThanOrEqual(4 * Math.sqrt((p * (1 - p)) / requests))
  near(shareOf(0, 'errors'), 0.01 + 0.99 * 0.2)
  near(shareOf(0, 'dependencyErrors'), 0.99 * 0.2)
  near(shareOf(0, 'touched'), 0)
  near(shareOf(1, 'hung'), 0.99 * 0.8 * 0.05)
  near(shareOf(1, 'errors'), 0.01 + 0.99 * 0.2 + 0.99 * 0.8 * 0.95 * 0.1)
  near(shareOf(1, 'touched'), 0.99 * 0.8 * (1 - 0.95 * 0.9 * 0.7))
})
