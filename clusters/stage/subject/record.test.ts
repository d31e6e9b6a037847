import { expect, test } from 'vitest'
import { Recorder } from './record.ts'

test('a record counts requests, bad ones and touched ones by the second in which they ended', () => {
  const recorder = new Recorder(999, 500)
  recorder.add(1000, { code: 200, latencyMs: 20, touched: false })
  recorder.add(1999, { code: 500, latencyMs: 20, touched: true })
  recorder.add(3000, { code: 200, latencyMs: 501, touched: true })
  recorder.add(3001, { code: 200, latencyMs: 500, touched: false })
  expect(recorder.since(0)).toEqual({
    startedMs: 999,
    firstTouchedMs: 1999,
    lastTouchedMs: 3000,
    seconds: [
      [1, 2, 1, 1],
      [3, 2, 1, 1],
    ],
  })
  expect(recorder.since(2).seconds).toEqual([[3, 2, 1, 1]])
})

test('a process without a touched request has no instants', () => {
  const recorder = new Recorder(0, 500)
  recorder.add(5, { code: 500, latencyMs: 20, touched: false })
  expect(recorder.since(0)).toMatchObject({ firstTouchedMs: null, lastTouchedMs: null })
})
