import { expect, test } from 'vitest'
import { axisOf, bucketAt, served, shares } from './buckets.ts'

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
  const toMs = [60_000, 65_000, 70_000, 75_000, 85_000]
  const looks = { toMs, requests: [9, 30, 10, 0, 9], errors: [9, 0, 10, 0, 9], slow: [9, 20, 0, 0, 9] }
  expect(shares(axis, looks, 'errors')).toEqual([0.25, null])
  expect(shares(axis, looks, 'slow')).toEqual([0.5, null])
})

test('a version without pods has no weight, before it comes and after it went', () => {
  const traffic = [
    { atMs: 0, pods: [10, 0] },
    { atMs: 61_000, pods: [8, 2] },
    { atMs: 64_000, pods: [5, 5] },
    { atMs: 75_000, pods: [10, 0] },
  ]
  expect(served(axis, traffic, 1, 'share')).toEqual([0.5, null])
  expect(served(axisOf(40_000, 80_000, 4, 5000), traffic, 1, 'pods')).toEqual([null, null, 5, null])
})
