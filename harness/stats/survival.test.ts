import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import strata from './oracle/strata.json' with { type: 'json' }
import oracle from './oracle/survival.json' with { type: 'json' }
import {
  kaplanMeier,
  type Lifetime,
  restrictedMean,
  shareObserved,
  survivalBand,
  survivalQuantile,
} from './survival.ts'

interface Case {
  rows: [number, number][]
  /** Time, survival and the standard error of survival, null where nothing survives. */
  steps: [number, number, number | null][]
  /** Low and high just after each step. */
  band: [number, number][]
  /** Share, value, low, high. */
  quantiles: [number, number | null, number | null, number | null][]
  horizon: number
  mean: number
  standardError: number
}

const cases = Object.entries(oracle as unknown as Record<string, Case>)
const lifetimesOf = (rows: [number, number][]): Lifetime[] =>
  rows.map(([time, observed]) => ({ time, observed: observed === 1 }))
const times = fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 2, maxLength: 80 })

describe('kaplanMeier', () => {
  it.each(cases)('has the curve and standard errors of statsmodels: %s', (_, { rows, steps }) => {
    const curve = kaplanMeier(lifetimesOf(rows))
    expect(curve.map(step => step.time)).toEqual(steps.map(([time]) => time))
    curve.forEach(({ survival, greenwood }, i) => {
      const [, expected, standardError] = steps[i]!
      expect(survival).toBeCloseTo(expected, 12)
      if (standardError !== null) expect(survival * Math.sqrt(greenwood)).toBeCloseTo(standardError, 12)
      else expect(greenwood).toBe(Number.POSITIVE_INFINITY)
    })
  })

  it('gives the published survival of 6-MP: 0.857 after 6 weeks, 0.753 after 10, 0.448 after 23 (Gehan 1965)', () => {
    const curve = kaplanMeier(lifetimesOf(cases.find(([name]) => name === '6-MP')![1].rows))
    const after = Object.fromEntries(curve.map(({ time, survival }) => [time, survival.toFixed(3)]))
    expect(after).toMatchObject({ 6: '0.857', 10: '0.753', 23: '0.448' })
  })

  it('does not depend on the order of the lifetimes', () => {
    const lifetime = fc.record({ time: fc.integer({ min: 0, max: 20 }), observed: fc.boolean() })
    fc.assert(
      fc.property(fc.array(lifetime), lifetimes => {
        expect(kaplanMeier(lifetimes.toReversed())).toEqual(kaplanMeier(lifetimes))
      }),
    )
  })

  it('refuses a time that is not a number', () => {
    expect(() => kaplanMeier([{ time: Number.NaN, observed: true }])).toThrow(RangeError)
  })
})

describe('survivalBand', () => {
  it.each(cases)('has the log-log band of lifelines: %s', (_, { rows, band }) => {
    const got = survivalBand(kaplanMeier(lifetimesOf(rows)))
    expect(got).toHaveLength(band.length)
    got.forEach(({ low, high }, i) => {
      expect(low).toBeCloseTo(band[i]![0], 12)
      expect(high).toBeCloseTo(band[i]![1], 12)
    })
  })

  it('gives the band that R prints for aml: 0.508 to 0.987 after 9 weeks, 0.447 to 0.951 after 13 (conf.type log-log)', () => {
    const [nine, thirteen] = survivalBand(kaplanMeier(lifetimesOf(cases[0]![1].rows)))
    expect([nine!.low, nine!.high, thirteen!.low, thirteen!.high].map(end => end.toFixed(3))).toEqual([
      '0.508',
      '0.987',
      '0.447',
      '0.951',
    ])
  })
})

describe('survivalQuantile', () => {
  it.each(cases)('has the quantiles and Brookmeyer-Crowley limits of lifelines: %s', (_, { rows, quantiles }) => {
    const curve = kaplanMeier(lifetimesOf(rows))
    const got = quantiles.map(([share]) => {
      const { value, low, high } = survivalQuantile(curve, share)
      return [share, value, low, high]
    })
    expect(got).toEqual(quantiles)
  })

  it.each([
    ['6-MP', 23, 13, null],
    ['placebo', 8, 4, 11],
    ['aml, maintained', 31, 13, null],
    ['aml, not maintained', 23, 5, 33],
  ])('has the published median of %s', (name, value, low, high) => {
    const { rows } = cases.find(([key]) => key === name)![1]
    expect(survivalQuantile(kaplanMeier(lifetimesOf(rows)), 0.5)).toEqual({ value, low, high })
  })

  it('is the order statistic where nothing is censored, and lies in its interval', () => {
    fc.assert(
      fc.property(times, fc.integer({ min: 1, max: 99 }), (values, percent) => {
        const curve = kaplanMeier(values.map(time => ({ time, observed: true })))
        const { value, low, high } = survivalQuantile(curve, percent / 100)
        const sorted = values.toSorted((a, b) => a - b)
        expect(value).toBe(sorted[Math.ceil((percent * values.length) / 100) - 1])
        expect(low ?? 0).toBeLessThanOrEqual(value!)
        expect(high ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(value!)
      }),
    )
  })

  it('bounds a 95th percentile from above only with trials enough: 0.95^n below 0.025 from 72 equal times on', () => {
    const equal = (n: number) =>
      survivalQuantile(kaplanMeier(Array.from({ length: n }, () => ({ time: 30, observed: true }))), 0.95)
    expect(equal(71)).toEqual({ value: 30, low: 30, high: null })
    expect(equal(72)).toEqual({ value: 30, low: 30, high: 30 })
  })

  it('is null throughout without events', () => {
    expect(survivalQuantile([], 0.5)).toEqual({ value: null, low: null, high: null })
  })
})

describe('restrictedMean', () => {
  it.each(cases)(
    'is the area under the curve with the Greenwood error: %s',
    (_, { rows, horizon, mean, standardError }) => {
      const got = restrictedMean(lifetimesOf(rows), horizon)
      expect(got.value).toBeCloseTo(mean, 10)
      expect(got.standardError).toBeCloseTo(standardError, 10)
    },
  )

  it('is the mean of the cut times with its usual error where nobody is censored before the horizon', () => {
    fc.assert(
      fc.property(times, fc.integer({ min: 1, max: 70 }), (values, horizon) => {
        const cut = values.map(time => Math.min(time, horizon))
        const mean = cut.reduce((a, b) => a + b) / cut.length
        const variance = cut.reduce((sum, time) => sum + (time - mean) ** 2, 0) / cut.length
        const lifetimes = values.map(time => ({ time: Math.min(time, horizon), observed: time < horizon }))
        const got = restrictedMean(lifetimes, horizon)
        expect(got.value).toBeCloseTo(mean, 9)
        expect(got.standardError).toBeCloseTo(Math.sqrt(variance / cut.length), 6)
      }),
    )
  })

  it("undoes Hall's transformation of what it has: the ends are as far off as their transforms say", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 10, maxLength: 60 }), values => {
        fc.pre(new Set(values).size > 2)
        const n = values.length
        const horizon = 1e9
        const got = restrictedMean(
          values.map(time => ({ time, observed: true })),
          horizon,
        )
        const central = (power: number) => values.reduce((sum, time) => sum + (time - got.value!) ** power, 0) / n
        const g = Math.max(-0.37, central(3) / central(2) ** 1.5 / Math.sqrt(n))
        const transformed = (end: number) => {
          const t = (got.value! - end) / got.standardError!
          return t + (g * t * t) / 3 + (g * g * t ** 3) / 27 + g / 6
        }
        if (got.low! > 0) expect(transformed(got.low!)).toBeCloseTo(1.959964, 5)
        expect(transformed(got.high!)).toBeCloseTo(-1.959964, 5)
      }),
    )
  })

  it('keeps its interval between 0 and the horizon', () => {
    const lifetimes = [1, 30, 30, 30].map(time => ({ time, observed: time < 30 }))
    expect(restrictedMean(lifetimes, 30)).toMatchObject({ value: 22.75, high: 30 })
    expect(restrictedMean(lifetimes, 30, 0.9999).low).toBe(0)
    expect(restrictedMean([], 30)).toEqual({ value: null, low: null, high: null, standardError: null })
  })
})

describe('strata', () => {
  const stratified = Object.entries(strata).map(([name, one]) => {
    const lifetimes = (one.rows as [number, number, string][]).map(
      ([time, observed, stratum]): Lifetime => ({ time, observed: observed === 1, stratum }),
    )
    return [name, lifetimes, one] as const
  })

  it.each(stratified)(
    'leave the curve alone and spread as numpy finds by differentiating it: %s',
    (_, lifetimes, { steps }) => {
      const curve = kaplanMeier(lifetimes)
      const pooled = kaplanMeier(lifetimes.map(({ time, observed }) => ({ time, observed })))
      expect(curve.map(({ survival }) => survival)).toEqual(pooled.map(({ survival }) => survival))
      curve.forEach(({ time, greenwood }, i) => {
        const [at, variance] = steps[i] as [number, number | null]
        expect(time).toBe(at)
        if (variance !== null) expect(greenwood / variance).toBeCloseTo(1, 9)
      })
    },
  )

  it.each(stratified)('spread the restricted mean as numpy finds by differentiating it: %s', (_, lifetimes, one) => {
    const got = restrictedMean(lifetimes, one.horizon)
    for (const member of ['mean', 'standardError', 'low', 'high'] as const)
      expect(got[member === 'mean' ? 'value' : member]).toBeCloseTo(one[member], 7)
  })

  it('of one name are none', () => {
    const plain = lifetimesOf(cases[0]![1].rows)
    const named = plain.map(one => ({ ...one, stratum: 'only' }))
    expect(kaplanMeier(named)).toEqual(kaplanMeier(plain))
    expect(restrictedMean(named, 50)).toEqual(restrictedMean(plain, 50))
  })
})

describe('shareObserved', () => {
  it('is a Wilson proportion: 8 of 10', () => {
    const lifetimes = Array.from({ length: 10 }, (_, i) => ({ time: i, observed: i < 8 }))
    const { value, low, high } = shareObserved(lifetimes)
    expect([value, low?.toFixed(6), high?.toFixed(6)]).toEqual([0.8, '0.490162', '0.943318'])
  })
})
