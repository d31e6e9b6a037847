import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { excessOf, findRise, logEvidenceOfMore } from './rise.ts'

const looks = (...counts: [number, number][]) => counts.map(([requests, bad]) => ({ requests, bad }))

describe('a rise', () => {
  it('is found at the look at which the share of bad requests grows', () => {
    const rise = findRise(looks([100, 1], [100, 0], [100, 2], [100, 20], [100, 25], [100, 18]))!
    expect(rise.index).toBe(3)
    expect(rise.before).toEqual({ requests: 300, bad: 3 })
    expect(rise.after).toEqual({ requests: 300, bad: 63 })
    expect(excessOf(rise)).toBe(60)
  })

  it('has the log likelihood ratio of two shares against one', () => {
    // By hand: 1/10 then 9/10 against 10/20 twice: 2 (9 ln .9 + ln .1) - 20 ln .5.
    const expected = 2 * (9 * Math.log(0.9) + Math.log(0.1)) - 20 * Math.log(0.5)
    expect(findRise(looks([10, 1], [10, 9]))!.nats).toBeCloseTo(expected, 10)
  })

  it.each([
    ['a fall', looks([100, 20], [100, 1])],
    ['what stays', looks([100, 5], [100, 5])],
    ['what was bad from the first look on', looks([100, 90])],
    ['nothing', []],
  ])('is not found in %s', (_, some) => {
    expect(findRise(some)).toBeUndefined()
  })
})

describe('evidence that one version has more', () => {
  // Computed apart, with numpy: blocks of 50 and 450 requests, one after the other.
  it.each([
    [1, 2, 1, 1.593744],
    [4, 3, 2, 53.62706],
    [8, 6, 3, 4749.137],
    [10, 8, 4, 35181.6],
  ])('of %i and %i bad requests is as elsewhere', (judgedBad, stableBad, blocks, expected) => {
    const judged = { requests: 50 * blocks, bad: judgedBad }
    const stable = { requests: 450 * blocks, bad: stableBad }
    expect(Math.exp(logEvidenceOfMore(judged, stable, [2, 4, 10], 1)) / expected).toBeCloseTo(1, 6)
  })

  it('does not grow, on average, while both versions are alike', () => {
    // Given how many bad requests there are in all, each is the judged version's with the share of its requests.
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.double({ min: 0.05, max: 0.95, noNaN: true }), (bad, share) => {
        const requests = 1000
        let mean = 0
        let chance = (1 - share) ** bad
        for (let judgedBad = 0; judgedBad <= bad; judgedBad++) {
          const judged = { requests: share * requests, bad: judgedBad }
          const stable = { requests: (1 - share) * requests, bad: bad - judgedBad }
          mean += chance * Math.exp(logEvidenceOfMore(judged, stable, [2, 4, 10], 1))
          chance *= ((bad - judgedBad) / (judgedBad + 1)) * (share / (1 - share))
        }
        expect(mean).toBeCloseTo(1, 6)
      }),
    )
  })
})
