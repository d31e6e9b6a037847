import { expect, test } from 'vitest'
import { planDifferences } from './plan-differences.ts'

test.each([
  [{ a: 1, b: { c: [1, 2] } }, { a: 1, b: { c: [1, 2] } }, []],
  [{ suite: { seeds: 2 } }, { suite: { seeds: 3 } }, ['suite.seeds: 2 there, 3 here']],
  [{ scored: ['a'] }, { scored: ['a', 'b'] }, ['scored[1]: nothing there, "b" here']],
  [{ shard: { index: 1, count: 2 } }, {}, ['shard: {"index":1,"count":2} there, nothing here']],
  [{ a: null }, { a: undefined }, ['a: null there, nothing here']],
  [{ a: {} }, { a: [] }, ['a: {} there, [] here']],
  [{ a: 1 }, { a: 1, b: undefined }, []],
])('%j against %j', (stored, wanted, told) => {
  expect(planDifferences(stored, wanted)).toEqual(told)
})

test('of many differences the first are told, and how many there are more', () => {
  const many = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`k${i}`, i]))
  const told = planDifferences(many, {})
  expect(told).toHaveLength(13)
  expect(told.at(-1)).toBe('and 8 more')
})
