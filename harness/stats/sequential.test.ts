import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { binomialPmf } from './binomial.ts'
import { claimHigh, claimLow } from './proportion.ts'
import { spentLevel } from './sequential.ts'

const doubling = [125, 250, 500, 1000, 2000]

describe('spentLevel', () => {
  it('spends by new trials: with doubling looks half at the last, a quarter before it', () => {
    expect(doubling.map((_, look) => spentLevel(0.05, doubling, look))).toEqual([
      0.003125, 0.003125, 0.00625, 0.0125, 0.025,
    ])
    expect(spentLevel(0.05, [300], 0)).toBe(0.05)
  })

  it('spends alpha in all', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 1e6 }), { minLength: 1, maxLength: 12 }), looks => {
        looks.sort((a, b) => a - b)
        const spent = looks.map((_, look) => spentLevel(0.05, looks, look)).reduce((a, b) => a + b)
        expect(spent).toBeCloseTo(0.05, 12)
      }),
    )
  })

  // Every path of a binomial walk, stopped at the first look whose bound decides; the rate is the claim's very bound.
  it.each([
    ['below', 0.01],
    ['above', 0.95],
    ['below', 0.3],
  ])('keeps a claim of a rate %s %d, looked at five times, from erring more than 5 %%', (side, bound) => {
    const looks = [60, 120, 240, 480, 960]
    const claims = (k: number, look: number, alpha: number) =>
      side === 'below' ? claimHigh(k, looks[look]!, 1 - alpha) < bound : claimLow(k, looks[look]!, 1 - alpha) > bound
    const erring = (levelAt: (look: number) => number) => {
      let going: number[] = [1]
      let wrong = 0
      looks.forEach((n, look) => {
        const added = n - (looks[look - 1] ?? 0)
        const law = Array.from({ length: added + 1 }, (_, k) => binomialPmf(k, added, bound))
        const next = new Array<number>(n + 1).fill(0)
        going.forEach((chance, k) => {
          if (chance > 0) for (let i = 0; i <= added; i++) next[k + i]! += chance * law[i]!
        })
        going = next.map((chance, k) => {
          if (!claims(k, look, levelAt(look))) return chance
          wrong += chance
          return 0
        })
      })
      return wrong
    }
    expect(erring(look => spentLevel(0.05, looks, look))).toBeLessThanOrEqual(0.05)
    if (bound === 0.3) expect(erring(() => 0.05)).toBeGreaterThan(0.08)
  })

  it.each([
    ['no such look', doubling, 5],
    ['looks that do not grow', [100, 100], 1],
    ['no looks', [], 0],
  ])('refuses %s', (_, looks, look) => {
    expect(() => spentLevel(0.05, looks, look)).toThrow(RangeError)
  })
})
