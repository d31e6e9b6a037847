import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import oracle from './oracle/counts.json' with { type: 'json' }
import {
  binomialQuantile,
  exponentialQuantile,
  lognormalQuantile,
  negativeBinomialQuantile,
  poissonQuantile,
} from './quantiles.ts'

const families: Record<string, (u: number, ...params: number[]) => number> = {
  binomial: binomialQuantile,
  poisson: poissonQuantile,
  negativeBinomial: negativeBinomialQuantile,
}
const chance = fc.double({ min: 1e-15, max: 1 - 1e-15, noNaN: true })
const share = fc.double({ min: 0, max: 1, noNaN: true })
const size = fc.oneof(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 5000 }))
const mean = fc.oneof(fc.double({ min: 0, max: 20, noNaN: true }), fc.double({ min: 0, max: 3000, noNaN: true }))
const index = fc.double({ min: 1, max: 40, noNaN: true })
const sorted = (a: number, b: number): [number, number] => (a < b ? [a, b] : [b, a])

describe('count quantiles', () => {
  it('agree with exact sums over all regimes and far into both tails', () => {
    const wrong = (oracle.quantiles as [string, number[], number, number][]).filter(
      ([family, params, u, k]) => families[family]!(u, ...params) !== k,
    )
    expect(wrong).toEqual([])
  })

  it('leave twice the largest error of their series as a margin', () => {
    expect(oracle.worstErrorOverMargin).toBeLessThan(0.5)
  })

  it.each([
    ['Bin(500, 0.004), summed', (u: number) => binomialQuantile(u, 500, 0.004), 2, 1.992],
    ['Bin(250, 0.3), by series', (u: number) => binomialQuantile(u, 250, 0.3), 75, 52.5],
    ['Bin(40, 0.9), turned around', (u: number) => binomialQuantile(u, 40, 0.9), 36, 3.6],
    ['Poisson(3)', (u: number) => poissonQuantile(u, 3), 3, 3],
    ['NB(250, 3)', (u: number) => negativeBinomialQuantile(u, 250, 3), 250, 750],
    ['NB(8, 12), summed', (u: number) => negativeBinomialQuantile(u, 8, 12), 8, 96],
  ])('have the mean and variance of %s', (_, quantile, expectedMean, expectedVariance) => {
    const cells = 100_000
    let sum = 0
    let squares = 0
    for (let i = 0; i < cells; i++) {
      const k = quantile((i + 0.5) / cells)
      sum += k
      squares += k * k
    }
    expect(Math.abs(sum / cells - expectedMean)).toBeLessThan(2e-4 * expectedMean + 1e-3)
    expect(Math.abs(squares / cells - (sum / cells) ** 2 - expectedVariance)).toBeLessThan(2e-3 * expectedVariance)
  })

  it('stay in their support and never fall as u or the mean grows', () => {
    fc.assert(
      fc.property(chance, chance, size, share, share, (u, v, n, p, q) => {
        const [low, high] = sorted(u, v)
        const [rare, often] = sorted(p, q)
        const least = binomialQuantile(low, n, rare)
        expect(least).toBeGreaterThanOrEqual(0)
        expect(binomialQuantile(high, n, rare)).toBeGreaterThanOrEqual(least)
        expect(binomialQuantile(low, n, often)).toBeGreaterThanOrEqual(least)
        expect(binomialQuantile(low, n + 1, rare)).toBeGreaterThanOrEqual(least)
        expect(binomialQuantile(high, n, often)).toBeLessThanOrEqual(n)
      }),
      { numRuns: 2000 },
    )
    fc.assert(
      fc.property(chance, chance, mean, mean, index, (u, v, m, k, d) => {
        const [low, high] = sorted(u, v)
        const [few, many] = sorted(m, k)
        const least = negativeBinomialQuantile(low, few, d)
        expect(Number.isInteger(least) && least >= 0).toBe(true)
        expect(negativeBinomialQuantile(high, few, d)).toBeGreaterThanOrEqual(least)
        expect(negativeBinomialQuantile(low, many, d)).toBeGreaterThanOrEqual(least)
        expect(poissonQuantile(high, many)).toBeGreaterThanOrEqual(poissonQuantile(low, few))
      }),
      { numRuns: 2000 },
    )
  })

  it('count successes and failures of one trial alike', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 52 - 1 }), size, fc.integer({ min: 0, max: 1024 }), (i, n, k) => {
        const u = (i + 0.5) * 2 ** -52
        expect(binomialQuantile(1 - u, n, 1 - k / 1024)).toBe(n - binomialQuantile(u, n, k / 1024))
      }),
    )
  })

  it('are plain zeros and whole counts at the ends of the parameters', () => {
    expect(binomialQuantile(0.5, 0, 0.3)).toBe(0)
    expect(binomialQuantile(0.999, 100, 0)).toBe(0)
    expect(binomialQuantile(0.001, 100, 1)).toBe(100)
    expect(poissonQuantile(0.9, 0)).toBe(0)
    expect(negativeBinomialQuantile(0.9, 0, 3)).toBe(0)
    expect(poissonQuantile(1e-9, 4)).toBe(0)
    expect(negativeBinomialQuantile(0.3, 250, 1)).toBe(poissonQuantile(0.3, 250))
  })

  it.each([
    () => binomialQuantile(0.5, -1, 0.5),
    () => binomialQuantile(0.5, 10, 1.01),
    () => binomialQuantile(0.5, 10, Number.NaN),
    () => poissonQuantile(0.5, -1),
    () => negativeBinomialQuantile(0.5, 10, 0.9),
    () => negativeBinomialQuantile(0.5, Number.NaN, 2),
  ])('refuse parameters of no distribution (%#)', draw => {
    expect(draw).toThrow(RangeError)
  })
})

describe('times', () => {
  it('place a lognormal by its median and log-sd: p95 of LN(5, 0.8) is 5 e^(1.645·0.8)', () => {
    expect(lognormalQuantile(0.5, 5, 0.8)).toBe(5)
    expect(lognormalQuantile(0.95, 5, 0.8)).toBeCloseTo(5 * Math.exp(1.6448536269514722 * 0.8), 12)
    expect(lognormalQuantile(0.123, 5, 0)).toBe(5)
  })

  it('give an exponential its mean: the median is ln 2 of it', () => {
    expect(exponentialQuantile(0.5, 30)).toBeCloseTo(30 * Math.LN2, 12)
    expect(exponentialQuantile(1e-18, 30)).toBeCloseTo(3e-17, 30)
  })
})
