import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { binomialPmf } from './binomial.ts'
import { quantileInterval, quantileRanks } from './order-statistics.ts'

describe('quantileInterval', () => {
  // SciPy 1.17.1: quantile_test(range(1, n + 1), q=0, p=share).confidence_interval(confidence).
  it.each([
    [10, 0.5, 0.95, 2, 9],
    [20, 0.5, 0.95, 6, 15],
    [100, 0.5, 0.95, 40, 61],
    [200, 0.95, 0.95, 184, 197],
    [100, 0.95, 0.95, 90, 100],
    [59, 0.95, 0.9, 53, 59],
    [58, 0.95, 0.9, 52, null],
    [71, 0.95, 0.95, 63, null],
    [72, 0.95, 0.95, 64, 72],
    [500, 0.99, 0.9, 491, 499],
    [5, 0.5, 0.95, null, null],
    [6, 0.5, 0.95, 1, 6],
  ])('has the ranks of SciPy for %i values, quantile %d at %d', (n, share, confidence, low, high) => {
    const values = Array.from({ length: n }, (_, i) => n - i)
    expect(quantileInterval(values, share, confidence)).toEqual({ value: Math.ceil(n * share - 1e-9), low, high })
  })

  it('is null throughout without values', () => {
    expect(quantileInterval([], 0.5)).toEqual({ value: null, low: null, high: null })
  })
})

it('each rank bounds the quantile with its confidence, and the next one would not', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), fc.double({ min: 0.01, max: 0.99, noNaN: true }), (n, share) => {
      const { low, high } = quantileRanks(n, share, 0.95)
      // The chance that the value of a rank lies beyond the quantile, on the wrong side.
      const sum = (from: number, to: number) => {
        let all = 0
        for (let k = from; k <= to; k++) all += binomialPmf(k, n, share)
        return all
      }
      const lowErrs = (rank: number) => sum(0, rank - 1)
      const highErrs = (rank: number) => sum(rank, n)
      if (low !== null) expect(lowErrs(low)).toBeLessThanOrEqual(0.05 + 1e-9)
      expect(lowErrs((low ?? 0) + 1)).toBeGreaterThan(0.05 - 1e-9)
      if (high !== null) expect(highErrs(high)).toBeLessThanOrEqual(0.05 + 1e-9)
      expect(highErrs((high ?? n + 1) - 1)).toBeGreaterThan(0.05 - 1e-9)
    }),
  )
})
