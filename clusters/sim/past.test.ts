import { describe, expect, test } from 'vitest'
import { defaultTelemetry } from '../manifests/telemetry.ts'
import { addClusterTargets, clusterExposition } from './cluster-targets.ts'
import { pastLoad, pastScrapes, servedBy, writeClusterPast, writePodPast, writeServicePast } from './past.ts'
import { compileQuery } from './prometheus/compile.ts'
import { evaluate } from './prometheus/evaluate.ts'
import { addTarget } from './prometheus/scrape.ts'
import { createStorage, type Storage } from './prometheus/storage.ts'
import { addService, serviceExposition } from './service-targets.ts'
import { createUsage, noGauges } from './subject/pod-usage.ts'
import { expositionOf, type SubjectPod } from './subject/subject-pod.ts'

const hourMs = 3_600_000
/** 8 requests a second, 50 % more and less over a day. */
const daily = (atMs: number) => 8 * (1 + 0.5 * Math.sin((2 * Math.PI * atMs) / (24 * hourMs)))

function ask(storage: Storage, text: string, atMs = 0): number[] {
  const compiled = compileQuery(text)
  if (compiled.kind === 'refused') throw new Error(text)
  const result = evaluate(compiled.query, storage, atMs)
  return result.kind === 'vector' ? result.series.map(({ value }) => value) : []
}

/** Mean of the profile over a window that ends at a time, by its integral. */
function meanRate(rangeMs: number, toMs = 0): number {
  const w = (2 * Math.PI) / (24 * hourMs)
  return 8 + (4 * (Math.cos(w * (toMs - rangeMs)) - Math.cos(w * toMs))) / (w * rangeMs)
}

const exposition = expositionOf(defaultTelemetry, null)
const meanS = new Array<number>(exposition.buckets).fill(0.1)
const shares = new Float64Array(2 * exposition.buckets)
shares.set([0.1, 0.2, 0.2, 0.2, 0.19])
shares.set([0.05, 0.05, 0.01], exposition.buckets)

function podWithPast(pastMs: number, ratePerS = daily) {
  const storage = createStorage(Number.POSITIVE_INFINITY)
  const pod: SubjectPod = {
    name: 'a',
    podTemplateHash: 'h',
    revision: 1,
    startedAtMs: -300_000,
    target: addTarget(storage, { pod: 'a' }),
    nextScrapeMs: 1234,
    counts: new Float64Array(shares.length),
    growing: new Float64Array(shares.length),
    sumS: [0, 0],
    growingS: [0, 0],
    exposed: [],
    usage: createUsage(),
  }
  const load = pastLoad(ratePerS, 24 * hourMs)
  writePodPast(exposition, storage, pod, { shares, meanS }, { load, factor: 1, intervalMs: 5000, pastMs })
  return { storage, pod, load }
}

describe('a day of past', () => {
  const { storage, pod, load } = podWithPast(24 * hourMs)

  test.each([60_000, 300_000, 1_800_000, hourMs, 6 * hourMs, 23 * hourMs])(
    'shows the mean rate of the last %i ms, within a hundredth',
    rangeMs => {
      const [rate] = ask(storage, `sum(rate(http_requests_total[${rangeMs}ms]))`)
      expect(Math.abs(rate! / meanRate(rangeMs) - 1)).toBeLessThan(0.01)
    },
  )

  test('shows the errors in their share, and the buckets in theirs', () => {
    const [ratio] = ask(storage, 'sum(rate(http_requests_total{code="500"}[1h])) / sum(rate(http_requests_total[1h]))')
    expect(ratio).toBeCloseTo(0.11, 3)
    const [fast] = ask(
      storage,
      'sum(rate(http_request_duration_seconds_bucket{le="0.01"}[1h])) / sum(rate(http_request_duration_seconds_count[1h]))',
    )
    expect(fast).toBeCloseTo(0.1 + 0.2 + 0.05 + 0.05, 3)
  })

  test('shows the mean of its latencies', () => {
    const mean = 'sum(rate(http_request_duration_seconds_sum[1h])) / sum(rate(http_request_duration_seconds_count[1h]))'
    expect(ask(storage, mean)[0]).toBeCloseTo(0.1, 6)
  })

  test('has few samples, and none further apart than the look-back of instant selectors', () => {
    const { rows } = storage.targets[pod.target]!
    expect(rows).toBeLessThanOrEqual(800)
    for (let hours = 0; hours < 24; hours += 0.37) {
      expect(ask(storage, `count(http_requests_total offset ${Math.round(hours * 3600)}s)`)).toEqual([2])
    }
  })

  test('goes on from where it ends: the counters are those of a process of a day', () => {
    const total = pod.counts.reduce((a, b) => a + b)
    expect(Math.abs(total / (8 * 24 * 3600) - 1)).toBeLessThan(0.001)
    expect(servedBy(load, 0)).toBeCloseTo(8 * 24 * 3600, 0)
    const [last] = ask(storage, 'sum(http_requests_total)')
    expect(total - last!).toBeGreaterThanOrEqual(0)
    expect(total - last!).toBeLessThan(5 * 8 * 1.5)
  })
})

test('a short past has every scrape', () => {
  const times = pastScrapes(1234, 5000, 60_000)
  expect(times.at(-1)).toBe(1234 - 5000)
  expect(times).toHaveLength(12)
  expect(new Set(times.map((t, i) => (i === 0 ? 5000 : t - times[i - 1]!)))).toEqual(new Set([5000]))
})

test('a past of nothing leaves the counters of a process that has served', () => {
  const { storage, pod } = podWithPast(0)
  expect(storage.targets[pod.target]!.rows).toBe(0)
  expect(pod.counts.reduce((a, b) => a + b)).toBeGreaterThan(600_000)
})

test('whatever was scraped before is replaced', () => {
  const { storage, pod, load } = podWithPast(60_000)
  writePodPast(exposition, storage, pod, { shares, meanS }, { load, factor: 1, intervalMs: 5000, pastMs: 30_000 })
  expect(storage.targets[pod.target]!.rows).toBe(6)
})

test('scrapes that are behind are not caught up on', () => {
  const { storage, pod, load } = podWithPast(0)
  for (const [nextScrapeMs, expected] of [
    [-284_765, 235],
    [-5000, 5000],
    [0, 5000],
    [4999, 4999],
    [9000, 9000],
  ] as const) {
    pod.nextScrapeMs = nextScrapeMs
    writePodPast(exposition, storage, pod, { shares, meanS }, { load, factor: 1, intervalMs: 5000, pastMs: 60_000 })
    const { timesMs, rows } = storage.targets[pod.target]!
    expect([pod.nextScrapeMs, timesMs[rows - 1]! <= 0]).toEqual([expected, true])
  }
})

test('a service has its past too', () => {
  const storage = createStorage(Number.POSITIVE_INFINITY)
  const services = serviceExposition(defaultTelemetry, null, 0.5)
  const service = addService(storage, 'payments', { service: 'payments' }, -2, 777)
  const past = { load: pastLoad(() => 1, hourMs), factor: 20, intervalMs: 5000, pastMs: hourMs }
  writeServicePast(services, storage, service, { errorRatio: 0.02, slowRatio: 0.05 }, past)
  expect(ask(storage, 'sum(rate(http_requests_total{service="payments"}[30m]))')[0]! / 20 - 1).toBeCloseTo(0, 2)
  expect(ask(storage, 'sum(rate(http_requests_total{code="500"}[30m]))')[0]).toBeCloseTo(0.4, 2)
  const [fast] = ask(
    storage,
    'sum(rate(http_request_duration_seconds_bucket{code="200",le="0.5"}[30m])) / sum(rate(http_request_duration_seconds_count{code="200"}[30m]))',
  )
  expect(fast).toBeCloseTo(0.95, 3)
})

test("so have the cluster's exporters: CPU as requests came, memory as it is", () => {
  const storage = createStorage(Number.POSITIVE_INFINITY)
  const cluster = clusterExposition(null, 'shop', 'checkout', 'img')
  const [cadvisor] = addClusterTargets(cluster, storage, -10, () => 20_000)
  const usage = { atStart: { ...noGauges, cpuSeconds: 3600, memoryBytes: 1e8 }, adds: noGauges }
  const past = { load: pastLoad(() => 10, hourMs), factor: 1, intervalMs: 30_000, pastMs: hourMs }
  writeClusterPast(cluster, storage, cadvisor!, [{ name: 'a', down: false, usage }], past)
  expect(ask(storage, 'rate(container_cpu_usage_seconds_total{container="checkout"}[5m])')[0]).toBeCloseTo(1, 3)
  expect(ask(storage, 'container_memory_working_set_bytes{container="checkout"} offset 30m')).toEqual([1e8])
})
