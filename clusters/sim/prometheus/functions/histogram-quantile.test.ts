import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bucketQuantile } from './histogram-quantile.ts'

const bounds = [0.1, 0.5, 1, 5, Number.POSITIVE_INFINITY]
const increments = fc.array(fc.nat(50), { minLength: 5, maxLength: 5 })

function cumulative(counts: readonly number[]): number[] {
  let sum = 0
  return counts.map(count => (sum += count))
}

test('a quantile lies in the bucket of its rank', () => {
  fc.assert(
    fc.property(increments, fc.double({ min: 0.001, max: 1, noNaN: true }), (counts, q) => {
      const totals = cumulative(counts)
      fc.pre(totals[4]! > 0)
      const bucket = totals.findIndex(total => total >= q * totals[4]!)
      const value = bucketQuantile(q, bounds, [...totals])
      if (bucket === 4) expect(value).toBe(5)
      else {
        expect(value).toBeGreaterThanOrEqual(bounds[bucket - 1] ?? 0)
        expect(value).toBeLessThanOrEqual(bounds[bucket]!)
      }
    }),
  )
})

test('quantiles do not fall as q rises', () => {
  fc.assert(
    fc.property(
      increments,
      fc.double({ min: 0.001, max: 1, noNaN: true }),
      fc.double({ min: 0.001, max: 1, noNaN: true }),
      (counts, a, b) => {
        const totals = cumulative(counts)
        fc.pre(totals[4]! > 0)
        const low = bucketQuantile(Math.min(a, b), bounds, [...totals])
        expect(low).toBeLessThanOrEqual(bucketQuantile(Math.max(a, b), bounds, [...totals]) + 1e-12)
      },
    ),
  )
})
