import { expect, test } from 'vitest'
import { addProber, isProbeDue, noteProbe, type ProbeLaw, proberSetting, sendProbe } from './prober.ts'
import { createStorage } from './prometheus/storage.ts'

const parameters = { interval: { ms: 15_000 }, timeout: { ms: 5000 } }
const setting = proberSetting(1, 'test', parameters, null)
const law = (failedRatio: number, factor = 1): ProbeLaw => ({ failedRatio, durationMs: u => (factor * 20) / (1 - u) })
const times = Array.from({ length: 4000 }, (_, i) => i * 15_000)

test('a probe fails as often as requests do', () => {
  const failed = times.filter(atMs => !sendProbe(setting, law(0.1), atMs).ok).length / times.length
  // 20 ms / (1 - u) is beyond 5 s in 0.4 % of all.
  const expected = 0.1 + 0.9 * 0.004
  expect(Math.abs(failed - expected)).toBeLessThan(4 * Math.sqrt((expected * (1 - expected)) / times.length))
})

test('a worse law is met with the same luck: whoever fails fails, and nobody is answered sooner', () => {
  for (const atMs of times.slice(0, 500)) {
    const better = sendProbe(setting, law(0.1), atMs)
    const worse = sendProbe(setting, law(0.3, 4), atMs)
    expect(Number(worse.ok)).toBeLessThanOrEqual(Number(better.ok))
    expect(worse.durationMs).toBeGreaterThanOrEqual(better.durationMs)
  }
})

test('a probe waits no longer than its timeout', () => {
  expect(sendProbe(setting, { failedRatio: 0, durationMs: () => 7000 }, 0)).toEqual({ ok: false, durationMs: 5000 })
  expect(sendProbe(setting, { failedRatio: 0, durationMs: () => 5000 }, 0)).toEqual({ ok: true, durationMs: 5000 })
})

test('probes are sent where cells begin', () => {
  const odd = proberSetting(1, 'test', { ...parameters, interval: { ms: 7000 } }, null)
  const due = [0, 5000, 10_000, 15_000, 20_000].filter(atMs => isProbeDue(odd, atMs))
  expect(due).toEqual([0, 10_000, 20_000])
})

test('the log says failures, and the first success after one', () => {
  const state = addProber(setting, createStorage(), 'gateway')
  const answers = [true, false, false, true, true]
  const news = answers.map((ok, i) => noteProbe(setting, state, null, { ok, durationMs: 30 }, i * 15_000))
  expect(news).toEqual([false, true, true, true, false])
})

test('its series are there where somebody reads them and Prometheus is up', () => {
  const storage = createStorage()
  const state = addProber(setting, storage, 'gateway')
  noteProbe(setting, state, storage, { ok: false, durationMs: 250 }, 15_000)
  noteProbe(setting, state, null, { ok: true, durationMs: 30 }, 30_000)
  const { rows, values, stride } = storage.targets[state.target!]!
  expect(rows).toBe(1)
  expect([...values.subarray(0, 3)]).toEqual([1, 0, 0.25])
  expect(stride).toBeGreaterThan(2)
  const unread = proberSetting(1, 'test', parameters, ['http_requests_total'])
  expect(addProber(unread, storage, 'gateway')).toEqual({ target: null, lastOk: true })
})
