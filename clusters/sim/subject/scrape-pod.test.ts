import { describe, expect, test } from 'vitest'
import { createLookMaker } from '../../look-maker.ts'
import { takeLook } from '../../looks.ts'
import { defaultTelemetry } from '../../manifests/telemetry.ts'
import { compileQuery } from '../prometheus/compile.ts'
import { evaluate } from '../prometheus/evaluate.ts'
import { addTarget } from '../prometheus/scrape.ts'
import { createStorage } from '../prometheus/storage.ts'
import { createUsage, noGauges, settleUsage, usageAt } from './pod-usage.ts'
import { expositionOf, outcomes, resetPod, type SubjectPod, scrapePod } from './subject-pod.ts'

function scrapedPod(metrics: readonly string[] | null = null) {
  const exposition = expositionOf(defaultTelemetry, metrics)
  const storage = createStorage()
  const looks = createLookMaker({
    bucketCount: exposition.buckets,
    fastBucket: 6,
    services: ['checkout'],
    subject: 'checkout',
  })
  const pod: SubjectPod = {
    name: 'a',
    podTemplateHash: 'h',
    revision: 1,
    startedAtMs: 0,
    target: addTarget(storage, { pod: 'a' }),
    nextScrapeMs: 0,
    counts: new Float64Array(2 * exposition.buckets),
    growing: new Float64Array(2 * exposition.buckets),
    sumS: [0, 0],
    growingS: [0, 0],
    exposed: [],
    usage: createUsage(),
  }
  return {
    pod,
    looks,
    scrape: (atMs: number) => scrapePod(exposition, storage, looks, pod, 1, atMs, 0),
    count: (outcome: keyof typeof outcomes, requests: number) => {
      pod.counts[outcomes[outcome] * exposition.buckets + 3]! += requests
    },
    ask: (text: string, atMs: number) => {
      const compiled = compileQuery(text)
      if (compiled.kind === 'refused') throw new Error(text)
      const result = evaluate(compiled.query, storage, atMs)
      return result.kind === 'vector' ? result.series.map(({ labels, value }) => [labels['code'] ?? '', value]) : []
    },
  }
}

describe('a process that is restarted', () => {
  test('has its series from their first count on, from 0, and stale ones until then', () => {
    const { pod, scrape, count, ask } = scrapedPod()
    count('success', 100)
    count('error', 7)
    scrape(5000)
    resetPod(pod)
    scrape(10_000)
    expect(ask('http_requests_total', 9999)).toEqual([
      ['200', 100],
      ['500', 7],
    ])
    expect(ask('http_requests_total', 10_000)).toEqual([])
    expect(ask('http_request_duration_seconds_bucket', 10_000)).toEqual([])
    count('success', 4)
    scrape(15_000)
    expect(ask('http_requests_total', 15_000)).toEqual([['200', 4]])
    count('error', 1)
    scrape(20_000)
    expect(ask('http_requests_total', 20_000)).toEqual([
      ['200', 4],
      ['500', 1],
    ])
    expect(ask('increase(http_requests_total{code="200"}[1m])', 20_000)[0]![1]).toBeGreaterThan(0)
  })

  test('adds to looks what it has counted anew', () => {
    const { pod, looks, scrape, count } = scrapedPod()
    const look = (atMs: number) => takeLook(looks, atMs)?.versions.map(({ requests, errors }) => [requests, errors])
    count('success', 1)
    count('error', 1)
    scrape(1000)
    expect(look(5000)).toBeUndefined()
    count('success', 100)
    count('error', 7)
    scrape(6000)
    expect(look(10_000)).toEqual([[107, 7]])
    resetPod(pod)
    scrape(11_000)
    expect(look(15_000)).toEqual([[0, 0]])
    count('success', 4)
    scrape(16_000)
    expect(look(20_000)).toEqual([[4, 0]])
    count('error', 1)
    scrape(21_000)
    expect(look(25_000)).toEqual([[1, 1]])
  })

  test('has been restarted once more, and uses nothing yet', () => {
    const { pod } = scrapedPod()
    pod.usage = createUsage({ ...noGauges, cpuSeconds: 50, memoryBytes: 1e8, restarts: 2 })
    resetPod(pod)
    expect(pod.usage.atStart).toEqual({ ...noGauges, restarts: 3 })
  })
})

test('requests in progress are told from the first scrape on, where somebody reads them', () => {
  const { pod, scrape, ask } = scrapedPod(['http_requests_in_flight', 'http_requests_total'])
  scrape(0)
  expect(ask('http_requests_in_flight', 0)).toEqual([['', 0]])
  pod.usage = createUsage({ ...noGauges, inFlight: 4 })
  scrape(1000)
  expect(ask('http_requests_in_flight', 1000)).toEqual([['', 4]])
  const unread = scrapedPod(['http_requests_total'])
  unread.scrape(0)
  expect(unread.ask('http_requests_in_flight', 0)).toEqual([])
})

test('what a cell adds has been used when it has ended', () => {
  const usage = { atStart: { ...noGauges, cpuSeconds: 10 }, adds: { ...noGauges, cpuSeconds: 4, memoryBytes: 100 } }
  expect([0, 0.5, 1].map(elapsed => usageAt(usage, 'cpuSeconds', elapsed))).toEqual([10, 12, 14])
  settleUsage(usage)
  const settled = { atStart: { ...noGauges, cpuSeconds: 14, memoryBytes: 100 }, adds: noGauges }
  expect(usage).toEqual(settled)
  settleUsage(usage)
  expect(usage).toEqual(settled)
})
