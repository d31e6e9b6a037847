import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import oracle from './oracle/special.json' with { type: 'json' }
import * as special from './special.ts'

const functions = special as unknown as Record<string, (...given: number[]) => number>
/** The inverse of the incomplete beta function is as far off as its value, the normal tail as its exponent is large. */
const tolerance: Record<string, number> = {
  betainc: 3e-12,
  betaincInverse: 1e-12,
  gammaincP: 1e-13,
  gammaincQ: 1e-13,
  gammaincPInverse: 1e-13,
}

describe('special functions', () => {
  it.each(oracle as [string, number[], number][])('%s(%j) is %d, as mpmath has it', (name, given, expected) => {
    const got = functions[name]!(...given)
    expect(Math.abs(got - expected)).toBeLessThanOrEqual((tolerance[name] ?? 2e-14) * Math.abs(expected) + 1e-300)
  })

  // SciPy 1.17.1: t.ppf(p, degreesOfFreedom).
  it.each([
    [0.975, 5, 2.5705818356363146],
    [0.975, 99, 1.9842169515864174],
    [0.025, 2.5, -3.5746548420036834],
    [0.999, 1, 318.30883898555015],
    [0.6, 30, 0.2556053649519128],
    [0.5, 7, 0],
    [0.975, Number.POSITIVE_INFINITY, 1.959963984540054],
  ])("Student's t at %d of %d degrees of freedom is %d", (p, degreesOfFreedom, expected) => {
    expect(special.studentQuantile(p, degreesOfFreedom)).toBeCloseTo(expected, 11 - Math.log10(1 + Math.abs(expected)))
  })

  it('joins the two sides of the incomplete gamma and beta functions to 1', () => {
    const positive = fc.double({ min: 0.01, max: 5000, noNaN: true })
    fc.assert(
      fc.property(positive, positive, (a, x) => {
        expect(special.gammaincP(a, x) + special.gammaincQ(a, x)).toBeCloseTo(1, 12)
      }),
    )
    fc.assert(
      fc.property(positive, positive, fc.integer({ min: 1, max: 2 ** 30 - 1 }), (a, b, i) => {
        const x = i / 2 ** 30
        expect(special.betainc(x, a, b) + special.betainc(1 - x, b, a)).toBeCloseTo(1, 9)
      }),
    )
  })

  it('inverts the incomplete beta function', () => {
    const shape = fc.double({ min: 0.1, max: 2000, noNaN: true })
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }), shape, shape, (p, a, b) => {
        const x = special.betaincInverse(p, a, b)
        // Next to 1 neighbouring doubles are far apart in p.
        if (x < 1 - 1e-6) expect(special.betainc(x, a, b)).toBeCloseTo(p, 8)
      }),
    )
  })

  it('inverts the incomplete gamma function', () => {
    const shape = fc.double({ min: 0.1, max: 20_000, noNaN: true })
    fc.assert(
      fc.property(fc.double({ min: 1e-12, max: 1 - 1e-12, noNaN: true }), shape, (p, a) => {
        expect(special.gammaincP(a, special.gammaincPInverse(p, a))).toBeCloseTo(p, 11)
      }),
    )
  })

  it('gives the ends of the domains', () => {
    expect(special.normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY)
    expect(special.normalQuantile(1)).toBe(Number.POSITIVE_INFINITY)
    expect(special.normalQuantile(1.5)).toBeNaN()
    expect(special.normalCdf(Number.POSITIVE_INFINITY)).toBe(1)
    expect(special.normalCdf(Number.NEGATIVE_INFINITY)).toBe(0)
    expect(special.normalCdf(Number.NaN)).toBeNaN()
    expect([special.betainc(Number.NaN, 2, 3), special.gammaincQ(2, Number.NaN)]).toEqual([Number.NaN, Number.NaN])
    expect([special.betainc(0, 2, 3), special.betainc(1, 2, 3)]).toEqual([0, 1])
    expect([special.betaincInverse(0, 2, 3), special.betaincInverse(1, 2, 3)]).toEqual([0, 1])
    expect([special.gammaincPInverse(0, 2), special.gammaincPInverse(1, 2)]).toEqual([0, Number.POSITIVE_INFINITY])
    expect([special.gammaincP(2, 0), special.gammaincQ(2, Number.POSITIVE_INFINITY)]).toEqual([0, 0])
  })

  it('adds logarithms that neither overflow nor vanish', () => {
    const nothing = Number.NEGATIVE_INFINITY
    expect(special.logAddExp(-1000, -1000)).toBeCloseTo(-1000 + Math.LN2, 12)
    expect(special.logAddExp(nothing, 3)).toBe(3)
    expect(special.logAddExp(nothing, nothing)).toBe(nothing)
    expect(special.logSumExp([1000, 1000, 1000, 1000])).toBeCloseTo(1000 + Math.log(4), 12)
    expect(special.logSumExp([])).toBe(nothing)
    expect(special.logSumExp([nothing, 0])).toBe(0)
  })
})
