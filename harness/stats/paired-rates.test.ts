import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import oracle from './oracle/comparisons.json' with { type: 'json' }
import { mcNemar, pairedRateDifference } from './paired-rates.ts'

describe('mcNemar', () => {
  it.each(oracle.mcNemar as [number, number, number, number][])(
    '%i against %i is as SciPy sums it',
    (a, b, p, midP) => {
      const got = mcNemar(a, b)
      expect(got.p).toBeCloseTo(p, 12)
      expect(got.midP).toBeCloseTo(midP, 12)
      if (p < 1e-6) expect(got.p / p).toBeCloseTo(1, 9)
    },
  )

  // Fagerland, Lydersen and Laake 2013, table 7: airway hyper-responsiveness (Bentur 2009), complete response (Cavo 2012).
  it.each([
    [1, 7, 0.0703, 0.0391],
    [6, 16, 0.0525, 0.0347],
  ])('%i against %i has the published p-values', (a, b, p, midP) => {
    const got = mcNemar(a, b)
    expect([got.p.toFixed(4), got.midP.toFixed(4)]).toEqual([p.toFixed(4), midP.toFixed(4)])
  })

  it('is no evidence where no pair parts', () => {
    expect(mcNemar(0, 0)).toEqual({ p: 1, midP: 1 })
  })

  it('does not ask which side is which, and halves what is as extreme', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 0, max: 500 }), (a, b) => {
        const { p, midP } = mcNemar(a, b)
        expect(mcNemar(b, a)).toEqual({ p, midP })
        expect(midP > 0 && midP <= p && p <= 1).toBe(true)
      }),
    )
  })
})

describe('pairedRateDifference', () => {
  it.each(oracle.tango as [number, number, number, number, number, number][])(
    '%i against %i of %i at %d has the ends that SciPy finds by the likelihood',
    (a, b, n, confidence, low, high) => {
      const got = pairedRateDifference(a, b, n, confidence)
      expect(got.value).toBe((b - a) / n)
      expect(got.low).toBeCloseTo(low, 5)
      expect(got.high).toBeCloseTo(high, 5)
    },
  )

  it('has the published interval of airway hyper-responsiveness (Fagerland, Lydersen and Laake 2014)', () => {
    const { low, high } = pairedRateDifference(7, 1, 21)
    expect([low!.toFixed(3), high!.toFixed(3)]).toEqual(['-0.517', '-0.026'])
  })

  it('turns over with its sides, and holds what was seen', () => {
    const pairs = fc.tuple(fc.nat(200), fc.nat(200), fc.nat(200)).filter(([a, b, both]) => a + b + both > 0)
    fc.assert(
      fc.property(pairs, ([a, b, both]) => {
        const n = a + b + both
        const { value, low, high } = pairedRateDifference(a, b, n)
        const turned = pairedRateDifference(b, a, n)
        expect(low! <= value! && value! <= high! && low! >= -1 && high! <= 1).toBe(true)
        expect(turned.low).toBeCloseTo(-high!, 12)
        expect(turned.high).toBeCloseTo(-low!, 12)
      }),
    )
  })

  it('bounds the difference also where no pair parts: z² / (n + z²)', () => {
    const { value, low, high } = pairedRateDifference(0, 0, 100)
    expect(value).toBe(0)
    expect(high).toBeCloseTo(1.959964 ** 2 / (100 + 1.959964 ** 2), 7)
    expect(low).toBe(-high!)
  })

  it('is null without pairs, and refuses more parted pairs than pairs', () => {
    expect(pairedRateDifference(0, 0, 0)).toEqual({ value: null, low: null, high: null })
    expect(() => pairedRateDifference(3, 3, 5)).toThrow(RangeError)
  })
})
