import { expect, it } from 'vitest'
import { type BadCount, findOnset } from './onset.ts'

const nobody = { requests: 0, bad: 0 }
const counts = (bad: readonly number[], requests = 100): BadCount[] =>
  bad.map((count, i) => ({ fromMs: i * 5000, toMs: (i + 1) * 5000, requests, bad: count }))

it('finds the look from which on more is bad', () => {
  const onset = findOnset(counts([1, 0, 2, 1, 1, 0, 12, 9, 14, 11]), nobody)
  expect(onset).toMatchObject({ atMs: 30_000, mayBeFirst: false })
  expect(onset!.after).toBeCloseTo(0.115)
})

it('says that it may have been so from the first request on where that explains the counts as well', () => {
  expect(findOnset(counts([0, 3, 2, 4, 3, 4, 3]), { requests: 5000, bad: 5 })).toMatchObject({ mayBeFirst: true })
})

it.each([
  ['never', counts([1, 0, 2, 1, 0, 1, 2, 0])],
  ['for the better', counts([12, 9, 14, 11, 1, 0, 2, 1])],
  ['by too little', counts([40, 42, 39, 41, 52, 55, 51, 54], 1000)],
  ['while nobody asks', counts([0, 0, 0, 0], 0)],
])('finds nothing that changes %s', (_, series) => expect(findOnset(series, nobody)).toBeUndefined())
