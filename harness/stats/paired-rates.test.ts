import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import oracle from './oracle/comparisons.json' with { type: 'json' }
import { mcNemar } from './paired-rates.ts'

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
