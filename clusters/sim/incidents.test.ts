import { describe, expect, test } from 'vitest'
import { type Behaviour, harmless } from '../../harness/model/behaviour.ts'
import type { AnalysisTrouble } from '../../harness/model/fault.ts'
import { type TrialPlan, undisturbed } from '../../harness/model/trial.ts'
import { firstLimit } from './argo/thresholds.ts'
import { rolloutView } from './argo/views.ts'
import { eventsOf, runUntil, settingOf, worldAt } from './fixtures/worlds.ts'
import { logMessages } from './logs.ts'
import { operate } from './operations.ts'
import { createWorld } from './simulator.ts'
import { cloneWorld, type World } from './world.ts'

const incidentOf = (behaviour: Partial<Behaviour>, atMs = 0, analysis?: AnalysisTrouble) => ({
  atMs,
  behaviour: Object.keys(behaviour).length === 0 ? harmless : { ...harmless, ...behaviour },
  flag: null,
  analysis,
})
const aim = (world: World, effectId: string) => ({
  effectId,
  actor: 'engine' as const,
  podTemplateHash: rolloutView(world.rollout).currentHash,
})
const touchedFrom = (world: World, fromMs: number) =>
  eventsOf(world, 'truth.cell').reduce((sum, { data }) => sum + (data.fromMs >= fromMs ? data.touched : 0), 0)

describe('all versions lose workers', () => {
  const leak = 0.00016
  const plan = { deployAtMs: null, noiseFree: true, horizonMs: 1_800_000 }
  const setting = settingOf({}, { ...plan, incident: incidentOf({ leakedWorkersPerRequest: leak }) })
  const lost = (world: World) => world.pods.map(({ served }) => Math.floor(served * leak))

  test('three pods have run for long, and others have hardly begun; which, is the seed’s', () => {
    const world = createWorld(setting, 'dryRun')
    expect(lost(world).sort()).toEqual([0, 0, 0, 0, 0, 0, 0, 3, 3, 3])
    const other = createWorld({ ...setting, plan: { ...setting.plan, seed: 5 } }, 'dryRun')
    expect(other.pods.map(({ served }) => served)).not.toEqual(world.pods.map(({ served }) => served))
  })

  test('whose restart, one by one, ends it, and nobody else’s does', () => {
    const trunk = worldAt(setting, 600_000)
    const worn = trunk.pods.filter(({ served }) => served * leak > 3).map(({ name }) => name)
    const fresh = trunk.pods.filter(({ served }) => served * leak < 1).map(({ name }) => name)
    const touchedAfter = (names: readonly string[]) => {
      const world = cloneWorld(trunk)
      for (const [i, pod] of names.slice(0, 3).entries()) {
        operate(world, { ...aim(world, `r/${i}`), operation: 'restartPod', pod })
        runUntil(setting, world, world.nowMs + 30_000)
      }
      runUntil(setting, world, 1_200_000)
      return touchedFrom(world, 900_000)
    }
    expect(touchedAfter([])).toBeGreaterThan(1000)
    expect(touchedAfter(fresh)).toBeGreaterThan(1000)
    expect(touchedAfter(worn)).toBe(0)
  })
})

describe('a message that is written for every request', () => {
  const noisy = { warningsPerRequest: 3, warningTimeFactor: 6 }
  const setting = settingOf({}, { noiseFree: true, deployAtMs: null, incident: incidentOf(noisy, 60_000) })

  test('slows all of them until it is quieted, and is loud in the log', () => {
    const world = worldAt(setting, 300_000)
    expect(touchedFrom(world, 60_000)).toBeGreaterThan(1000)
    const [, , minute] = eventsOf(world, 'logs.written')
    const lines = minute!.data.entries.find(({ message }) => message === logMessages.deprecated)
    expect(lines).toMatchObject({ source: 'checkout', level: 'warn' })
    expect(lines!.count).toBeCloseTo(50 * 60 * 3, -2)
    operate(world, {
      ...aim(world, 'q'),
      operation: 'quietLog',
      message: logMessages.deprecated,
      quiet: true,
    })
    const undone = cloneWorld(world)
    runUntil(setting, world, 890_000)
    expect(touchedFrom(world, 330_000)).toBe(0)
    runUntil(setting, undone, 400_000)
    operate(undone, { ...aim(undone, 'u'), operation: 'quietLog', message: logMessages.deprecated, quiet: false })
    runUntil(setting, undone, 890_000)
    expect(touchedFrom(undone, 430_000)).toBeGreaterThan(1000)
  })
})

describe('an analysis that calls a good release bad', () => {
  const blocked = (world: World) => eventsOf(world, 'truth.blocked').map(({ data }) => data.blocked)
  const limited = (plan: Partial<TrialPlan> = {}) =>
    settingOf(
      {},
      {
        requestsPerSecond: 150,
        baseErrorRatio: 0.012,
        horizonMs: 1_800_000,
        incident: incidentOf({}, 0, { kind: 'limit', limit: 0.008 }),
        ...plan,
      },
    )

  test('by a tight limit, aborts it again and again, until the limit is wider', () => {
    const setting = limited()
    expect(firstLimit(setting.subject.templates)!.value).toBe(0.008)
    const world = worldAt(setting, 600_000, 'live')
    const { currentHash, aborted } = rolloutView(world.rollout)
    expect([aborted, blocked(world)]).toEqual([true, [true]])
    expect(eventsOf(world, 'rollout.aborted')).toMatchObject([{ data: { actor: 'argo' } }])
    operate(world, { ...aim(world, 'a'), operation: 'retry' })
    runUntil(setting, world, 1_000_000)
    expect(eventsOf(world, 'rollout.aborted')).toHaveLength(2)
    const limit = { template: 'error-rate', metric: 'error-rate', toValue: 0.0152 }
    operate(world, { ...aim(world, 'b'), operation: 'widenThreshold', ...limit })
    runUntil(setting, world, 1_001_000)
    operate(world, { ...aim(world, 'c'), operation: 'retry' })
    runUntil(setting, world, 1_700_000)
    expect(rolloutView(world.rollout)).toMatchObject({ phase: 'Healthy', stableHash: currentHash })
    expect(blocked(world)).toEqual([true, false])
  })

  test('has the same onset when it runs dry, and ends with the promotion then', () => {
    const onset = (analysis: 'live' | 'dryRun') =>
      eventsOf(worldAt(limited(), 600_000, analysis), 'truth.blocked')[0]!.t
    expect(onset('dryRun')).toBe(onset('live'))
    expect(blocked(worldAt(limited(), 900_000, 'dryRun'))).toEqual([true, false])
  })

  test('is none where nothing is wrong with the limit', () => {
    const incident = incidentOf({}, 0)
    expect(blocked(worldAt(limited({ incident }), 900_000, 'live'))).toEqual([])
  })

  test('by silence, lets it through when it is tried again afterwards', () => {
    const atMs = 240_000
    const silentMs = 150_000
    const setting = settingOf(
      {},
      {
        horizonMs: 1_800_000,
        incident: incidentOf({}, atMs, { kind: 'silence', silentMs }),
        disturbances: { ...undisturbed, prometheusDown: [{ fromMs: atMs, toMs: atMs + silentMs }] },
      },
    )
    const world = worldAt(setting, 500_000, 'live')
    expect(blocked(world)).toEqual([true])
    expect(rolloutView(world.rollout).aborted).toBe(true)
    operate(world, { ...aim(world, 'a'), operation: 'retry' })
    runUntil(setting, world, 1_200_000)
    expect(blocked(world)).toEqual([true, false])
    expect(rolloutView(world.rollout).phase).toBe('Healthy')
    expect(touchedFrom(world, 0)).toBe(0)
  })
})
