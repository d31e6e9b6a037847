import { describe, expect, test } from 'vitest'
import { steadyLoad } from '../../harness/model/load.ts'
import type { TrialPlan } from '../../harness/model/trial.ts'
import { framesOf, readEvents } from '../../harness/model/trial-log.ts'
import { dayShape, meanFactor } from '../load-profile.ts'
import { subjectOf } from './fixtures/subject.ts'
import { eventsOf, runUntil, settingOf } from './fixtures/worlds.ts'
import { compileQuery } from './prometheus/compile.ts'
import { evaluate } from './prometheus/evaluate.ts'
import { createWorld } from './simulator.ts'
import type { World } from './world.ts'

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)
const hourMs = 3_600_000

/** A subject whose analysis reads whatever there is, so that Prometheus keeps it. */
const curious = subjectOf({
  templates: [
    {
      name: 'curious.yaml',
      text: `apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: { name: error-rate }
spec:
  args: [{ name: namespace }, { name: canary-hash }]
  metrics:
    - name: all
      initialDelay: 60s
      interval: 30s
      successCondition: len(result) >= 0
      provider:
        prometheus: { address: http://prometheus.example:9090, query: 'sum(rate({job=~".+"}[1h]))' }
`,
    },
  ],
})

function ask({ prometheus }: World, text: string, atMs: number): Record<string, number> {
  const compiled = compileQuery(text)
  if (compiled.kind === 'refused') throw new Error(text)
  const result = evaluate(compiled.query, prometheus, atMs)
  if (result.kind !== 'vector') throw new Error(text)
  return Object.fromEntries(result.series.map(({ labels, value }) => [JSON.stringify(labels), value]))
}
const one = (world: World, text: string, atMs = 0) => {
  const values = Object.values(ask(world, text, atMs))
  expect(values, text).toHaveLength(1)
  return values[0]!
}

const start = (plan: Partial<TrialPlan>) => {
  const setting = settingOf({}, { noiseFree: true, deployAtMs: null, ...plan }, curious)
  return { setting, world: createWorld(setting, 'dryRun') }
}
const ofSubject = 'http_requests_total{rollouts_pod_template_hash!=""}'

const daily = { amplitude: 0.5, second: 0.1, peakMs: 14 * hourMs }
const startsAtMs = 9 * hourMs
const morning = { ...steadyLoad, startsAtMs, daily: { ...daily, atStart: dayShape(daily, startsAtMs) } }

describe.each([
  ['steady', steadyLoad],
  ['of a morning', morning],
])('before a trial with a load that is %s', (_, load) => {
  const { setting, world } = start({ load, baseErrorRatio: 0 })

  test.each(['1m', '5m', '30m', '1h', '6h'])('the rate of the last %s is right within a hundredth', range => {
    const ms = Number(range.slice(0, -1)) * (range.endsWith('h') ? hourMs : 60_000)
    const expected = 50 * meanFactor(load, -ms, 0)
    expect(Math.abs(one(world, `sum(rate(${ofSubject}[${range}]))`) / expected - 1)).toBeLessThan(0.01)
    expect(Object.keys(ask(world, `sum by (pod) (rate(${ofSubject}[${range}]))`, 0))).toHaveLength(10)
  })

  test('the pods have counted the requests of their past, whole and alike', () => {
    const { uptimeMs } = setting.telemetry
    const expected = (5 * meanFactor(load, -uptimeMs, 0) * uptimeMs) / 1000
    for (const { counts } of world.pods) {
      expect(sum([...counts]) / expected).toBeCloseTo(1, 2)
      expect([...counts].every(count => Number.isSafeInteger(count) && count >= 0)).toBe(true)
      expect([...counts]).toEqual([...world.pods[0]!.counts])
    }
  })

  test('nothing is in the log but the rollout, at 0', () => {
    expect([...readEvents(framesOf(world.log))].map(({ t, type }) => [t, type])).toEqual([[0, 'rollout.changed']])
  })
})

test('the past of everything that is measured is like what follows, where nothing changes', () => {
  const { setting, world } = start({ horizonMs: 1_200_000, requestsPerSecond: 200 })
  const hash = 'rollouts_pod_template_hash!=""'
  const queries = [
    `sum(rate(${ofSubject}[10m]))`,
    `histogram_quantile(0.5, sum by (le) (rate(http_request_duration_seconds_bucket{${hash}}[10m])))`,
    `histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{${hash}}[10m])))`,
    `sum(rate(http_request_duration_seconds_sum{${hash}}[10m])) / sum(rate(http_request_duration_seconds_count{${hash}}[10m]))`,
    ...['gateway', 'payments', 'inventory', 'database', 'cache', 'catalog'].map(
      name => `sum(rate(http_requests_total{service="${name}"}[10m]))`,
    ),
    'sum(rate(container_cpu_usage_seconds_total[10m]))',
    'sum(container_memory_working_set_bytes)',
    'sum(rate(container_cpu_cfs_periods_total[10m]))',
  ]
  const before = queries.map(query => one(world, query))
  runUntil(setting, world, 900_000)
  const after = queries.map(query => one(world, query, 900_000))
  queries.forEach((query, i) => {
    expect(after[i], query).toBeGreaterThan(0)
    expect(Math.abs(before[i]! / after[i]! - 1), query).toBeLessThan(0.03)
  })
})

test('probes are answered at their interval, and logs tell the requests of each minute', () => {
  const { setting, world } = start({ noiseFree: false, baseErrorRatio: 0.02, horizonMs: 600_000 })
  runUntil(setting, world, 600_000)
  const { intervalMs } = setting.telemetry.prober
  const { timesMs, rows } = world.prometheus.targets[world.prober.target!]!
  expect([...timesMs.slice(0, rows)]).toEqual(Array.from({ length: rows }, (_, i) => i * intervalMs))
  expect(rows).toBe(Math.ceil(600_000 / intervalMs))
  const seconds = one(world, 'probe_duration_seconds', 595_000)
  expect(seconds).toBeGreaterThan(0.001)
  expect(seconds).toBeLessThan(0.5)

  const minutes = eventsOf(world, 'logs.written')
  expect(minutes.map(({ t, data }) => [t, data.fromMs])).toEqual(
    Array.from({ length: 9 }, (_, i) => [(i + 1) * 60_000, i * 60_000]),
  )
  const count = (message: string) =>
    sum(minutes.flatMap(({ data }) => data.entries.filter(one => one.message.includes(message)).map(one => one.count)))
  const served = sum(minutes.map(({ data }) => data.infoCount))
  // 50 requests a second for nine minutes, of which one in fifty fails.
  expect(Math.abs(served / (50 * 540 * 0.98) - 1)).toBeLessThan(0.05)
  expect(Math.abs(count('internal server error') / (50 * 540 * 0.02) - 1)).toBeLessThan(0.2)
  expect(count('exits with code')).toBe(0)
})
