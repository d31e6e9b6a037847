import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import oracle from './oracle/comparisons.json' with { type: 'json' }
import { fisher, rateDifference } from './unpaired-rates.ts'

type Counts = [number, number, number, number]
const counts = fc
  .tuple(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 300 }))
  .chain(([n, m]) =>
    fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n), fc.integer({ min: 0, max: m }), fc.constant(m)),
  )

describe('fisher', () => {
  it.each(oracle.fisher as [...Counts, number, number][])(
    '%i of %i against %i of %i has the tails of SciPy',
    (a, n, b, m, p, midP) => {
      const got = fisher(a, n, b, m)
      expect(got.p).toBeCloseTo(p, 12)
      expect(got.midP).toBeCloseTo(midP, 12)
    },
  )

  it('knows the lady tasting tea: 0.486 (Fisher 1935)', () => {
    expect(fisher(3, 4, 1, 4).p.toFixed(6)).toBe('0.485714')
  })

  it('asks neither which side is which nor which outcome is the event', () => {
    fc.assert(
      fc.property(counts, ([a, n, b, m]) => {
        const { p, midP } = fisher(a, n, b, m)
        for (const other of [fisher(b, m, a, n), fisher(n - a, n, m - b, m)]) {
          expect(other.p).toBeCloseTo(p, 10)
          expect(other.midP).toBeCloseTo(midP, 10)
        }
        expect(midP >= 0 && midP <= p && p <= 1).toBe(true)
      }),
    )
  })

  it('is no evidence without trials on a side', () => {
    expect(fisher(0, 0, 3, 5)).toEqual({ p: 1, midP: 1 })
  })
})

describe('rateDifference', () => {
  it.each(oracle.newcombe as [...Counts, number, number, number][])(
    '%i of %i against %i of %i at %d is as statsmodels has it',
    (a, n, b, m, confidence, low, high) => {
      const got = rateDifference(a, n, b, m, confidence)
      expect(got.value).toBeCloseTo(b / m - a / n, 14)
      expect(got.low).toBeCloseTo(low, 12)
      expect(got.high).toBeCloseTo(high, 12)
    },
  )

  // Newcombe 1998, table II, method 10: 56/70 - 48/80, 9/10 - 3/10, 5/56 - 0/29, 0/10 - 0/20, 10/10 - 0/10.
  it.each([
    [48, 80, 56, 70, '0.0524', '0.3339'],
    [3, 10, 9, 10, '0.1705', '0.8090'],
    [0, 29, 5, 56, '-0.0381', '0.1926'],
    [0, 20, 0, 10, '-0.1611', '0.2775'],
    [0, 10, 10, 10, '0.6075', '1.0000'],
  ])('%i of %i against %i of %i has the published interval', (a, n, b, m, low, high) => {
    const got = rateDifference(a, n, b, m)
    expect([got.low!.toFixed(4), got.high!.toFixed(4)]).toEqual([low, high])
  })

  it('is null without trials on a side', () => {
    expect(rateDifference(0, 0, 3, 5)).toEqual({ value: null, low: null, high: null })
  })
})
