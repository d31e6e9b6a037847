import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { faultKinds } from '../../harness/model/faults/index.ts'
import { undisturbed } from '../../harness/model/trial.ts'
import { eventsOf, settingOf, worldAt } from './fixtures/worlds.ts'
import { addLog, cloneLogs, createLogs, flushLogs, type LogLevel, logMessages } from './logs.ts'

test('lines of a minute are summed up: info as one total, the others by source, version, level and message', () => {
  const logs = createLogs(0)
  addLog(logs, 'checkout', 'abc', 'info', logMessages.served, 3000)
  addLog(logs, 'payments', '', 'warn', logMessages.slowRequest, 2)
  addLog(logs, 'checkout', 'abc', 'warn', logMessages.requestRejected, 5)
  addLog(logs, 'checkout', 'abc', 'error', logMessages.requestFailed, 7)
  addLog(logs, 'checkout', 'abc', 'error', logMessages.requestFailed, 1)
  addLog(logs, 'checkout', 'abd', 'error', logMessages.requestFailed, 0)
  addLog(logs, 'payments', '', 'info', logMessages.served, 10)
  expect(flushLogs(logs, 60_000)).toEqual({
    fromMs: 0,
    infoCount: 3010,
    entries: [
      { source: 'checkout', podTemplateHash: 'abc', level: 'error', message: logMessages.requestFailed, count: 8 },
      {
        source: 'checkout',
        podTemplateHash: 'abc',
        level: 'warn',
        message: logMessages.requestRejected,
        count: 5,
      },
      { source: 'payments', podTemplateHash: '', level: 'warn', message: logMessages.slowRequest, count: 2 },
    ],
  })
  expect(flushLogs(logs, 120_000)).toBeUndefined()
  addLog(logs, 'checkout', 'abc', 'info', logMessages.served, 1)
  expect(flushLogs(logs, 180_000)).toEqual({ fromMs: 120_000, infoCount: 1, entries: [] })
})

test('the order in which lines come does not show, and none is lost', () => {
  const line = fc.tuple(
    fc.constantFrom('a', 'b'),
    fc.constantFrom('', 'h1', 'h2'),
    fc.constantFrom<LogLevel>('info', 'warn', 'error', 'fatal'),
    fc.constantFrom('x', 'y'),
    fc.nat(9),
  )
  const written = (lines: readonly [string, string, LogLevel, string, number][]) => {
    const logs = createLogs(0)
    for (const one of lines) addLog(logs, ...one)
    return flushLogs(logs, 60_000)
  }
  fc.assert(
    fc.property(fc.array(line, { maxLength: 20 }), lines => {
      const flushed = written(lines)
      expect(written(lines.toReversed())).toEqual(flushed)
      const total = (flushed?.infoCount ?? 0) + (flushed?.entries ?? []).reduce((sum, { count }) => sum + count, 0)
      expect(total).toBe(lines.reduce((sum, [, , , , count]) => sum + count, 0))
    }),
  )
})

test('a clone counts on its own', () => {
  const logs = createLogs(0)
  addLog(logs, 'a', '', 'warn', 'x', 1)
  const clone = cloneLogs(logs)
  addLog(clone, 'a', '', 'warn', 'x', 1)
  expect(logs.entries[0]!.count).toBe(1)
})

test('requests that a full queue turns away are told from those that calls failed', () => {
  const setting = settingOf({ capacityFactor: 0.01 }, { noiseFree: true })
  const written = eventsOf(worldAt(setting, 600_000), 'logs.written').flatMap(({ data }) => data.entries)
  const messages = new Set(written.map(({ message }) => message))
  expect(messages).toContain(logMessages.requestRejected)
  expect(messages).not.toContain(logMessages.callsFailed)
})

test('a process that the kubelet stops for its probes tells of no error of its own', () => {
  const sickPod = { fromMs: 60_000, toMs: 300_000, errorRatio: 0 }
  const setting = settingOf({}, { deployAtMs: null, noiseFree: true, disturbances: { ...undisturbed, sickPod } })
  const world = worldAt(setting, 200_000)
  expect(world.pods.some(({ usage }) => usage.atStart.restarts > 0)).toBe(true)
  expect(eventsOf(world, 'logs.written').flatMap(({ data }) => data.entries)).toEqual([])
})

describe('what programs write', () => {
  test.each(Object.values(logMessages))('names no fault: %s', text => {
    for (const { kind } of faultKinds) expect(text).not.toContain(kind.replaceAll('-', ' '))
  })
})
