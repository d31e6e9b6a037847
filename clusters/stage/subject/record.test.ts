import { expect, test } from 'vitest'
import { Recorder, sealRecord, unsealRecord } from './record.ts'
import { newLock } from './seal.ts'

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

test('a last word fits into the status of a pod, and loses the oldest seconds alone', () => {
  const recorder = new Recorder(1_700_000_000_123, 500)
  for (let second = 0; second < 3600; second++)
    for (let i = 0; i < (second * 7919) % 97; i++)
      recorder.add(1_700_000_001_000 + second * 1000, {
        code: i % 3 === 0 ? null : 200,
        latencyMs: 20,
        touched: i % 5 === 0,
      })
  const record = recorder.since(0)
  const lock = newLock()
  const text = sealRecord(record, lock.publicKey)
  expect(text).toHaveLength(2048)
  expect(text).toMatch(/^[\w-]+$/)
  const read = unsealRecord(text, lock)!
  expect(read).toEqual({ ...record, seconds: record.seconds.slice(-read.seconds.length) })
  expect(read.seconds.length).toBeGreaterThan(30)
})

test('a last word says nothing to anybody else, of a touched process no more than of another', () => {
  const lock = newLock()
  const good = new Recorder(0, 500)
  const bad = new Recorder(0, 500)
  for (let ms = 0; ms < 60_000; ms += 20) {
    good.add(ms, { code: 200, latencyMs: 20, touched: false })
    bad.add(ms, { code: ms % 3 === 0 ? 500 : 200, latencyMs: 20, touched: ms % 3 === 0 })
  }
  const [one, other] = [good, bad].map(recorder => sealRecord(recorder.since(0), lock.publicKey))
  expect(one).toHaveLength(other!.length)
  expect(sealRecord(good.since(0), lock.publicKey)).not.toBe(one)
  expect(unsealRecord(other!, newLock())).toBeUndefined()
  expect(unsealRecord(other!, lock)).toEqual(bad.since(0))
})

test.each(['', 'panic: out of memory', '{"startedMs": 1}'])('%j is no last word', text => {
  expect(unsealRecord(text, newLock())).toBeUndefined()
})
