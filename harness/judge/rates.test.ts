import { describe, expect, it } from 'vitest'
import { claimHigh, claimLow } from '../stats/proportion.ts'
import { claimBounds, falseRate, precisionAtCfr, rate, worstScare } from './rates.ts'

const scare = (scenario: string, count: number, n: number) => ({ scenario, count, n })

describe('claimBounds', () => {
  it('is one-sided 95 % for one rate', () => {
    expect(claimBounds([{ count: 0, n: 299 }])).toEqual({ low: 0, high: claimHigh(0, 299) })
    expect(claimBounds([{ count: 0, n: 299 }]).high).toBeLessThan(0.01)
    expect(claimBounds([{ count: 0, n: 298 }]).high).toBeGreaterThan(0.01)
  })

  it('divides the error over several', () => {
    const { low, high } = claimBounds([scare('a', 1, 100), scare('b', 3, 100), scare('c', 0, 100)])
    expect(high).toBe(claimHigh(3, 100, 1 - 0.05 / 3))
    expect(low).toBe(claimLow(3, 100, 1 - 0.05 / 3))
  })

  it('is as high as the least known rate lets it be', () => {
    expect(claimBounds([scare('a', 2, 400), scare('b', 0, 5)]).high).toBe(claimHigh(0, 5, 0.975))
  })

  it('knows nothing of no rates', () => {
    expect(claimBounds([])).toEqual({ low: 0, high: 1 })
  })
})

describe('worstScare', () => {
  it.each([
    ['the highest rate', [scare('a', 1, 10), scare('b', 3, 20)], 'b'],
    ['of equal rates the one with fewer trials', [scare('a', 1, 20), scare('b', 1, 20), scare('c', 0, 5)], 'a'],
    ['of equal rates the least known', [scare('a', 0, 20), scare('b', 0, 10)], 'b'],
    ['not one without trials', [scare('a', 0, 0), scare('b', 0, 10)], 'b'],
    ['none without any trials', [scare('a', 0, 0)], undefined],
  ])('is %s', (_, scares, expected) => {
    expect(worstScare(scares)?.scenario).toBe(expected)
  })

  it('is not claimed where there is none', () => {
    const nothing = { value: null, low: null, high: null, claimHigh: null }
    expect(falseRate({ count: 0, n: 0 }, [])).toEqual({ twins: nothing, worstScare: { scenario: null, ...nothing } })
  })
})

describe('precisionAtCfr', () => {
  it('is the share of right rollbacks, between the worse and the better ends of both rates', () => {
    const recall = rate({ count: 90, n: 100 })
    const falseActions = rate({ count: 10, n: 100 })
    const { cfr, value, low, high } = precisionAtCfr(recall, falseActions)
    expect(cfr).toBe(0.05)
    // 0.045 / (0.045 + 0.095)
    expect(value).toBeCloseTo(9 / 28, 12)
    expect(low).toBeCloseTo((0.05 * recall.low!) / (0.05 * recall.low! + 0.95 * falseActions.high!), 12)
    expect(high).toBeCloseTo((0.05 * recall.high!) / (0.05 * recall.high! + 0.95 * falseActions.low!), 12)
  })

  it.each([
    ['nothing is rolled back', { count: 0, n: 9 }, { count: 0, n: 9 }],
    ['there is no faulty trial', { count: 0, n: 0 }, { count: 1, n: 9 }],
    ['there is no twin', { count: 9, n: 9 }, { count: 0, n: 0 }],
  ])('is not defined where %s', (_, recall, falseActions) => {
    expect(precisionAtCfr(rate(recall), rate(falseActions))).toEqual({ cfr: 0.05, value: null, low: null, high: null })
  })
})
