import { expect, test } from 'vitest'
import type { ProcessRecord } from './record-book.ts'
import type { SecondCounts } from './subject/record.ts'
import { truthCells } from './truth.ts'

function process(counts: SecondCounts[], firstTouchedMs: number | null, lastTouchedMs: number | null): ProcessRecord {
  const seconds = new Map(counts.map(second => [second[0], second]))
  return { pod: 'a', startedMs: 0, firstTouchedMs, lastTouchedMs, seconds, final: true, polledMs: 0 }
}

test('processes add up by second of trial time; what lies outside the trial is left out', () => {
  const first = process(
    [
      [99, 9, 9, 0],
      [100, 5, 1, 0],
      [102, 4, 0, 0],
    ],
    null,
    null,
  )
  const second = process(
    [
      [100, 2, 0, 0],
      [103, 7, 7, 0],
    ],
    null,
    null,
  )
  expect(truthCells([first, second], 100_000, 3000)).toEqual([
    { t: 1000, data: { fromMs: 0, requests: 7, bad: 1, touched: 0 } },
    { t: 2000, data: { fromMs: 1000, requests: 0, bad: 0, touched: 0 } },
    { t: 3000, data: { fromMs: 2000, requests: 4, bad: 0, touched: 0 } },
  ])
})

test('touched cells begin with the first touched request of any process and end with the last', () => {
  const early = process([[101, 5, 2, 2]], 101_250, 101_600)
  const late = process(
    [
      [101, 5, 2, 1],
      [103, 5, 2, 1],
    ],
    101_400,
    103_900,
  )
  const cells = truthCells([early, late], 100_000, 5000)
  expect(cells.map(({ t, data }) => [data.fromMs, t, data.touched])).toEqual([
    [0, 1000, 0],
    [1250, 2000, 3],
    [2000, 3000, 0],
    [3000, 3900, 1],
    [4000, 5000, 0],
  ])
})
