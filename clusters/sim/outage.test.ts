import { describe, expect, test } from 'vitest'
import { harmless } from '../../harness/model/behaviour.ts'
import { undisturbed } from '../../harness/model/trial.ts'
import type { Container } from '../manifests/argo-types.ts'
import { rolloutView } from './argo/views.ts'
import { subjectOf } from './fixtures/subject.ts'
import { allThroughSubject, eventsOf, runUntil, settingOf, worldAt } from './fixtures/worlds.ts'
import { operate } from './operations.ts'
import { createWorld } from './simulator.ts'
import type { World } from './world.ts'

const cellsOf = (world: World) => eventsOf(world, 'truth.cell').map(({ data }) => data)
const serving = (world: World) => world.pods.filter(({ servesFromMs }) => servesFromMs !== null)

describe('pods that the fault takes from the requests', () => {
  const plan = { noiseFree: true, deployAtMs: 60_000, horizonMs: 900_000, requestsPerSecond: 400 }

  test.each([{ exitAfterMs: 50_000 }, { callTimeoutMs: 3 }, { leakedWorkersPerRequest: 0.0005 }])(
    'serve in the shadow: what their loss does to other pods is the fault of the release, %o',
    behaviour => {
      const calm = worldAt(settingOf({}, plan, undefined, allThroughSubject), 600_000)
      expect(Math.max(...cellsOf(calm).map(({ bad, requests }) => bad / requests))).toBeLessThan(0.01)
      const world = worldAt(settingOf(behaviour, plan, undefined, allThroughSubject), 600_000)
      const suffering = cellsOf(world).filter(({ bad, requests }) => bad > 0.02 * requests)
      expect(suffering.length).toBeGreaterThan(3)
      for (const { fromMs, bad, touched } of suffering) expect(touched, `cell of ${fromMs}`).toBeGreaterThan(0.9 * bad)
    },
  )

  test('are touched until they are Ready again, and the log says so in turns', () => {
    const setting = settingOf({ latencyFactor: 10 }, plan)
    const world = worldAt(setting, 300_000)
    const turns: Record<string, boolean[]> = {}
    for (const { data } of eventsOf(world, 'truth.pod')) {
      turns[data.pod] ??= []
      turns[data.pod]!.push(data.touched)
    }
    expect(Object.keys(turns).length).toBeGreaterThan(2)
    for (const some of Object.values(turns)) expect(some).toEqual(some.map((_, i) => i % 2 === 0))
    for (const { name } of serving(world)) expect(world.touchedPods).not.toContain(name)
    // Those of the version before as well, where they cannot cope.
    const stable = new Set(world.pods.filter(({ revision }) => revision === 1).map(({ name }) => name))
    const hashes = Object.keys(turns).map(name => (stable.has(name) ? 1 : 2))
    expect(hashes).toContain(2)
  })
})

test('pods that an overload kills are not touched by a flag that does nothing', () => {
  const flag = { name: 'new-pricing', before: 'off', after: 'on' }
  const services = [
    { service: 'database', fromMs: 60_000, toMs: 120_000, errorRatio: 0, timeFactor: 200, capacityFactor: 1 },
  ]
  const incident = { atMs: 30_000, behaviour: harmless, flag }
  const plan = { noiseFree: true, requestsPerSecond: 200, incident, disturbances: { ...undisturbed, services } }
  const { rollout, ...others } = subjectOf()
  const { template } = rollout.spec
  const [{ readinessProbe: _, ...container }] = template.spec!.containers as [Container]
  const containers = [{ ...container, livenessProbe: { ...container.livenessProbe, failureThreshold: 1 } }]
  const spec = { ...rollout.spec, template: { ...template, spec: { ...template.spec, containers } } }
  const setting = settingOf({}, { ...plan, deployAtMs: null }, { ...others, rollout: { ...rollout, spec } })
  const world = worldAt(setting, 300_000)
  expect(eventsOf(world, 'pod.changed').filter(({ data }) => data.restarts > 0).length).toBeGreaterThan(0)
  expect(eventsOf(world, 'truth.pod')).toEqual([])
  expect(cellsOf(world).every(({ touched }) => touched === 0)).toBe(true)
})

test('a pod that its queue has made unready gets Ready again without a restart: nobody waits there any more', () => {
  const { rollout, ...others } = subjectOf()
  const { template } = rollout.spec
  const [{ livenessProbe: _, ...container }] = template.spec!.containers as [Container]
  const spec = { ...template.spec, containers: [container] }
  const subject = { ...others, rollout: { ...rollout, spec: { ...rollout.spec, template: { ...template, spec } } } }
  const services = [
    { service: 'database', fromMs: 60_000, toMs: 120_000, errorRatio: 0, timeFactor: 200, capacityFactor: 1 },
  ]
  const plan = { deployAtMs: null, noiseFree: true, requestsPerSecond: 200, disturbances: { ...undisturbed, services } }
  const setting = settingOf({}, plan, subject)
  const world = createWorld(setting, 'dryRun')
  let fewest = 10
  runUntil(setting, world, 400_000, () => {
    fewest = Math.min(fewest, serving(world).length)
  })
  expect(fewest).toBeLessThan(5)
  expect(serving(world)).toHaveLength(10)
  expect(world.pods.every(({ usage }) => usage.atStart.restarts === 0)).toBe(true)
  expect(world.touchedPods).toEqual([])
})

describe('after the horizon', () => {
  const plan = { noiseFree: true, deployAtMs: 60_000, horizonMs: 600_000 }

  test('the rates that are carried on are those of the last cells', () => {
    const setting = settingOf({ errorRatio: 0.2 }, plan)
    const world = worldAt(setting, 700_000)
    const last = cellsOf(world).filter(({ fromMs }) => fromMs >= 540_000)
    const perHour = (what: 'bad' | 'touched') => last.reduce((sum, one) => sum + one[what], 0) * 60
    const carried = eventsOf(world, 'truth.carried')
    expect(carried).toHaveLength(1)
    expect(carried[0]!.t).toBeGreaterThanOrEqual(600_000)
    expect(Math.abs(carried[0]!.data.badPerHour / perHour('bad') - 1)).toBeLessThan(0.1)
    expect(Math.abs(carried[0]!.data.touchedPerHour / perHour('touched') - 1)).toBeLessThan(0.1)
    expect(cellsOf(world).at(-1)!.fromMs).toBe(595_000)
  })

  test('an undo ends them', () => {
    const setting = settingOf({ errorRatio: 0.2 }, plan)
    const world = worldAt(setting, 700_000)
    const podTemplateHash = rolloutView(world.rollout).currentHash
    operate(world, {
      effectId: 'a',
      actor: 'human',
      podTemplateHash,
      operation: 'undo',
      toHash: world.goodHash,
    })
    runUntil(setting, world, 1_800_000)
    const { touchedPerHour, badPerHour } = eventsOf(world, 'truth.carried').at(-1)!.data
    expect(touchedPerHour).toBe(0)
    expect(badPerHour).toBeLessThan(100)
    expect(rolloutView(world.rollout)).toMatchObject({ phase: 'Healthy', stableHash: world.goodHash })
  })
})
