import { describe, expect, test } from 'vitest'
import { type Disturbances, undisturbed } from '../../harness/model/trial.ts'
import type { AnalysisTemplate } from '../manifests/argo-types.ts'
import { shippedEnvironment, subjectOf } from './fixtures/subject.ts'
import { settingOf, worldAt } from './fixtures/worlds.ts'
import { compileQuery } from './prometheus/compile.ts'
import { evaluate } from './prometheus/evaluate.ts'
import { scrapeUpTo } from './scraping.ts'
import { createWorld } from './simulator.ts'
import type { World } from './world.ts'
import { type WorldSetting, worldSetting } from './world-setting.ts'

const shipped = subjectOf()

/** A subject whose analysis reads some series. */
function reading(...queries: string[]) {
  const metrics = queries.map((query, i) => ({ name: `m${i}`, provider: { prometheus: { query } } }))
  const template: AnalysisTemplate = { ...shipped.templates[0]!, spec: { metrics } }
  return { ...shipped, templates: [template] }
}

function settingWith(disturbances: Partial<Disturbances> = {}, ...queries: string[]): WorldSetting {
  const all = queries.length === 0 ? ['rate(http_requests_total[60s])', 'up'] : queries
  return settingOf({}, { disturbances: { ...undisturbed, ...disturbances } }, reading(...all))
}

/** The same with other parameters of the telemetry. */
function withTelemetry(setting: WorldSetting, change: Partial<WorldSetting['parameters']['telemetry']>): WorldSetting {
  const { parameters } = shippedEnvironment
  const telemetry = { ...parameters.telemetry, ...change }
  return worldSetting(setting.plan, setting.subject, {
    ...shippedEnvironment,
    parameters: { ...parameters, telemetry },
  })
}

const punctual = { missedScrapes: { share: 0, source: 'test' } }

function ask(setting: WorldSetting, world: World, text: string, atMs: number): number[] {
  scrapeUpTo(setting, world, atMs)
  const compiled = compileQuery(text)
  if (compiled.kind === 'refused') throw new Error(text)
  const result = evaluate(compiled.query, world.prometheus, atMs)
  return result.kind === 'vector' ? result.series.map(({ value }) => value) : []
}

function scrapeTimes(world: World, target: number): number[] {
  const { timesMs, rows } = world.prometheus.targets[target]!
  return [...timesMs.subarray(0, rows)]
}

/** Values of `up` since the trial began. */
function ups(world: World, target: number): number[] {
  const { timesMs, values, rows, stride } = world.prometheus.targets[target]!
  return Array.from({ length: rows }, (_, row) => values[row * stride]!).filter((_, row) => timesMs[row]! > 0)
}

describe('a trial begins', () => {
  const setting = settingWith({}, 'rate(http_requests_total[1h])', 'http_request_duration_seconds_bucket', 'up')
  const world = createWorld(setting, 'dryRun')
  const { requestsPerSecond } = setting.plan

  test('with the past of a service that has run for long', () => {
    const [subject] = ask(setting, world, 'sum(rate(http_requests_total{service="checkout"}[1h]))', 0)
    expect(Math.abs(subject! / requestsPerSecond - 1)).toBeLessThan(0.01)
    expect(ask(setting, world, 'count(up{service="checkout"} == 1)', 0)).toEqual([10])
  })

  test('with every other service as a target of its own', () => {
    const services = Object.keys(shippedEnvironment.topology.services).filter(name => name !== 'checkout')
    for (const name of services) {
      expect(ask(setting, world, `up{service="${name}"}`, 0), name).toEqual([1])
      const [rate] = ask(setting, world, `sum(rate(http_requests_total{service="${name}"}[1h]))`, 0)
      expect(rate, name).toBeGreaterThan(0)
      const fast = `http_request_duration_seconds_bucket{service="${name}",code="200",le="0.5"}`
      expect(ask(setting, world, fast, 0), name).toHaveLength(1)
    }
  })

  test('and its counters go on where the past ended', () => {
    const later = worldAt(setting, 60_000)
    const [rate] = ask(setting, later, 'sum(rate(http_requests_total{service="checkout"}[2m]))', 60_000)
    expect(Math.abs(rate! / requestsPerSecond - 1)).toBeLessThan(0.15)
  })
})

describe('scrapes', () => {
  test('are missed now and then, which shows as `up` 0 of that target alone', () => {
    const setting = withTelemetry(settingWith(), { missedScrapes: { share: 0.1, source: 'test' } })
    const world = worldAt(setting, 110_000)
    const all = world.pods.flatMap(({ target }) => ups(world, target))
    const share = all.filter(up => up === 0).length / all.length
    expect(Math.abs(share - 0.1)).toBeLessThan(4 * Math.sqrt(0.09 / all.length))
    expect(new Set(all)).toEqual(new Set([0, 1]))
  })

  test('are stamped with the time that they were due at, or later by 2 ms and more', () => {
    const world = worldAt(withTelemetry(settingWith(), punctual), 110_000)
    const late = world.pods.flatMap(({ target, nextScrapeMs }) =>
      scrapeTimes(world, target)
        .filter(atMs => atMs > 0)
        .map(atMs => (((atMs - nextScrapeMs) % 5000) + 5000) % 5000),
    )
    expect(late.filter(ms => ms === 0).length / late.length).toBeGreaterThan(0.6)
    expect(late.filter(ms => ms > 0).length).toBeGreaterThan(10)
    expect(late.filter(ms => ms === 1)).toEqual([])
    expect(Math.max(...late)).toBeLessThan(100)
  })

  test('of a new pod begin when Prometheus has discovered it', () => {
    const world = worldAt(settingWith(), 200_000)
    const canary = world.pods.filter(({ startedAtMs }) => startedAtMs > 120_000)
    expect(canary).toHaveLength(2)
    for (const { target, startedAtMs } of canary) {
      const [first] = scrapeTimes(world, target)
      expect(first! - startedAtMs).toBeGreaterThan(5000)
      expect(first! - startedAtMs).toBeLessThanOrEqual(10_100)
    }
  })

  test('are the same whatever else is asked in between', () => {
    const setting = settingWith()
    const asked = worldAt(setting, 60_000)
    for (let atMs = 60_000; atMs < 64_999; atMs += 333) scrapeUpTo(setting, asked, atMs)
    const unasked = worldAt(setting, 60_000)
    for (const world of [asked, unasked]) scrapeUpTo(setting, world, 64_999)
    expect(asked.prometheus).toEqual(unasked.prometheus)
  })
})

describe('a Prometheus that restarts', () => {
  const window = { fromMs: 60_000, toMs: 80_000 }
  const setting = withTelemetry(settingWith({ prometheusRestarts: [window] }), punctual)
  const world = worldAt(setting, 110_000)

  test('scrapes nothing until it has discovered its targets again, and then at their old offsets', () => {
    for (const { target, nextScrapeMs } of world.pods) {
      const times = scrapeTimes(world, target)
      expect(times.filter(t => t >= window.fromMs && t < window.toMs + 5000)).toEqual([])
      const first = times.find(t => t >= window.toMs)!
      expect(first).toBeLessThan(window.toMs + 10_100)
      expect((((first - nextScrapeMs) % 5000) + 5000) % 5000).toBeLessThan(100)
    }
  })

  test('has all its samples again', () => {
    expect(
      ask(setting, world, 'count(http_requests_total{service="checkout",code="200"} offset 55s)', 110_000),
    ).toEqual([10])
    const [rate] = ask(setting, world, 'sum(rate(http_requests_total{service="checkout"}[80s]))', 110_000)
    expect(Math.abs(rate! / setting.plan.requestsPerSecond - 1)).toBeLessThan(0.15)
  })
})

test('what nobody reads is not kept', () => {
  const names = (setting: WorldSetting) =>
    new Set(worldAt(setting, 30_000).prometheus.series.map(({ metric }) => metric))
  expect(names(settingWith())).toEqual(new Set(['up', 'http_requests_total']))
  expect(
    names(settingWith({}, 'http_requests_in_flight', 'container_memory_working_set_bytes', 'probe_success')),
  ).toEqual(new Set(['up', 'http_requests_in_flight', 'container_memory_working_set_bytes', 'probe_success']))
})

test('containers tell what they use', () => {
  const setting = settingWith(
    {},
    'rate(container_cpu_usage_seconds_total[2m])',
    'container_memory_working_set_bytes',
    'kube_pod_container_status_restarts_total',
  )
  const world = worldAt(setting, 110_000)
  const cpu = ask(setting, world, 'rate(container_cpu_usage_seconds_total{container="checkout"}[2m])', 110_000)
  expect(cpu).toHaveLength(10)
  const expected = (setting.plan.requestsPerSecond / 10) * (setting.topology.services['checkout']!.cpu / 1000)
  for (const cores of cpu) expect(Math.abs(cores / expected - 1)).toBeLessThan(0.3)
  const memory = ask(setting, world, 'container_memory_working_set_bytes{container="checkout"}', 110_000)
  expect(Math.min(...memory)).toBeGreaterThan(1e6)
  expect(ask(setting, world, 'kube_pod_container_status_restarts_total', 110_000)).toEqual(new Array(10).fill(0))
})

test('every target has an address of its own', () => {
  const query = 'count by (instance) (up)'
  const setting = withTelemetry(settingWith({}, query), punctual)
  const world = worldAt(setting, 60_000)
  expect(ask(setting, world, query, 60_000)).toEqual(world.prometheus.targets.map(() => 1))
})
