import { describe, expect, it } from 'vitest'
import { normalCdf } from '../../harness/stats/special.ts'
import { addSlowness, createSlowness, excessBetween, logMiddles, trendOf } from './slowness.ts'

const boundsS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const middles = logMiddles(boundsS)

/** Counts of a lognormal time with a median of 25 ms, times `factor`. */
function counts(requests: number, factor = 1): number[] {
  const below = [...boundsS.map(bound => normalCdf(Math.log(bound / (0.025 * factor)) / 0.8)), 1]
  return below.map((cdf, k) => Math.round(requests * (cdf - (below[k - 1] ?? 0))))
}

function slowness(looks: number, factor: (atS: number) => number, requests = 200) {
  const known = createSlowness()
  for (let i = 1; i <= looks; i++) {
    addSlowness(known, i * 5000, middles, counts(requests, factor(i * 5)), counts(4 * requests))
  }
  return known
}

describe('slowness', () => {
  it('takes the middle of a bucket by the logarithm', () => {
    expect(logMiddles([0.1, 0.4]).map(Math.exp)).toEqual([
      expect.closeTo(0.05, 12),
      expect.closeTo(0.2, 12),
      expect.closeTo(Math.sqrt(0.4 * 0.8), 12),
    ])
  })

  it.each([1, 1.5, 3, 10])('of %f times as long is that less one, by the geometric mean', factor => {
    const { excess, error } = excessBetween(
      slowness(12, () => factor),
      0,
      60_000,
    )!
    expect((excess + 1) / factor).toBeGreaterThan(0.9)
    expect((excess + 1) / factor).toBeLessThan(1.1)
    // Lognormal with a deviation of 0.8, of 2,400 requests and 9,600: 0.8 sqrt(1/2400 + 1/9600) of the factor.
    expect(error / (0.01826 * factor)).toBeGreaterThan(0.8)
    expect(error / (0.01826 * factor)).toBeLessThan(1.4)
  })

  it('is read in the time that is asked for', () => {
    const known = slowness(24, atS => (atS <= 60 ? 1 : 4))
    expect(excessBetween(known, 0, 60_000)!.excess).toBeCloseTo(0, 1)
    expect(excessBetween(known, 60_000, 120_000)!.excess).toBeGreaterThan(2)
    expect(excessBetween(known, 200_000, 300_000)).toBeUndefined()
  })

  it.each([40, 80, 150])(
    'that decays with a time constant of %i s shrinks by about so much a second',
    timeConstantS => {
      const { perS, error } = trendOf(
        slowness(12, atS => 1 + 9 * Math.exp(-atS / timeConstantS)),
        0,
      )!
      expect(perS * timeConstantS).toBeGreaterThan(-1.35)
      expect(perS * timeConstantS).toBeLessThan(-0.65)
      expect(error).toBeLessThan(0.004)
    },
  )

  it('that stays does not shrink', () => {
    expect(
      trendOf(
        slowness(12, () => 3),
        0,
      )!.perS,
    ).toBeCloseTo(0, 4)
  })

  it('has no trend where there is none of it, or little to tell it by', () => {
    expect(
      trendOf(
        slowness(12, () => 0.8),
        0,
      ),
    ).toBeUndefined()
    expect(
      trendOf(
        slowness(4, () => 3),
        0,
      ),
    ).toBeUndefined()
    expect(
      trendOf(
        slowness(12, () => 3),
        60_000,
      ),
    ).toBeUndefined()
  })
})
