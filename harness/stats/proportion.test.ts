import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { claimHigh, claimLow, clopperPearson, wilson } from './proportion.ts'

describe('intervals of a proportion', () => {
  // SciPy 1.17.1: binomtest(k, n).proportion_ci(0.95, 'wilson'), beta.ppf(0.025, k, n - k + 1), beta.ppf(0.975, k + 1, n - k).
  it.each([
    [0, 300, 0.0, 0.012642971224546036, 0.0, 0.01222097469429355],
    [3, 1000, 0.0010207838811386186, 0.008783014053503173, 0.0006190999316495713, 0.008742023238478303],
    [12, 1000, 0.006877647806403521, 0.020857268475498278, 0.006215525559595245, 0.02086767959103641],
    [8, 10, 0.4901624715366418, 0.9433178485456248, 0.4439045376923585, 0.9747892736731666],
    [10, 10, 0.7224672001371109, 1.0, 0.6915028921812392, 1.0],
    [1, 2, 0.09453120573423074, 0.9054687942657693, 0.01257911709342505, 0.9874208829065749],
    [499, 500, 0.9887592932948532, 0.9996468636054407, 0.9889075231010312, 0.9999493656659926],
    [12345, 1000000, 0.012130446166424584, 0.01256330043238542, 0.01212949382560612, 0.012563337660712826],
  ])('%i of %i are as SciPy has them', (k, n, wilsonLow, wilsonHigh, exactLow, exactHigh) => {
    const score = wilson(k, n)
    const exact = clopperPearson(k, n)
    expect([score.value, exact.value]).toEqual([k / n, k / n])
    expect([score.low, score.high, exact.low, exact.high].map(end => end!.toPrecision(12))).toEqual(
      [wilsonLow, wilsonHigh, exactLow, exactHigh].map(end => end.toPrecision(12)),
    )
  })

  it('is symmetric in successes and failures and holds its value', () => {
    const counts = fc
      .integer({ min: 1, max: 3000 })
      .chain(n => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)))
    fc.assert(
      fc.property(counts, fc.constantFrom(0.5, 0.9, 0.95, 0.999), ([k, n], confidence) => {
        for (const interval of [wilson, clopperPearson]) {
          const { value, low, high } = interval(k, n, confidence)
          const mirrored = interval(n - k, n, confidence)
          expect(low! <= value! && value! <= high! && low! >= 0 && high! <= 1).toBe(true)
          expect(mirrored.low).toBeCloseTo(1 - high!, 10)
          expect(mirrored.high).toBeCloseTo(1 - low!, 10)
        }
      }),
    )
  })

  it('is null throughout without trials', () => {
    const nothing = { value: null, low: null, high: null }
    expect([wilson(0, 0), clopperPearson(0, 0)]).toEqual([nothing, nothing])
  })

  it.each([
    [1, 0],
    [-1, 5],
    [0.5, 5],
    [Number.NaN, 5],
  ])('refuses %d of %d', (k, n) => {
    for (const bound of [wilson, clopperPearson, claimHigh, claimLow]) expect(() => bound(k, n)).toThrow(RangeError)
  })
})

describe('claims', () => {
  // The least n with a one-sided 95 % Clopper-Pearson bound below b for k events: hand check for k = 0, (1 - b)^n <= 0.05.
  it.each([
    [0, 299, 0.01],
    [1, 473, 0.01],
    [2, 628, 0.01],
    [3, 773, 0.01],
    [4, 913, 0.01],
    [5, 1049, 0.01],
    [10, 1693, 0.01],
    [0, 2995, 0.001],
    [1, 4742, 0.001],
    [2, 6294, 0.001],
    [0, 59, 0.05],
    [1, 93, 0.05],
    [2, 124, 0.05],
    [5, 208, 0.05],
  ])('%i alarms support a rate below their bound from %i trials on: %d', (k, n, bound) => {
    expect(claimHigh(k, n)).toBeLessThan(bound)
    expect(claimHigh(k, n - 1)).toBeGreaterThanOrEqual(bound)
  })

  it('leaves exactly the error probability beyond the bound', () => {
    const cumulative = (k: number, n: number, p: number) => {
      let term = (1 - p) ** n
      let sum = term
      for (let i = 1; i <= k; i++) {
        term *= ((n - i + 1) / i) * (p / (1 - p))
        sum += term
      }
      return sum
    }
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 60 }),
        fc.nat(),
        fc.constantFrom(0.9, 0.95, 0.999),
        (n, any, confidence) => {
          const k = 1 + (any % (n - 1))
          expect(cumulative(k, n, claimHigh(k, n, confidence))).toBeCloseTo(1 - confidence, 9)
          expect(1 - cumulative(k - 1, n, claimLow(k, n, confidence))).toBeCloseTo(1 - confidence, 9)
        },
      ),
    )
  })

  it('knows nothing without trials', () => {
    expect([claimLow(0, 0), claimHigh(0, 0)]).toEqual([0, 1])
  })
})
