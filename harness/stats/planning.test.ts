import { describe, expect, it } from 'vitest'
import oracle from './oracle/comparisons.json' with { type: 'json' }
import { mcNemar } from './paired-rates.ts'
import { trialsToClaim, trialsToTell, trialsToTellRates } from './planning.ts'

type Plan = [number, number, number, number, number]

describe('trialsToClaim', () => {
  it.each(oracle.trialsToClaim as Plan[])(
    'a rate of %d shows itself below %d at %d with chance %d as SciPy finds by trying',
    (rate, bound, confidence, power, n) => {
      expect(trialsToClaim(rate, bound, { confidence, power })).toBe(n)
      expect(trialsToClaim(1 - rate, 1 - bound, { confidence, power })).toBe(n)
    },
  )

  it('knows when no number of trials tells', () => {
    expect(trialsToClaim(0.01, 0.01)).toBeNull()
    expect(trialsToClaim(0.0999999, 0.1)).toBeNull()
  })

  it('asks for more as the rate nears its bound', () => {
    const needed = [0, 0.002, 0.004, 0.006, 0.008, 0.009, 0.0095].map(rate => trialsToClaim(rate, 0.01)!)
    expect(needed).toEqual(needed.toSorted((a, b) => a - b))
    expect(needed.at(-1)).toBeGreaterThan(100_000)
  })
})

describe('trialsToTell', () => {
  it.each(oracle.trialsToTell as Plan[])(
    'a mean difference of %d with standard deviation %d',
    (difference, standardDeviation, confidence, power, n) => {
      expect(trialsToTell(difference, standardDeviation, { confidence, power })).toBe(Math.ceil(n))
    },
  )

  it('needs as many pairs as a sign test where all differ alike, and knows no number where none does', () => {
    expect([trialsToTell(3, 0), trialsToTell(3, 0, { confidence: 0.99 }), trialsToTell(0, 1)]).toEqual([6, 8, null])
  })
})

describe('trialsToTellRates', () => {
  it.each(oracle.trialsToTellRates as Plan[])(
    'shares of %d and %d of pairs that part, at %d with chance %d',
    (a, b, confidence, power, n) => {
      expect(trialsToTellRates(a, b, { confidence, power })).toBe(Math.ceil(n))
      expect(trialsToTellRates(b, a, { confidence, power })).toBe(Math.ceil(n))
    },
  )

  it("has Duffy's published 248 pairs, and none where the shares are equal", () => {
    expect(trialsToTellRates(0.125, 0.25, { power: 0.9 })).toBe(248)
    expect(trialsToTellRates(0.1, 0.1)).toBeNull()
  })

  it('needs as many pairs as the test can tell at all where each parts one way', () => {
    const n = trialsToTellRates(0, 1)!
    expect(n).toBe(5)
    expect([mcNemar(0, n).midP <= 0.05, mcNemar(0, n - 1).midP <= 0.05]).toEqual([true, false])
  })
})
