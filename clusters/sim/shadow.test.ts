import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Behaviour, harmless } from '../../harness/model/behaviour.ts'
import { leaveAlone } from '../../harness/model/ground-truth.ts'
import { steadyLoad } from '../../harness/model/load.ts'
import { type Disturbances, type TrialPlan, undisturbed } from '../../harness/model/trial.ts'
import { framesOf, readEvents } from '../../harness/model/trial-log.ts'
import { rolloutView } from './argo/views.ts'
import { eventsOf, runUntil, settingOf, worldAt } from './fixtures/worlds.ts'
import { operate } from './operations.ts'
import { createWorld } from './simulator.ts'
import type { World } from './world.ts'

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)
const cellsOf = (world: World) => eventsOf(world, 'truth.cell').map(({ data }) => data)

/** So many requests that a lost half of the capacity is felt: the shipped pods take about a hundred a second each. */
const busy = 400
const load = {
  ...steadyLoad,
  routes: [{ fromMs: 0, shares: { pay: 0.3, quote: 0.7 } }],
  tenants: { big: 0.4, small: 0.6 },
}

describe('what a release does, in a world without luck, beside its twin', () => {
  const deployAtMs = 60_000
  const horizonMs = 240_000
  const plan = { noiseFree: true, deployAtMs, horizonMs, load, requestsPerSecond: busy }
  const twin = worldAt(settingOf({}, plan), horizonMs)
  const upToDeploy = (world: World) => [...readEvents(framesOf(world.log))].filter(({ t }) => t < deployAtMs)
  const bad = (world: World) => sum(cellsOf(world).map(one => one.bad))

  const requestsSuffer: Partial<Behaviour>[] = [
    { errorRatio: 0.2 },
    { errorRatio: 0.2, route: 'pay' },
    { errorRatio: 0.2, tenant: 'big' },
    { latencyFactor: 20 },
    { latencyFactor: 20, route: 'pay' },
    { latencyFactor: 20, tenant: 'big' },
    { tailRatio: 0.1, tailFactor: 30 },
    { hangRatio: 0.05 },
    { exitAfterMs: 30_000 },
    { leakedKiBPerRequest: 300 },
    { leakedWorkersPerRequest: 0.002 },
    { cpuFactor: 6 },
    { capacityFactor: 0.25 },
    { extraCallsTo: 'database', extraCallsPerRequest: 10 },
    { warningsPerRequest: 2, warningTimeFactor: 6 },
    { callTimeoutMs: 3 },
  ]

  test('is seen for every part of a behaviour', () => {
    const parts = requestsSuffer.flatMap(one => Object.keys(one))
    expect(new Set(parts)).toEqual(new Set(Object.keys(harmless)))
  })

  test('is nothing where nothing is wrong', () => {
    expect(sum(cellsOf(twin).map(({ touched }) => touched))).toBe(0)
    expect(eventsOf(twin, 'truth.pod')).toEqual([])
    expect(twin.shadow).toBe(null)
  })

  test.each(requestsSuffer)('touches requests and makes them bad: %o', behaviour => {
    const world = worldAt(settingOf(behaviour, plan), horizonMs)
    expect(upToDeploy(world)).toEqual(upToDeploy(twin))
    const touchedMs = cellsOf(world)
      .filter(({ touched }) => touched > 0)
      .map(({ fromMs }) => fromMs)
    expect(touchedMs[0]).toBeGreaterThanOrEqual(deployAtMs)
    const harm = bad(world) - bad(twin)
    expect(harm).toBeGreaterThan(100)
    // What is bad because of the fault is touched by it: cells of both differ by that and by luck that falls on other requests.
    const touched = sum(cellsOf(world).map(one => one.touched))
    expect(touched).toBeGreaterThan(0.95 * harm)
    for (const one of cellsOf(world)) {
      expect(one.bad).toBeLessThanOrEqual(one.requests)
      expect(one.touched).toBeLessThanOrEqual(one.requests)
      for (const count of Object.values(one)) expect(Number.isSafeInteger(count) && count >= 0).toBe(true)
    }
  })

  test('that exits before it is ready touches its pods and no request', () => {
    const world = worldAt(settingOf({ exitAfterMs: 1500 }, plan), horizonMs)
    expect(world.touchedPods).toHaveLength(2)
    expect(sum(cellsOf(world).map(({ touched }) => touched))).toBe(0)
    expect(Math.abs(bad(world) - bad(twin))).toBeLessThan(10)
  })
})

const window = fc
  .tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 20 }))
  .map(([from, length]) => ({ fromMs: from * 7000, toMs: (from + length) * 7000 }))
const sometimes = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof(fc.constant([] as T[]), fc.array(arbitrary, { maxLength: 2 }))
const anyDisturbances: fc.Arbitrary<Disturbances> = fc.record({
  services: sometimes(
    fc
      .tuple(
        window,
        fc.record({
          service: fc.constantFrom('gateway', 'payments', 'inventory', 'database', 'cache', 'catalog'),
          errorRatio: fc.constantFrom(0, 0.2, 1),
          timeFactor: fc.constantFrom(1, 5, 200),
          capacityFactor: fc.constantFrom(1, 0.3, 0.01),
        }),
      )
      .map(([when, what]) => ({ ...when, ...what })),
  ),
  scrapesFail: sometimes(window),
  prometheusDown: sometimes(window),
  prometheusRestarts: sometimes(window),
  prometheusSlow: sometimes(window.map(when => ({ ...when, delayMs: 20_000 }))),
  warmUp: fc.constantFrom(null, { factor: 4, timeConstantMs: 30_000 }, { factor: 40, timeConstantMs: 60_000 }),
  sickPod: fc.option(
    window.map(when => ({ ...when, errorRatio: 0.5 })),
    { nil: null },
  ),
  noisyNeighbours: sometimes(window.map(when => ({ ...when, timeFactor: 3 }))),
  evictions: sometimes(fc.record({ atMs: fc.nat({ max: 280_000 }), pods: fc.integer({ min: 1, max: 4 }) })),
  crashesMs: sometimes(fc.nat({ max: 280_000 })),
  rollingRestartsMs: sometimes(fc.nat({ max: 280_000 })),
})

test('a world without a fault has no shadow and nothing that a fault has touched, whatever disturbs it', () => {
  fc.assert(
    fc.property(
      anyDisturbances,
      fc.nat({ max: 1000 }),
      fc.constantFrom(50, busy, 1500),
      (disturbances, seed, requestsPerSecond) => {
        const plan = { disturbances, seed, requestsPerSecond, deployAtMs: 30_000, horizonMs: 300_000 }
        const setting = settingOf({}, { ...plan, truth: leaveAlone })
        const world = createWorld(setting, 'live')
        runUntil(setting, world, 330_000, ({ shadow, cell }) => {
          expect(shadow).toBe(null)
          expect(cell?.touched ?? 0).toBe(0)
        })
        expect(eventsOf(world, 'truth.pod')).toEqual([])
        for (const { requests, bad, touched } of cellsOf(world)) {
          expect(touched).toBe(0)
          expect(Number.isSafeInteger(requests) && Number.isSafeInteger(bad)).toBe(true)
          expect(bad).toBeGreaterThanOrEqual(0)
          expect(bad).toBeLessThanOrEqual(requests)
        }
        for (const { data } of eventsOf(world, 'truth.carried')) expect(data.touchedPerHour).toBe(0)
        for (const pod of world.pods)
          for (const count of [...pod.counts, ...pod.growing])
            expect(Number.isSafeInteger(count) && count >= 0).toBe(true)
      },
    ),
    { numRuns: 15 },
  )
})

describe('the shadow is gone some time after the fault', () => {
  const quiet = (world: World, fromMs: number) =>
    sum(
      cellsOf(world)
        .filter(({ fromMs: ms }) => ms >= fromMs)
        .map(({ touched }) => touched),
    )
  const started = (behaviour: Partial<Behaviour>, changes: Partial<TrialPlan> = {}) => {
    const setting = settingOf(behaviour, { noiseFree: true, deployAtMs: 60_000, horizonMs: 600_000, ...changes })
    return { setting, world: worldAt(setting, 150_000) }
  }

  test.each([
    ['errors', { errorRatio: 0.5 }, 50],
    ['a storm', { latencyFactor: 30 }, 200],
    ['a crash loop', { exitAfterMs: 20_000 }, busy],
    ['extra calls', { extraCallsTo: 'database', extraCallsPerRequest: 5 }, 200],
  ])('%s, by an abort', (_, behaviour, requestsPerSecond) => {
    const { setting, world } = started(behaviour, { requestsPerSecond })
    expect(world.shadow).not.toBe(null)
    const podTemplateHash = rolloutView(world.rollout).currentHash
    operate(world, { effectId: 'a', actor: 'human', podTemplateHash, operation: 'abort' })
    runUntil(setting, world, 600_000)
    expect(world.shadow).toBe(null)
    expect(world.touchedPods).toEqual([])
    expect(quiet(world, 400_000)).toBe(0)
  })

  test.each([{ errorRatio: 0.5 }, { latencyFactor: 30 }])('%o, by a flag that is switched off', does => {
    const behaviour = { ...harmless, ...does }
    const { setting, world } = started(
      {},
      {
        deployAtMs: null,
        requestsPerSecond: 200,
        disturbances: undisturbed,
        incident: { atMs: 90_000, behaviour, flag: { name: 'new-price', before: 'off', after: 'on' } },
      },
    )
    expect(world.shadow).not.toBe(null)
    expect(cellsOf(world).find(({ touched }) => touched > 0)!.fromMs).toBe(90_000)
    operate(world, { effectId: 'a', actor: 'human', podTemplateHash: '', operation: 'flagOff' })
    runUntil(setting, world, 600_000)
    expect(eventsOf(world, 'flag.changed').map(({ t, data }) => [t, data.toValue])).toEqual([
      [90_000, 'on'],
      [150_200, 'off'],
    ])
    expect(world.shadow).toBe(null)
    expect(quiet(world, 400_000)).toBe(0)
  })

  test('but a retry storm may outlive what set it off: requests are touched as long as it lasts', () => {
    const { setting, world } = started({ latencyFactor: 20 }, { requestsPerSecond: 460 })
    const podTemplateHash = rolloutView(world.rollout).currentHash
    operate(world, { effectId: 'a', actor: 'human', podTemplateHash, operation: 'abort' })
    runUntil(setting, world, 600_000)
    expect(world.pods.every(({ revision, servesFromMs }) => revision === 1 && servesFromMs !== null)).toBe(true)
    const last = cellsOf(world).filter(({ fromMs }) => fromMs >= 500_000)
    expect(Math.min(...last.map(({ touched, requests }) => touched / requests))).toBeGreaterThan(0.2)
  })
})

test('calls that a release adds harm users of routes that never need it, and touch their requests', () => {
  const plan = { noiseFree: true, deployAtMs: 60_000, horizonMs: 300_000, requestsPerSecond: 150 }
  const setting = settingOf({ extraCallsTo: 'database', extraCallsPerRequest: 60 }, plan)
  const needIt = sum(setting.system.routes.map(({ touchesSubject, share }) => (touchesSubject ? share : 0)))
  expect(needIt).toBeLessThan(0.5)
  const worst = (world: World) => Math.max(...cellsOf(world).map(({ touched, requests }) => touched / requests))
  expect(worst(worldAt(settingOf({}, plan), 300_000))).toBe(0)
  // Were it only for the requests that need the subject, their share would be the most.
  expect(worst(worldAt(setting, 300_000))).toBeGreaterThan(needIt + 0.05)
  // Errors of its own reach nobody else.
  expect(worst(worldAt(settingOf({ errorRatio: 1 }, plan), 300_000))).toBeLessThan(needIt + 0.01)
})
