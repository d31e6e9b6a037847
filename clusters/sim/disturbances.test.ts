import { describe, expect, test } from 'vitest'
import { type Disturbances, undisturbed } from '../../harness/model/trial.ts'
import { rolloutView } from './argo/views.ts'
import { eventsOf, runUntil, settingOf, worldAt } from './fixtures/worlds.ts'
import { servingGroups } from './groups.ts'
import { findPod } from './kubernetes/state.ts'
import { createWorld } from './simulator.ts'
import type { World } from './world.ts'

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)
const disturbedBy = (disturbances: Partial<Disturbances>, requestsPerSecond = 50) =>
  settingOf({}, { noiseFree: true, requestsPerSecond, disturbances: { ...undisturbed, ...disturbances } })
const serving = (world: World) => world.pods.filter(({ servesFromMs }) => servesFromMs !== null)

/** Mean seconds of the answers that a version's pods gave between two instants. */
function meanLatencyS(setting: ReturnType<typeof settingOf>, world: World, toMs: number): Record<number, number> {
  const before = new Map<string, number[]>()
  for (const { name, counts } of world.pods) before.set(name, [...counts])
  const uppers = [...setting.traffic.bounds.upperBoundsS, 20]
  runUntil(setting, world, toMs)
  const totals: Record<number, { count: number; sumS: number }> = {}
  for (const { name, revision, counts } of world.pods) {
    const start = before.get(name) ?? counts.map(() => 0)
    totals[revision] ??= { count: 0, sumS: 0 }
    const total = totals[revision]
    for (let b = 0; b < uppers.length; b++) {
      const count = counts[b]! - start[b]!
      total.count += count
      total.sumS += count * ((uppers[b - 1] ?? 0) + uppers[b]!) * 0.5
    }
  }
  return Object.fromEntries(Object.entries(totals).map(([revision, { count, sumS }]) => [revision, sumS / count]))
}

describe('new pods that have to warm up', () => {
  const setting = disturbedBy({ warmUp: { factor: 5, timeConstantMs: 30_000 } })

  test('are slow at first, then like the others; those of before the trial are warm', () => {
    const world = worldAt(setting, 140_000)
    const cold = meanLatencyS(setting, world, 155_000)
    expect(cold[2]! / cold[1]!).toBeGreaterThan(1.5)
    const calm = meanLatencyS(disturbedBy({}), worldAt(disturbedBy({}), 140_000), 155_000)
    expect(cold[1]! / calm[1]!).toBeCloseTo(1, 1)
    runUntil(setting, world, 240_000)
    const warm = meanLatencyS(setting, world, 250_000)
    expect(warm[2]! / warm[1]!).toBeLessThan(1.25)
  })

  test('lose it by the stated law, in steps of a quarter', () => {
    const world = worldAt(setting, 130_000)
    const since = new Map<string, number>()
    runUntil(setting, world, 230_000, ({ nowMs }) => {
      for (const group of servingGroups(setting, world, nowMs))
        for (const { name, servesFromMs, startedAtMs } of group.members) {
          const ageMs = nowMs - servesFromMs!
          const factor = startedAtMs < 0 ? 1 : 1 + 4 * Math.exp(-ageMs / 30_000)
          expect(Math.abs(Math.log(group.slowness / factor))).toBeLessThanOrEqual(Math.log(1.25) / 2 + 1e-9)
          if (startedAtMs >= 0) since.set(name, ageMs)
        }
    })
    expect(Math.max(...since.values())).toBeGreaterThan(60_000)
  })
})

test('noisy neighbours slow down the deployed version and no other, for as long as they are there', () => {
  const setting = disturbedBy({ noisyNeighbours: [{ fromMs: 180_000, toMs: 220_000, timeFactor: 4 }] })
  const world = worldAt(setting, 160_000)
  const before = meanLatencyS(setting, world, 180_000)
  const during = meanLatencyS(setting, world, 220_000)
  const after = meanLatencyS(setting, world, 250_000)
  expect(during[2]! / before[2]!).toBeGreaterThan(1.5)
  for (const ratio of [during[1]! / before[1]!, after[1]! / before[1]!, after[2]! / before[2]!])
    expect(Math.abs(ratio - 1)).toBeLessThan(0.15)
})

describe('a sick pod', () => {
  const setting = disturbedBy({ sickPod: { fromMs: 200_000, toMs: 800_000, errorRatio: 0.6 } })
  const errorsOf = (world: World, name: string) => {
    const { counts } = world.pods.find(pod => pod.name === name)!
    return sum([...counts.slice(counts.length / 2)]) / sum([...counts])
  }

  test('fails its share of requests, no other pod does, until its probes take it out and restart it', () => {
    const world = worldAt(setting, 200_000)
    const [{ name, podTemplateHash }, ...others] = world.pods.filter(({ sick }) => sick) as [World['pods'][0]]
    expect(others).toEqual([])
    expect(podTemplateHash).toBe(world.deployHash)
    runUntil(setting, world, 210_000)
    const sick = world.pods.find(pod => pod.name === name)!
    expect(errorsOf(world, name)).toBeGreaterThan(0.05)
    for (const pod of world.pods) if (pod !== sick) expect(errorsOf(world, pod.name)).toBeLessThan(0.01)
    const events = () => eventsOf(world, 'pod.changed').filter(({ t, data }) => t > 200_000 && data.name === name)
    runUntil(setting, world, 239_000)
    const unready = events().find(({ data }) => !data.ready)!.t
    const restarted = events().find(({ data }) => data.restarts === 1)!.t
    // Three probes, one every 5 s, for readiness; three, one every 10 s, for liveness.
    expect(unready - 200_000).toBeGreaterThan(10_000)
    expect(unready - 200_000).toBeLessThanOrEqual(15_000)
    expect(restarted - 200_000).toBeGreaterThan(20_000)
    // It drains for up to its grace period.
    expect(restarted - 200_000).toBeLessThanOrEqual(60_000)
    runUntil(setting, world, 245_000)
    expect(world.pods.find(pod => pod.name === name)).toMatchObject({ sick: false })
    expect(findPod(world.rollout.kubernetes, podTemplateHash, name)).toMatchObject({ answer: 'up' })
  })

  test('is what its callers see too', () => {
    const world = worldAt(setting, 204_000)
    const gateway = world.lastFlow!.services.find(({ name }) => name === 'gateway')!
    // One of ten pods gets a tenth of 50 requests a second.
    expect(gateway.errorsPerS).toBeCloseTo(50 * 0.1 * 0.6, 1)
  })

  test('gets well by itself where nobody restarts it', () => {
    const brief = disturbedBy({ sickPod: { fromMs: 200_000, toMs: 208_000, errorRatio: 0.6 } })
    const world = worldAt(brief, 208_000)
    expect(world.pods.some(({ sick }) => sick)).toBe(false)
    runUntil(brief, world, 260_000)
    expect(eventsOf(world, 'pod.changed').every(({ data }) => data.restarts === 0)).toBe(true)
  })

  test('is one of the only version where nothing is deployed', () => {
    const calm = settingOf({}, { ...setting.plan, deployAtMs: null })
    expect(worldAt(calm, 200_000).pods.filter(({ sick }) => sick)).toHaveLength(1)
  })
})

test('evicted pods fail and are replaced', () => {
  const setting = disturbedBy({ evictions: [{ atMs: 60_000, pods: 2 }] })
  const world = worldAt(setting, 59_999)
  const before = new Set(world.pods.map(({ name }) => name))
  runUntil(setting, world, 118_000)
  const failed = eventsOf(world, 'pod.changed').filter(({ data }) => data.phase === 'Failed')
  expect(new Set(failed.map(({ data }) => data.name)).size).toBe(2)
  const reasons = eventsOf(world, 'kubernetes.emitted').map(({ data }) => data.reason)
  expect(reasons).toContain('Evicted')
  expect(serving(world)).toHaveLength(10)
  expect(serving(world).filter(({ name }) => !before.has(name))).toHaveLength(2)
})

test('pods that use most memory are evicted first', () => {
  const evictions = [{ atMs: 300_000, pods: 1 }]
  const leak = { leakedKiBPerRequest: 10 }
  const setting = settingOf(leak, { noiseFree: true, disturbances: { ...undisturbed, evictions } })
  const world = worldAt(setting, 330_000)
  const failed = eventsOf(world, 'pod.changed').filter(({ data }) => data.phase === 'Failed')
  expect(failed.map(({ data }) => data.podTemplateHash)).toEqual([world.deployHash])
})

test('a rolling restart replaces every pod of the same version, few at a time, and releases nothing', () => {
  const setting = settingOf(
    {},
    { deployAtMs: null, noiseFree: true, disturbances: { ...undisturbed, rollingRestartsMs: [60_000] } },
  )
  const world = createWorld(setting, 'dryRun')
  const before = new Set(world.pods.map(({ name }) => name))
  const hash = rolloutView(world.rollout).stableHash
  let fewest = Infinity
  runUntil(setting, world, 600_000, ({ nowMs }) => {
    if (nowMs >= 0) fewest = Math.min(fewest, serving(world).length)
  })
  expect(world.pods.some(({ name }) => before.has(name))).toBe(false)
  expect(world.pods.every(({ podTemplateHash }) => podTemplateHash === hash)).toBe(true)
  expect(serving(world)).toHaveLength(10)
  expect(fewest).toBeLessThan(10)
  expect(fewest).toBeGreaterThanOrEqual(6)
  expect(eventsOf(world, 'release.updated')).toEqual([])
  expect(eventsOf(world, 'truth.cell').every(({ data }) => data.touched === 0)).toBe(true)
})

test('a failing service fails requests of its callers, a slow one makes them slow', () => {
  const outage = { service: 'payments', fromMs: 60_000, toMs: 110_000, errorRatio: 0, timeFactor: 1, capacityFactor: 1 }
  const bad = (changes: Partial<typeof outage>) => {
    const setting = disturbedBy({ services: [{ ...outage, ...changes }] })
    const cells = eventsOf(worldAt(setting, 119_999), 'truth.cell').map(({ data }) => data)
    const ratio = (from: number, to: number) => {
      const some = cells.filter(({ fromMs }) => fromMs >= from && fromMs < to)
      return sum(some.map(one => one.bad)) / sum(some.map(({ requests }) => requests))
    }
    expect(ratio(0, 60_000)).toBeLessThan(0.001)
    return ratio(60_000, 110_000)
  }
  expect(bad({})).toBeLessThan(0.001)
  // Users of the subject are 40 % of all; a call is made up to three times.
  expect(bad({ errorRatio: 0.5 }) / (0.4 * 0.5 ** 3)).toBeCloseTo(1, 0)
  expect(bad({ errorRatio: 1 })).toBeCloseTo(0.4, 2)
  expect(bad({ timeFactor: 60 })).toBeGreaterThan(0.05)
  expect(bad({ capacityFactor: 0.01 })).toBeGreaterThan(0.1)
})

test.each([
  [{ errorRatio: 0.5 }, 0.5],
  [{ capacityFactor: 0 }, 1],
  [{ capacityFactor: 0.001 }, 1],
])(
  'what the entry fails or never passes on is bad for users, and none of their requests is lost: %o',
  (change, ratio) => {
    const undisturbedEntry = { service: 'gateway', errorRatio: 0, timeFactor: 1, capacityFactor: 1 }
    const services = [{ ...undisturbedEntry, ...change, fromMs: 60_000, toMs: 110_000 }]
    const world = worldAt(disturbedBy({ services }), 119_999)
    const cells = eventsOf(world, 'truth.cell').map(({ data }) => data)
    const during = cells.filter(({ fromMs }) => fromMs >= 65_000 && fromMs < 110_000)
    // 50 requests a second are 40 % of them.
    expect(sum(during.map(({ requests }) => requests))).toBe((50 / 0.4) * 45)
    expect(sum(during.map(({ bad }) => bad)) / ((50 / 0.4) * 45)).toBeCloseTo(ratio, 1)
  },
)

test('a process that exits once is started again by the kubelet, and its requests are lost but not touched', () => {
  const setting = disturbedBy({ crashesMs: [200_000] })
  const world = worldAt(setting, 890_000)
  const ended = eventsOf(world, 'pod.changed').filter(({ data }) => data.lastTerminationReason === 'Error')
  expect(new Set(ended.map(({ data }) => data.name)).size).toBe(1)
  expect(ended[0]).toMatchObject({ t: 200_000, data: { podTemplateHash: world.deployHash, ready: false } })
  expect(world.pods.map(({ usage }) => usage.atStart.restarts).filter(restarts => restarts > 0)).toEqual([1])
  expect(serving(world)).toHaveLength(10)
  expect(rolloutView(world.rollout).phase).toBe('Healthy')
  expect(sum(eventsOf(world, 'truth.cell').map(({ data }) => data.touched))).toBe(0)
  expect(eventsOf(world, 'truth.pod')).toEqual([])
})
