import fc from 'fast-check'
import { expect, test } from 'vitest'
import { linearScale, logScale, timeTicksS } from './scale.ts'

test('equal ratios are equal steps, and 0 is apart at the left', () => {
  const { at } = logScale(0.001, 1, true)
  expect(at(0.1) - at(0.01)).toBeCloseTo(at(1) - at(0.1))
  expect(at(1)).toBe(1)
  expect(at(0)).toBeLessThan(at(0.001))
  expect(at(0)).toBeGreaterThan(0)
})

test.each([
  [linearScale(0, 1, 2), [0, 0.5, 1]],
  [linearScale(0, 0.03), [0, 0.01, 0.02, 0.03]],
  [logScale(0.001, 1, true), [0, 0.001, 0.01, 0.1, 1]],
  [logScale(1, 3600, false, timeTicksS), [1, 10, 60, 600, 3600]],
])('ticks of %j are round', ({ ticks }, expected) => {
  expect(ticks).toEqual(expected)
})

test('more is never further left, and nothing leaves the axis', () => {
  const amount = fc.double({ min: 0, max: 1e6, noNaN: true })
  fc.assert(
    fc.property(amount, amount, fc.boolean(), (a, b, hasZero) => {
      for (const { at } of [linearScale(0, 1000), logScale(1, 1e5, hasZero)]) {
        expect(at(Math.max(a, b))).toBeGreaterThanOrEqual(at(Math.min(a, b)))
        expect(at(a)).toBeGreaterThanOrEqual(0)
        expect(at(a)).toBeLessThanOrEqual(1)
      }
    }),
  )
})
