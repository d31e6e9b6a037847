import { expect, test } from 'vitest'
import { createRecordBook, type RecordBook } from './record-book.ts'

const record = (startedMs: number, seconds: readonly (readonly [number, number, number, number])[] = []) => ({
  startedMs,
  firstTouchedMs: null,
  lastTouchedMs: null,
  seconds,
})

test('polled seconds and the last word add up, and nothing counts twice', () => {
  const book = createRecordBook()
  book.take(
    'a',
    record(1000, [
      [1, 2, 0, 0],
      [2, 5, 1, 0],
    ]),
    false,
    2500,
  )
  expect(book.since('a')).toBe(2)
  book.take('a', { ...record(1000, [[2, 9, 1, 1]]), firstTouchedMs: 2900, lastTouchedMs: 2900 }, true, 3000)
  // An answer that was under way.
  book.take('a', record(1000, [[2, 6, 1, 0]]), false, 3100)
  book.take('b', record(1500, [[3, 4, 0, 0]]), false, 3100)
  expect(book.requests()).toBe(2 + 9 + 4)
  expect(book.processes.get('a 1000')).toMatchObject({ final: true, firstTouchedMs: 2900 })
  expect(book.losses()).toEqual([])
})

const lost = ['the last requests of pod a are lost']

test.each<[string, (book: RecordBook) => void, string[]]>([
  [
    'a process that is killed soon after a poll loses next to nothing',
    book => {
      book.take('a', record(1000), false, 20_000)
      book.noteEnd('a', 1000, 22_000)
    },
    [],
  ],
  [
    'one that had not answered for long loses what it did since',
    book => {
      book.take('a', record(1000), false, 20_000)
      book.noteEnd('a', 1000, 40_000)
    },
    lost,
  ],
  ['one that was never polled, and served', book => book.noteEnd('a', 1000, 40_000), lost],
  ['one that ended before it could serve', book => book.noteEnd('a', 1000, 2000), []],
  [
    'a pod that vanishes without a last word',
    book => {
      book.take('a', record(1000), false, 20_000)
      book.noteGone('a', 40_000)
    },
    lost,
  ],
  [
    'a pod whose last word is known',
    book => {
      book.take('a', record(1000), false, 20_000)
      book.take('a', record(1000), true, 40_000)
      book.noteGone('a', 40_000)
    },
    [],
  ],
  [
    'a pod that crashes until it is gone',
    book => {
      book.take('a', record(1500), true, 3000)
      book.noteEnd('a', 30_000, 31_000)
      book.noteGone('a', 60_000)
    },
    [],
  ],
])('%s', (_, happens, expected) => {
  const book = createRecordBook()
  happens(book)
  expect(book.losses()).toEqual(expected)
})
