import { expect, test } from 'vitest'
import { streamKey } from '../../../harness/stats/uniform.ts'
import { inFlightAt, withHung } from './in-flight.ts'
import { createUsage, type HungRequests, noGauges } from './pod-usage.ts'

const hungOf = (...cells: [startMs: number, count: number][]) =>
  cells.reduce<readonly HungRequests[]>(
    (hung, [startMs, count]) => withHung(hung, { startMs, count, heldMs: 10_000 }),
    [],
  )

test.each([
  [0, 0],
  [2500, 5],
  [4999, 9],
  [5000, 10],
  [10_000, 10],
  [12_500, 5],
  [15_000, 0],
  [20_000, 0],
])(
  'requests that hang are in progress from when they arrive until they are given up: at %i ms %i of ten',
  (atMs, expected) => {
    expect(inFlightAt({ ...createUsage(), hung: hungOf([0, 10]) }, null, 1, atMs)).toBe(expected)
  },
)

test('of a steady stream as many hang as come until the first of them is given up', () => {
  const cells = Array.from({ length: 6 }, (_, i): [number, number] => [i * 5000, 10])
  const usage = { ...createUsage(), hung: hungOf(...cells) }
  expect([25_000, 26_000, 27_500, 29_999, 30_000].map(atMs => inFlightAt(usage, null, 1, atMs))).toEqual(
    new Array(5).fill(20),
  )
})

test('what has been given up is forgotten', () => {
  expect(hungOf([0, 3], [5000, 0], [10_000, 0])).toHaveLength(1)
  expect(hungOf([0, 3], [5000, 0], [10_000, 0], [15_000, 0])).toEqual([])
})

test('a worker that never comes back is in progress for ever', () => {
  expect(inFlightAt({ ...createUsage(), stuck: 3 }, null, 1, 1e9)).toBe(3)
})

test('those that will be answered are a whole number, in the mean as many as expected, and vary as much', () => {
  const luck = streamKey(1, 'test', 'in flight')
  const usage = createUsage({ ...noGauges, inFlight: 0.7 })
  const draws = Array.from({ length: 20_000 }, (_, i) => inFlightAt(usage, luck, 1 + (i % 10), 5000 * i))
  const mean = draws.reduce((a, b) => a + b) / draws.length
  const variance = draws.reduce((a, b) => a + (b - mean) ** 2, 0) / draws.length
  expect(draws.every(Number.isInteger)).toBe(true)
  // Four standard errors: sqrt(0.7 / 20000) = 0.0059, and about 0.009 of the variance.
  expect(Math.abs(mean - 0.7)).toBeLessThan(0.024)
  expect(Math.abs(variance - 0.7)).toBeLessThan(0.036)
})
