import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { harmless } from '../../../harness/model/behaviour.ts'
import { cellMs, drawCell, type ServingVersion, type TrafficSetting, trafficNoise } from './cell.ts'

const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const settingOf = (seed: number, changes: Partial<TrafficSetting> = {}): TrafficSetting => ({
  noise: trafficNoise(seed, 'test'),
  requestsPerSecond: 50,
  dispersionIndex: 3,
  baseErrorRatio: 0.001,
  latencyUpperBoundsS: bounds,
  firstSlowBucket: 7,
  ...changes,
})
const version = (revision: number, pods: number, behaviour: Partial<ServingVersion['behaviour']> = {}) => ({
  revision,
  pods,
  behaviour: { ...harmless, ...behaviour },
})

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
    const setting = settingOf(1, load)
    const counts = cells.map(cell => drawCell(setting, cell, [version(1, 10)], 0)[0]!.requests)
    const expected = (load.requestsPerSecond * cellMs) / 1000
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
      const [stable, canary] = drawCell(setting, cell, [version(1, 8), version(2, 2)], 0)
      return [stable!.requests, canary!.requests] as const
    })
    const total = sum(shares.map(([a, b]) => a + b))
    const share = sum(shares.map(([, canary]) => canary)) / total
    expect(Math.abs(share - 0.2)).toBeLessThan(4 * Math.sqrt((0.2 * 0.8) / total))
  })

  test('are the same in all, whoever serves them', () => {
    const setting = settingOf(3)
    for (const cell of cells.slice(0, 300)) {
      const alone = drawCell(setting, cell, [version(1, 10)], 0)[0]!.requests
      const shared = drawCell(setting, cell, [version(1, 8), version(2, 2), version(3, 5)], 0)
      expect(sum(shared.map(({ requests }) => requests))).toBe(alone)
    }
  })
})

const behaviour = fc.record({
  errorRatio: fc.double({ min: 0, max: 1, noNaN: true }),
  latencyFactor: fc.constantFrom(1, 1.5, 20),
})
const anyCell = {
  seed: fc.nat(),
  cell: fc.nat({ max: 10_000 }),
  requestsPerSecond: fc.double({ min: 0.01, max: 1000, noNaN: true }),
  dispersionIndex: fc.double({ min: 1, max: 50, noNaN: true }),
  baseErrorRatio: fc.double({ min: 0, max: 1, noNaN: true }),
  outage: fc.constantFrom(0, 0.2, 1),
  pods: fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 3 }),
}

test('every request has one outcome and one latency', () => {
  fc.assert(
    fc.property(fc.record({ ...anyCell, behaviour }), ({ seed, cell, outage, pods, behaviour: bad, ...load }) => {
      const versions = pods.map((n, i) => version(i + 1, n, i === 1 ? bad : {}))
      for (const drawn of drawCell(settingOf(seed, load), cell, versions, outage)) {
        const { requests, errors, dependencyErrors, touched, successLatency, errorLatency } = drawn
        for (const count of [requests, errors, dependencyErrors, touched, ...successLatency, ...errorLatency]) {
          expect(Number.isSafeInteger(count)).toBe(true)
          expect(count).toBeGreaterThanOrEqual(0)
        }
        expect(sum(successLatency)).toBe(requests - errors)
        expect(sum(errorLatency)).toBe(errors)
        expect(drawn.bad).toBe(errors + sum(successLatency.slice(7)))
        expect(dependencyErrors).toBeLessThanOrEqual(errors)
        expect(touched).toBeLessThanOrEqual(requests)
      }
    }),
    { numRuns: 300 },
  )
})

test('a fault takes what it breaks from the good requests of its own version, and moves nothing else', () => {
  fc.assert(
    fc.property(fc.record({ ...anyCell, behaviour }), ({ seed, cell, outage, pods, behaviour: bad, ...load }) => {
      const setting = settingOf(seed, load)
      const withFault = pods.map((n, i) => version(i + 1, n, i === 1 ? bad : {}))
      const without = pods.map((n, i) => version(i + 1, n))
      const faulty = drawCell(setting, cell, withFault, outage)
      const twin = drawCell(setting, cell, without, outage)
      faulty.forEach((drawn, i) => {
        if (i !== 1) {
          expect(drawn).toEqual(twin[i])
          return
        }
        expect(drawn.requests).toBe(twin[i]!.requests)
        expect(drawn.dependencyErrors).toBe(twin[i]!.dependencyErrors)
        expect(drawn.touched).toBe(bad.latencyFactor === 1 ? drawn.errors - twin[i]!.errors : drawn.requests)
        expect(drawn.bad).toBeGreaterThanOrEqual(twin[i]!.bad)
      })
    }),
    { numRuns: 300 },
  )
})

test('outcomes have the stated shares', () => {
  const setting = settingOf(4, { baseErrorRatio: 0.01 })
  const drawn = cells.map(cell => drawCell(setting, cell, [version(1, 5), version(2, 5, { errorRatio: 0.1 })], 0.2))
  const shareOf = (i: number, what: 'errors' | 'dependencyErrors' | 'touched') => {
    const requests = sum(drawn.map(one => one[i]!.requests))
    return { share: sum(drawn.map(one => one[i]![what])) / requests, requests }
  }
  const near = ({ share, requests }: ReturnType<typeof shareOf>, p: number) =>
    expect(Math.abs(share - p)).toBeLessThanOrEqual(4 * Math.sqrt((p * (1 - p)) / requests))
  near(shareOf(0, 'errors'), 0.01 + 0.99 * 0.2)
  near(shareOf(0, 'dependencyErrors'), 0.99 * 0.2)
  near(shareOf(0, 'touched'), 0)
  near(shareOf(1, 'touched'), 0.99 * 0.8 * 0.1)
  near(shareOf(1, 'errors'), 1 - 0.99 * 0.8 * 0.9)
})
