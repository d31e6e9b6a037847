import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { claimHigh, claimLow } from '../stats/proportion.ts'
import { streamKey, uniform } from '../stats/uniform.ts'
import { type Bounded, boundsOf, decideBy } from './claims.ts'

const key = [1, 'criterion', 'careful'] as const
const lifetimes = (done: readonly number[], missed: readonly number[] = []) => [
  ...done.map(time => ({ time, observed: true })),
  ...missed.map(time => ({ time, observed: false })),
]
const quantile = (share: number, done: readonly number[], missed: readonly number[] = []) =>
  boundsOf({ type: 'quantile', followed: { lifetimes: lifetimes(done, missed), horizonS: 1800 }, share }, 0.05, key)

describe('a quantile', () => {
  const hundred = Array.from({ length: 100 }, (_, i) => i + 1)

  // Ranks from scipy.stats.beta.ppf(0.05, k, n - k + 1) and beta.ppf(0.95, k + 1, n - k).
  it.each([
    [0.5, hundred, { low: 42, high: 59 }],
    [0.95, hundred, { low: 91, high: 99 }],
    [0.95, hundred.slice(0, 59), { low: 53, high: 59 }],
    [0.95, hundred.slice(0, 58), { low: 52, high: null }],
    [0.5, hundred.slice(0, 4), { low: 0, high: null }],
    [0.5, hundred.slice(0, 5), { low: 1, high: 5 }],
  ])('%d of so many has the bounds of order statistics', (share, done, expected) => {
    expect(quantile(share, done)).toMatchObject({ ...expected, n: done.length })
  })

  it('counts who is censored against either claim', () => {
    const early = Array.from({ length: 50 }, () => 5)
    expect(quantile(0.5, hundred.slice(0, 50), early)).toMatchObject({ low: 5, high: null })
  })

  test('is below its upper bound, and above its lower one, at least as often as they claim', () => {
    const draws = streamKey(7, 'test', 'quantiles')
    const [n, runs] = [80, 1000]
    let [tooLow, tooHigh] = [0, 0]
    for (let run = 0; run < runs; run++) {
      const times = Array.from({ length: n }, (_, i) => -Math.log(uniform(draws, run * n + i)))
      const { low, high } = quantile(0.9, times)
      if (high !== null && high < Math.LN10) tooLow++
      if (low !== null && low > Math.LN10) tooHigh++
    }
    // 5 % and three standard errors.
    expect(tooLow / runs).toBeLessThan(0.071)
    expect(tooHigh / runs).toBeLessThan(0.071)
    expect(tooLow + tooHigh).toBeGreaterThan(0)
  })
})

describe('a mean', () => {
  const values = (n: number) => Array.from({ length: n }, (_, i) => i % 10)
  const mean = (n: number, alpha = 0.05) => boundsOf({ type: 'mean', values: values(n) }, alpha, key)

  it('is bounded from a hundred trials on', () => {
    expect(mean(90)).toEqual({ observed: 4.5, low: null, high: null, n: 90 })
    const { low, high } = mean(100)
    // Student's t of 99 degrees of freedom at 0.95, times the standard error.
    expect(Math.abs(low! - (4.5 - 1.66 * (2.887 / 10)))).toBeLessThan(0.1)
    expect(Math.abs(high! - (4.5 + 1.66 * (2.887 / 10)))).toBeLessThan(0.1)
  })

  it('has wider bounds at a smaller level', () => {
    expect(mean(100, 0.001).high!).toBeGreaterThan(mean(100).high! + 0.2)
  })
})

test('precision needs both rates, each at half the level', () => {
  const [recall, falseActions] = [
    { count: 95, n: 100 },
    { count: 1, n: 400 },
  ]
  const { low, high } = boundsOf({ type: 'precision', recall, falseActions }, 0.05, key)
  const of = (right: number, wrong: number) => (0.05 * right) / (0.05 * right + 0.95 * wrong)
  expect(low).toBeCloseTo(of(claimLow(95, 100, 0.975), claimHigh(1, 400, 0.975)), 12)
  expect(high).toBeCloseTo(of(claimHigh(95, 100, 0.975), claimLow(1, 400, 0.975)), 12)
})

test('alarms an hour have the bounds of Garwood', () => {
  // scipy.stats.chi2.ppf([0.05, 0.95], [4, 6]) / 2
  const { observed, low, high } = boundsOf({ type: 'perHour', events: 2, hours: 100, n: 200 }, 0.05, key)
  expect(observed).toBe(0.02)
  expect(low).toBeCloseTo(0.003553615, 8)
  expect(high).toBeCloseTo(0.06295794, 8)
})

describe('a verdict', () => {
  const bounds: Bounded = { observed: 0.05, low: 0.02, high: 0.1, n: 1 }

  it.each([
    ['<', 0.1, 'inconclusive'],
    ['<=', 0.1, 'pass'],
    ['<', 0.11, 'pass'],
    ['<', 0.02, 'fail'],
    ['<=', 0.02, 'inconclusive'],
    ['>', 0.02, 'inconclusive'],
    ['>=', 0.02, 'pass'],
    ['>=', 0.1, 'inconclusive'],
    ['>', 0.1, 'fail'],
    ['>=', 0.11, 'fail'],
  ] as const)('of %s %d', (operator, limit, verdict) => {
    expect(decideBy(bounds, operator, limit)).toBe(verdict)
  })

  test('never passes and fails what is the opposite of itself', () => {
    const end = fc.option(fc.integer({ min: 0, max: 10 }))
    fc.assert(
      fc.property(end, end, fc.integer({ min: 0, max: 10 }), fc.boolean(), (a, b, limit, strict) => {
        const [low, high] = a !== null && b !== null && a > b ? [b, a] : [a, b]
        const given = { observed: null, low, high, n: 1 }
        const [less, opposite] = strict ? (['<', '>='] as const) : (['<=', '>'] as const)
        const verdicts = [decideBy(given, less, limit), decideBy(given, opposite, limit)]
        expect([
          ['pass', 'fail'],
          ['fail', 'pass'],
          ['inconclusive', 'inconclusive'],
        ]).toContainEqual(verdicts)
      }),
    )
  })
})
