import { expect, test } from 'vitest'
import { axisOf, bucketAt, served, shares } from './buckets.ts'

const look = (toMs: number, requests: number, errors: number, slow: number | null = 0) => ({
  fromMs: toMs - 5000,
  toMs,
  requests,
  errors,
  slow,
})

test.each([
  [0, 60_000, 12, { bucketMs: 5000, buckets: 12 }],
  [0, 60_000, 100, { bucketMs: 5000, buckets: 12 }],
  [60_000, 130_000, 10, { bucketMs: 10_000, buckets: 7 }],
  [0, 1_800_000, 48, { bucketMs: 40_000, buckets: 45 }],
])('from %i to %i ms in at most %i columns each has the same number of looks', (fromMs, toMs, columns, expected) => {
  expect(axisOf(fromMs, toMs, columns, 5000)).toEqual({ fromMs, ...expected })
})

const axis = axisOf(60_000, 80_000, 2, 5000)

test('an instant falls in one bucket, or in none', () => {
  expect([59_999, 60_000, 69_999, 70_000, 79_999, 80_000].map(atMs => bucketAt(axis, atMs))).toEqual([
    null,
    0,
    0,
    1,
    1,
    null,
  ])
})

test('a share is that of all requests of the bucket, and none without requests', () => {
  const looks = [look(60_000, 9, 9), look(65_000, 30, 0), look(70_000, 10, 10), look(75_000, 0, 0), look(85_000, 9, 9)]
  expect(shares(axis, looks, 'errors')).toEqual([0.25, null])
})

test('a look that does not tell who was slow is in no share of slow requests', () => {
  expect(shares(axis, [look(65_000, 10, 0, null), look(70_000, 10, 0, 5)], 'slow')).toEqual([0.5, null])
})

test('a version without pods has no weight, before it comes and after it went', () => {
  const serving = [
    { atMs: 61_000, pods: 2, share: 0.2 },
    { atMs: 64_000, pods: 5, share: 0.5 },
    { atMs: 75_000, pods: 0, share: 0 },
  ]
  expect(served(axis, serving, 'share')).toEqual([0.5, null])
  expect(served(axisOf(40_000, 80_000, 4, 5000), serving, 'pods')).toEqual([null, null, 5, null])
})
