import fc from 'fast-check'
import { expect, it } from 'vitest'
import { binomialCdf, binomialPmf } from './binomial.ts'

// SciPy 1.17.1: binom(n, p).pmf(k), binom(n, p).cdf(k).
it.each([
  [3, 10, 0.25, 0.2502822875976562, 0.7758750915527344],
  [0, 300, 0.01, 0.04904089407128572, 0.04904089407128572],
])('P(X = %i) and P(X <= %i) of %d trials', (k, n, p, pmf, cdf) => {
  expect(binomialPmf(k, n, p)).toBeCloseTo(pmf, 13)
  expect(binomialCdf(k, n, p)).toBeCloseTo(cdf, 13)
})

it('the distribution sums the probabilities, to 1', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), fc.double({ min: 0, max: 1, noNaN: true }), (n, p) => {
      let sum = 0
      for (let k = 0; k <= n; k++) {
        sum += binomialPmf(k, n, p)
        expect(binomialCdf(k, n, p)).toBeCloseTo(sum, 10)
      }
      expect(binomialPmf(-1, n, p) + binomialPmf(n + 1, n, p) + binomialCdf(-1, n, p)).toBe(0)
    }),
  )
})
