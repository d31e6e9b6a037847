import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { shiftLatency } from './latency-shift.ts'

const boundsS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

function shift(law: readonly number[], bounds: readonly number[], factor: number): number[] {
  const shifted = new Float64Array(law.length)
  shiftLatency(law, bounds, factor, shifted)
  return [...shifted]
}

describe('a slow-down of a law of latency', () => {
  it.each([
    [1, [0.25, 0.5, 0.25, 0]],
    // A doubling moves a bucket whose bounds double by one; the first is taken to span a factor of 4, so that half of it stays.
    [2, [0.125, 0.125, 0.5, 0.25]],
    [Math.SQRT2, [0.1875, 0.3125, 0.375, 0.125]],
    [4, [0, 0.25 / 2, 0.25 / 2, 0.75]],
  ])('of %f moves whole and part buckets', (factor, expected) => {
    const shifted = shift([0.25, 0.5, 0.25, 0], [1, 2, 4], factor)
    for (const [k, share] of expected.entries()) expect(shifted[k]).toBeCloseTo(share, 12)
  })

  it('keeps the mass, makes nothing negative and moves it only upwards', () => {
    const laws = fc.array(fc.double({ min: 0.001, max: 1, noNaN: true }), { minLength: 12, maxLength: 12 })
    fc.assert(
      fc.property(laws, fc.double({ min: 1, max: 50, noNaN: true }), (law, factor) => {
        const shifted = shift(law, boundsS, factor)
        let before = 0
        let after = 0
        for (let k = 0; k < law.length; k++) {
          before += law[k]!
          after += shifted[k]!
          expect(shifted[k]).toBeGreaterThanOrEqual(-1e-12)
          expect(after).toBeLessThanOrEqual(before + 1e-9)
        }
        expect(after).toBeCloseTo(before, 9)
      }),
    )
  })
})
