import { describe, expect, test } from 'vitest'
import { lookOf } from './fixtures/looks.ts'
import { compare, countBad, signedRoot } from './verify.ts'

const counts = (requests: number, bad: number, seconds = 60) => ({ requests, bad, seconds })

/**
 * Twice the log-likelihood of two binomial laws with shares of their own over that with one share, by Python's `math.lgamma`; the root has
 * the sign of the difference. It is the G statistic of the 2x2 table. The first one is the Physicians' Health Study (A. Agresti, Categorical
 * Data Analysis, 2nd ed., chapter 3: 104 of 11,037 and 189 of 11,034, G^2 = 25.37).
 */
describe('the signed root of the likelihood ratio', () => {
  test.each<[before: [number, number], after: [number, number], root: number]>([
    [[11_037, 104], [11_034, 189], 5.037058570150069],
    [[1000, 0], [1000, 10], 3.730039554612297],
    [[1000, 100], [1000, 50], -4.282688360952743],
    [[500, 5], [1500, 60], 3.6711350260248126],
    [[200, 0], [200, 200], 23.548200450309494],
    [[100, 0], [100, 0], 0],
    [[400, 40], [4000, 400], 0],
  ])('of %j and %j is %d, and the opposite the other way round', (before, after, root) => {
    expect(signedRoot(counts(...before), counts(...after))).toBeCloseTo(root, 7)
    expect(signedRoot(counts(...after), counts(...before))).toBeCloseTo(root === 0 ? 0 : -root, 7)
  })
})

describe('an action', () => {
  test.each<[string, ReturnType<typeof counts>, ReturnType<typeof counts>]>([
    ['better', counts(1000, 100), counts(1000, 50)],
    ['no worse', counts(1000, 100), counts(1000, 90)],
    ['no worse', counts(1000, 0), counts(1000, 0)],
    ['worse', counts(1000, 0), counts(1000, 10)],
    // Certain, but half a percent is nobody's trouble.
    ['no worse', counts(1_000_000, 1000), counts(1_000_000, 5900)],
    ['worse', counts(1_000_000, 1000), counts(1_000_000, 6100)],
    // Twice the demand is met, with a larger share that is not: that is no fault of the action.
    ['no worse', counts(1000, 100), counts(2000, 400)],
    ['worse', counts(1000, 100), counts(2000, 1200)],
    // The same requests as before in twice the time.
    ['worse', counts(1000, 100), counts(1000, 200, 120)],
    ['unknown', counts(0, 0), counts(1000, 0)],
    ['unknown', counts(1000, 0), counts(0, 0)],
  ])('is %s with %j before and %j after', (outcome, before, after) => {
    expect(compare(before, after)).toBe(outcome)
  })
})

test('errors and slow requests of the service are bad, in the looks that are wanted', () => {
  const looks = [
    lookOf(0, { checkout: [100, 1, 2], payments: [50, 50] }),
    lookOf(1, { checkout: [100, 10, 20] }),
    lookOf(2, { payments: [50, 50] }),
  ]
  expect(countBad(looks, 'checkout', () => true)).toEqual({ requests: 200, bad: 33, seconds: 15 })
  expect(countBad(looks, 'checkout', ({ fromMs }) => fromMs >= 5000)).toEqual({ requests: 100, bad: 30, seconds: 10 })
  expect(countBad([], 'checkout', () => true)).toEqual({ requests: 0, bad: 0, seconds: 0 })
})
