import { describe, expect, test } from 'vitest'
import type { Behaviour } from '../../harness/model/behaviour.ts'
import { type TrialPlan, undisturbed } from '../../harness/model/trial.ts'
import { allThroughSubject, eventsOf, runUntil, settingOf, worldAt } from './fixtures/worlds.ts'
import { scrapeUpTo } from './scraping.ts'
import { advance, createWorld, nextEventMs } from './simulator.ts'
import type { RunningPod, World } from './world.ts'

const sum = (values: Iterable<number>) => [...values].reduce((a, b) => a + b, 0)
const throughSubject = (behaviour: Partial<Behaviour>, changes: Partial<TrialPlan> = {}) =>
  settingOf(behaviour, changes, undefined, allThroughSubject)
const settings = [
  ['errors', throughSubject({ errorRatio: 0.3 })],
  ['latency', throughSubject({ latencyFactor: 4 })],
  ['a crash loop', throughSubject({ exitAfterMs: 1500 })],
  [
    'an outage of the dependency',
    throughSubject({}, { disturbances: { ...undisturbed, services: [outage(200_000, 300_000)] } }),
  ],
] as const

function outage(fromMs: number, toMs: number) {
  return { service: 'payments', errorRatio: 0.2, timeFactor: 1, capacityFactor: 1, fromMs, toMs }
}

/** Follows a world: what each pod had counted in all, and had been seen to count by its last scrape, when it was there last. */
function follow(setting: ReturnType<typeof settingOf>, toMs: number) {
  const world = createWorld(setting, 'dryRun')
  const atStart = sum(world.pods.map(requestsOf))
  const last = new Map<string, number>()
  const scraped = new Map<string, number>()
  /** What looks begin to count from: the first scrape of the trial. */
  const first = new Map<string, number>()
  while (nextEventMs(world) <= toMs) {
    // What is due before the next event is scraped before a pod goes with it.
    scrapeUpTo(setting, world, nextEventMs(world))
    for (const pod of world.pods) {
      last.set(pod.name, requestsOf(pod) + sum(pod.growing))
      scraped.set(pod.name, scrapedOf(world, pod))
      if (pod.startedAtMs < 0 && !first.has(pod.name) && scrapedAtMs(world, pod) > 0)
        first.set(pod.name, scrapedOf(world, pod))
    }
    advance(setting, world)
  }
  for (const pod of world.pods) last.set(pod.name, requestsOf(pod) + sum(pod.growing))
  return { world, atStart, last, scraped, baseline: sum(first.values()) }
}

function requestsOf({ counts }: RunningPod) {
  return sum(counts)
}

function scrapedAtMs({ prometheus }: World, { target }: RunningPod) {
  const { timesMs, rows } = prometheus.targets[target]!
  return rows === 0 ? Number.NEGATIVE_INFINITY : timesMs[rows - 1]!
}

/** Requests by the counters that Prometheus holds of the pod's last scrape. */
function scrapedOf({ prometheus }: World, { target }: RunningPod) {
  const { values, rows, stride } = prometheus.targets[target]!
  const counters = prometheus.series.filter(one => one.target === target && one.metric === 'http_requests_total')
  return sum(counters.map(({ column }) => Math.max(0, values[(rows - 1) * stride + column]!)))
}

function cellsOf(world: World) {
  return eventsOf(world, 'truth.cell').map(({ data }) => data)
}

describe.each(settings)('conservation under %s', (_, setting) => {
  // Just before a cell's end: the running cell is apportioned, and counted in no truth yet.
  const { world, atStart, last, scraped, baseline } = follow(setting, 899_999)

  test('every request that was drawn is counted by one pod, and no request twice', () => {
    const drawn = sum(cellsOf(world).map(({ requests }) => requests)) + world.cell!.requests
    expect(sum(last.values()) - atStart).toBe(drawn)
  })

  test('looks count what scrapes saw, each request once', () => {
    const looked = eventsOf(world, 'look.taken').flatMap(({ data }) => data.versions.map(v => v.requests))
    // Scrapes after the last look, at 895 s, wait for the next one.
    const waiting = Object.values(world.looks.freshVersions).map(({ counts: [success, errors] }) => success! + errors!)
    expect(sum(looked) + sum(waiting)).toBe(sum(scraped.values()) - baseline)
  })

  test('what scrapes have not seen is the growth of one interval, and what pods took with them when they ended', () => {
    const unseen = [...last].map(([name, requests]) => requests - scraped.get(name)!)
    expect(Math.min(...unseen)).toBeGreaterThanOrEqual(0)
    // A pod gets a tenth of 50 requests a second and more while few pods serve; cells vary, so that twice that is a wide bound.
    expect(Math.max(...unseen)).toBeLessThan(2 * 2 * 5 * 5)
  })

  test('latencies of a look add up to its requests that were answered well', () => {
    for (const { data } of eventsOf(world, 'look.taken'))
      for (const { requests, errors, latency } of data.versions) {
        expect(sum(latency)).toBe(requests - errors)
        expect(Math.min(...latency, errors)).toBeGreaterThanOrEqual(0)
      }
  })

  test('cells follow each other without gap or overlap', () => {
    expect(cellsOf(world).map(({ fromMs }) => fromMs)).toEqual(Array.from({ length: 179 }, (_, i) => i * 5000))
    for (const { requests, bad, touched } of cellsOf(world)) {
      expect(bad).toBeLessThanOrEqual(requests)
      expect(touched).toBeLessThanOrEqual(requests)
    }
  })
})

test('where no pod ends, looks count each request of the cells between them but the running one', () => {
  // Two minutes before the deploy: ten pods, each scraped at its own offset, so that the sum of looks lags by less than a cell.
  const world = worldAt(throughSubject({}), 119_999)
  const looks = eventsOf(world, 'look.taken')
  const looked = sum(looks.flatMap(({ data }) => data.versions.map(({ requests }) => requests)))
  const cells = cellsOf(world)
  const upTo = (ms: number) => sum(cells.filter(({ fromMs }) => fromMs < ms).map(({ requests }) => requests))
  // From the first look's scrapes, some time in (-5, 0], to those of the last in (110, 115].
  expect(looked).toBeLessThanOrEqual(upTo(115_000))
  expect(looked).toBeGreaterThanOrEqual(upTo(110_000) - cells[0]!.requests)
})

test.each([
  [0, 0.2],
  [2, 0.2 ** 3],
])('users feel what %i retries of their callers leave of the errors', (retries, expected) => {
  const { gateway, ...others } = allThroughSubject.topology.services
  const checkout = { ...gateway!.calls['checkout']!, retries }
  const services = { ...others, gateway: { ...gateway!, calls: { ...gateway!.calls, checkout } } }
  const environment = { ...allThroughSubject, topology: { ...allThroughSubject.topology, services } }
  const setting = settingOf({ errorRatio: 0.2 }, { horizonMs: 1_800_000 }, undefined, environment)
  const world = worldAt(setting, 1_900_000)
  const cells = eventsOf(world, 'truth.cell').map(({ data }) => data)
  const last = cells.filter(({ fromMs }) => fromMs >= 600_000)
  const requests = sum(last.map(one => one.requests))
  const ratio = sum(last.map(({ bad }) => bad)) / requests
  // Errors come in clumps of the size of the cells' counts.
  expect(Math.abs(ratio - expected)).toBeLessThan(6 * Math.sqrt((expected * (1 - expected)) / requests))
  const carried = eventsOf(world, 'truth.carried').at(-1)!.data.badPerHour / (50 * 3600)
  expect(Math.abs(carried - expected)).toBeLessThan(0.1 * expected)
  const asked = sum(cells.filter(({ fromMs }) => fromMs >= 600_000).map(one => one.requests)) / 1200
  expect(asked).toBeCloseTo(50, -1)
})

test('a scrape within a cell sees no more than the part of it that has passed', () => {
  const setting = settingOf()
  const world = worldAt(setting, 60_000)
  const settled = new Map(world.pods.map(pod => [pod.name, [requestsOf(pod), sum(pod.growing)] as const]))
  runUntil(setting, world, 65_000)
  expect(settled.size).toBe(10)
  for (const pod of world.pods) {
    const [before, grows] = settled.get(pod.name)!
    // Scraped once in the cell, this long after its start.
    const part = (pod.nextScrapeMs - 5000 - 60_000) / 5000
    const seen = scrapedOf(world, pod) - before
    expect(part).toBeGreaterThan(0)
    expect(part).toBeLessThan(1)
    expect(seen).toBeLessThanOrEqual(part * grows)
    // Whole requests by outcome and bucket: less than one of each is held back.
    expect(seen).toBeGreaterThan(part * grows - pod.counts.length)
  }
  expect(sum(world.pods.map(pod => scrapedOf(world, pod) - settled.get(pod.name)![0]))).toBeGreaterThan(0)
})

describe('traffic', () => {
  test('goes to pods that are ready and routed to, from the next cell on', () => {
    const setting = settingOf()
    const world = createWorld(setting, 'dryRun')
    const readySince = new Map<string, number>()
    runUntil(setting, world, 500_000, ({ pods, nowMs, cell }) => {
      for (const pod of pods) {
        const serves = sum(pod.growing) > 0
        if (pod.servesFromMs === null) readySince.delete(pod.name)
        else if (!readySince.has(pod.name)) readySince.set(pod.name, nowMs)
        if (serves && cell?.startMs === nowMs) expect(pod.servesFromMs!).toBeLessThanOrEqual(nowMs)
      }
    })
    const shifts = eventsOf(world, 'traffic.shifted').map(({ t, data }) => [t % 5000, data.versions.map(v => v.pods)])
    expect(shifts.every(([offset]) => offset === 0)).toBe(true)
    expect(shifts[0]![1]).toEqual([10])
    expect(shifts.map(([, pods]) => pods)).toContainEqual([8, 2])
    expect(shifts.map(([, pods]) => pods)).toContainEqual([5, 5])
    expect(shifts.at(-1)![1]).toEqual([10])
  })

  test('that finds no pod fails, all of it', () => {
    const setting = throughSubject({})
    const world = worldAt(setting, 62_000)
    for (const pod of world.pods) pod.servesFromMs = null
    runUntil(setting, world, 80_000)
    const cells = cellsOf(world)
    const twin = cellsOf(worldAt(setting, 80_000))
    expect(cells.map(({ requests }) => requests)).toEqual(twin.map(({ requests }) => requests))
    for (const { fromMs, requests, bad } of cells.filter(({ fromMs: ms }) => ms >= 65_000))
      expect(bad, `cell at ${fromMs}`).toBe(requests)
  })

  test('calls another service as the topology says, which fails as the disturbance says', () => {
    const services = [outage(20_000, 60_000)]
    const setting = settingOf({}, { disturbances: { ...undisturbed, services } })
    const world = worldAt(setting, 20_000)
    const payments = () => [...world.services.find(({ name }) => name === 'payments')!.counts]
    const [good, bad] = payments()
    runUntil(setting, world, 60_000)
    const calls = sum(payments()) - good! - bad!
    const failed = payments()[1]! - bad!
    // 50 requests a second, of whose calls a share of 0.005 + 0.995 x 0.2 fails and is made again, twice at most.
    const p = 0.005 + 0.995 * 0.2
    expect(Math.abs(calls / (50 * 40 * (1 + p + p * p)) - 1)).toBeLessThan(0.1)
    expect(Math.abs(failed / calls - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / calls))
  })
})
