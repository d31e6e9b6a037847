import { expect, it } from 'vitest'
import { normalCdf } from '../../harness/stats/normal.ts'
import { lawShift } from './law-shift.ts'

const upperBoundsS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Requests of a lognormal law with a median of 25 ms, of which a share takes `factor` times as long. */
function outcomes(requests: number, factor: number, share = 1) {
  const below = (k: number, by: number) =>
    k < 0 ? 0 : k < upperBoundsS.length ? normalCdf(Math.log(upperBoundsS[k]! / (0.025 * by)) / 0.8) : 1
  const shareIn = (k: number, by: number) => below(k, by) - below(k - 1, by)
  const latency = Array.from({ length: 12 }, (_, k) =>
    Math.round(requests * ((1 - share) * shareIn(k, 1) + share * shareIn(k, factor))),
  )
  return { requests, errors: 0, latency }
}
const calm = outcomes(2000, 1)

it.each([
  [1.6, 400],
  [3, 200],
  [10, 100],
])('tells a law that is %d times slower', (factor, requests) => {
  const shift = lawShift(outcomes(requests, factor), calm, upperBoundsS)
  expect(shift.kind).toBe('whole')
  expect(shift.factor / factor).toBeGreaterThan(0.7)
  expect(shift.factor / factor).toBeLessThan(1.4)
})

it.each([
  [0.03, 30],
  [0.1, 20],
])('tells a tail of %d that is %d times slower', (share, factor) => {
  const shift = lawShift(outcomes(1000, factor, share), calm, upperBoundsS)
  expect(shift.kind).toBe('tail')
  expect(shift.share / share).toBeGreaterThan(0.5)
  expect(shift.share / share).toBeLessThan(2)
})

it.each([
  ['the same law', outcomes(1000, 1), calm],
  ['a difference of pods', outcomes(1000, 1.1), calm],
  ['no request', outcomes(0, 1), calm],
  ['no baseline', outcomes(1000, 3), outcomes(0, 1)],
])('sees no change in %s', (_, now, before) => expect(lawShift(now, before, upperBoundsS).kind).toBe('none'))
