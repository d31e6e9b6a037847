import { describe, expect, test } from 'vitest'
import { rolloutView } from './argo/views.ts'
import { eventsOf, runUntil, settingOf, worldAt } from './fixtures/worlds.ts'
import { logMessages } from './logs.ts'
import { operate } from './operations.ts'
import { drainObservations } from './simulator.ts'
import type { World } from './world.ts'

const setting = settingOf()
const whileItRollsOut = () => worldAt(setting, 180_000)
const aim = (podTemplateHash: string, effectId = 'a/1') => ({ effectId, actor: 'engine' as const, podTemplateHash })

describe('an operation', () => {
  test('is carried out when the API server has it, and its outcome is shown', () => {
    const world = whileItRollsOut()
    drainObservations(world)
    const { nowMs } = world
    const hash = rolloutView(world.rollout).currentHash
    operate(world, { ...aim(hash), operation: 'abort' })
    expect(rolloutView(world.rollout).aborted).toBe(false)
    runUntil(setting, world, nowMs + 200)
    expect(rolloutView(world.rollout).aborted).toBe(true)
    expect(drainObservations(world)).toContainEqual({
      t: nowMs + 200,
      type: 'effect.finished',
      effectId: 'a/1',
      ok: true,
      message: '',
    })
    expect(eventsOf(world, 'operation.started')).toMatchObject([{ t: nowMs, data: { operation: 'abort' } }])
    expect(eventsOf(world, 'operation.finished')).toMatchObject([{ t: nowMs + 200, data: { ok: true } }])
    expect(eventsOf(world, 'rollout.aborted')).toMatchObject([{ t: nowMs + 200, data: { actor: 'engine' } }])
  })

  test.each(['abort', 'promote'] as const)('is refused when it is aimed at another version: %s', operation => {
    const world = whileItRollsOut()
    operate(world, { ...aim(rolloutView(world.rollout).stableHash), operation })
    runUntil(setting, world, world.nowMs + 200)
    expect(eventsOf(world, 'operation.finished')).toMatchObject([{ data: { ok: false } }])
    expect(rolloutView(world.rollout).aborted).toBe(false)
  })

  test('undoes a version that is promoted, back to the pods of the one before', () => {
    const world = worldAt(setting, 600_000)
    const { currentHash, stableHash } = rolloutView(world.rollout)
    expect(currentHash).toBe(stableHash)
    operate(world, { ...aim(currentHash), operation: 'undo', toHash: world.goodHash })
    runUntil(setting, world, 890_000)
    expect(rolloutView(world.rollout)).toMatchObject({ phase: 'Healthy', stableHash: world.goodHash })
    expect(world.pods.every(({ podTemplateHash }) => podTemplateHash === world.goodHash)).toBe(true)
  })

  test('that undoes to a version nobody knows is refused', () => {
    const world = worldAt(setting, 600_000)
    operate(world, { ...aim(rolloutView(world.rollout).currentHash), operation: 'undo', toHash: 'nobody' })
    runUntil(setting, world, world.nowMs + 200)
    expect(eventsOf(world, 'operation.finished')).toMatchObject([{ data: { ok: false } }])
  })
})

const refusals = (world: World) =>
  eventsOf(world, 'operation.finished')
    .filter(({ data }) => !data.ok)
    .map(({ data }) => data.message)

/** Does it, and lets the API server have it. */
function perform(world: World, operation: Parameters<typeof operate>[1]): void {
  operate(world, operation)
  runUntil(setting, world, world.nowMs + 300)
}

describe('a rollout that is held', () => {
  test('stays at its step, and goes on from there without skipping one', () => {
    const world = whileItRollsOut()
    const hash = rolloutView(world.rollout).currentHash
    const { currentStepIndex } = rolloutView(world.rollout)
    perform(world, { ...aim(hash), operation: 'hold' })
    expect(rolloutView(world.rollout)).toMatchObject({ held: true, phase: 'Paused' })
    runUntil(setting, world, 600_000)
    expect(rolloutView(world.rollout)).toMatchObject({ held: true, currentStepIndex, stableHash: world.goodHash })
    perform(world, { ...aim(hash, 'a/2'), operation: 'resume' })
    runUntil(setting, world, 899_000)
    const steps = eventsOf(world, 'rollout.changed').map(({ data }) => data.currentStepIndex)
    expect([...new Set(steps)].sort()).toEqual([0, 1, 2, 3, 4, 5])
    expect(refusals(world)).toEqual([])
  })

  test.each([
    ['hold', 'nothing is being rolled out'],
    ['resume', 'the rollout is not held'],
    ['retry', 'nothing is aborted'],
  ] as const)('is no place for what does not fit: %s after promotion', (operation, reason) => {
    const world = worldAt(setting, 600_000)
    perform(world, { ...aim(rolloutView(world.rollout).currentHash), operation })
    expect(refusals(world)).toEqual([reason])
  })

  test('is not held twice', () => {
    const world = whileItRollsOut()
    const hash = rolloutView(world.rollout).currentHash
    perform(world, { ...aim(hash), operation: 'hold' })
    perform(world, { ...aim(hash, 'a/2'), operation: 'hold' })
    expect(refusals(world)).toEqual(['the rollout is held already'])
  })
})

describe('one pod that is restarted', () => {
  const first = (world: World) => world.pods[0]!.name

  test('drains and is replaced; the others serve on', () => {
    const world = worldAt(setting, 60_000)
    const name = first(world)
    const others = world.pods.filter(pod => pod.name !== name).map(pod => pod.name)
    perform(world, { ...aim(''), operation: 'restartPod', pod: name })
    expect(eventsOf(world, 'pod.changed').at(-1)).toMatchObject({ data: { phase: 'Pending' } })
    runUntil(setting, world, 110_000)
    const names = world.pods.map(pod => pod.name)
    expect(names).toHaveLength(10)
    expect(names).not.toContain(name)
    expect(names).toEqual(expect.arrayContaining(others))
    expect(world.pods.every(({ servesFromMs }) => servesFromMs !== null)).toBe(true)
    expect(eventsOf(world, 'truth.cell').reduce((sum, { data }) => sum + data.touched, 0)).toBe(0)
  })

  test('has to be there, and not to be going already', () => {
    const world = worldAt(setting, 60_000)
    const name = first(world)
    for (const [i, pod] of [name, name, 'nobody'].entries())
      perform(world, { ...aim('', `a/${i}`), operation: 'restartPod', pod })
    expect(refusals(world)).toEqual([`pod ${name} is being deleted already`, 'there is no pod nobody'])
  })
})

test('scaled up and down again, it has the pods that it had', () => {
  const world = worldAt(settingOf({}, { deployAtMs: null }), 60_000)
  const names = () => world.pods.filter(({ servesFromMs }) => servesFromMs !== null).map(({ name }) => name)
  const before = names()
  perform(world, { ...aim(''), operation: 'scale', replicas: 15 })
  runUntil(setting, world, 120_000)
  expect(names()).toHaveLength(15)
  perform(world, { ...aim('', 'a/2'), operation: 'scale', replicas: 10 })
  runUntil(setting, world, 200_000)
  expect(names()).toHaveLength(10)
  expect(names().filter(name => before.includes(name)).length).toBeGreaterThan(4)
})

describe('a limit that is widened', () => {
  // Argo's analysis measures about 8 % of the canary's requests: the shipped limit is 5 %.
  const bad = settingOf({ errorRatio: 0.08 }, { noiseFree: true, horizonMs: 1_800_000 })
  const widen = (toValue: number, effectId = 'w/1') =>
    ({
      ...aim('', effectId),
      operation: 'widenThreshold',
      template: 'error-rate',
      metric: 'error-rate',
      toValue,
    }) as const

  test('is not that of the run under way, but of the next ones', () => {
    const world = worldAt(bad, 200_000, 'live')
    perform(world, widen(0.09))
    expect(eventsOf(world, 'threshold.changed')).toMatchObject([
      { data: { actor: 'engine', template: 'error-rate', metric: 'error-rate', fromValue: 0.05, toValue: 0.09 } },
    ])
    runUntil(bad, world, 500_000)
    const hash = rolloutView(world.rollout).currentHash
    expect(eventsOf(world, 'rollout.aborted')).toMatchObject([{ data: { actor: 'argo' } }])
    perform(world, { ...aim(hash, 'a/2'), operation: 'retry' })
    runUntil(bad, world, 1_200_000)
    expect(rolloutView(world.rollout)).toMatchObject({ phase: 'Healthy', stableHash: hash })
    expect(eventsOf(world, 'rollout.aborted')).toHaveLength(1)
  })

  test('can be taken back', () => {
    const world = worldAt(bad, 60_000, 'live')
    perform(world, widen(0.09))
    perform(world, widen(0.05, 'w/2'))
    runUntil(bad, world, 600_000)
    expect(eventsOf(world, 'rollout.aborted')).toHaveLength(1)
  })

  test('is refused where there is none', () => {
    const world = worldAt(bad, 60_000)
    perform(world, { ...widen(0.09), metric: 'latency' })
    expect(refusals(world)).toEqual(['error-rate has no metric latency'])
    expect(eventsOf(world, 'threshold.changed')).toEqual([])
  })
})

test('a message that is quieted is not written until it is let again, and others are', () => {
  const failing = settingOf({ errorRatio: 0.5 }, { noiseFree: true })
  const world = worldAt(failing, 239_000)
  const quietLog = (quiet: boolean, effectId: string, message: string = logMessages.requestFailed) =>
    ({ ...aim('', effectId), operation: 'quietLog', message, quiet }) as const
  perform(world, quietLog(true, 'q/1'))
  perform(world, quietLog(true, 'q/2'))
  perform(world, quietLog(true, 'q/3', 'no such words'))
  expect(refusals(world)).toEqual(['the message is not written already', 'nobody writes such a message'])
  runUntil(failing, world, 419_000)
  perform(world, quietLog(false, 'q/4'))
  runUntil(failing, world, 540_000)
  const written = eventsOf(world, 'logs.written').map(({ t, data }) => [
    t,
    data.entries.some(({ message }) => message === logMessages.requestFailed),
    data.infoCount > 0,
  ])
  expect(written.filter(([t]) => Number(t) >= 180_000)).toEqual([
    [180_000, true, true],
    [240_000, true, true],
    [300_000, false, true],
    [360_000, false, true],
    [420_000, false, true],
    [480_000, true, true],
    [540_000, true, true],
  ])
})

test('an abort that comes second does not put its name on the abort after it', () => {
  // Every request fails: argo aborts at 270 s, and again after the release was let out again.
  const failing = settingOf({ errorRatio: 1 }, { horizonMs: 1_800_000 })
  const world = worldAt(failing, 269_900, 'live')
  const hash = rolloutView(world.rollout).currentHash
  operate(world, { ...aim(hash), operation: 'abort' })
  runUntil(failing, world, 300_000)
  const before = eventsOf(world, 'rollout.aborted')
  expect(before).toHaveLength(1)
  operate(world, { ...aim(hash, 'a/2'), operation: 'abort' })
  runUntil(failing, world, 310_000)
  operate(world, {
    ...aim(hash, 'b/1'),
    actor: 'human',
    operation: 'release',
    release: 'retry',
    values: { value: failing.plan.release.after, intent: null },
  })
  runUntil(failing, world, 600_000)
  expect(eventsOf(world, 'rollout.aborted').map(({ data }) => data.actor)).toEqual([before[0]!.data.actor, 'argo'])
})

test('a release that returns to the aborted value is a retry, with a revision of the same name', () => {
  const world = whileItRollsOut()
  const hash = rolloutView(world.rollout).currentHash
  operate(world, { ...aim(hash), operation: 'abort' })
  runUntil(setting, world, 240_000)
  operate(world, {
    ...aim(hash, 'a/2'),
    operation: 'release',
    release: 'retry',
    values: { value: setting.plan.release.after, intent: null },
  })
  runUntil(setting, world, 700_000)
  expect(eventsOf(world, 'release.updated').map(({ data }) => [data.release, data.podTemplateHash])).toEqual([
    ['deploy', hash],
    ['retry', hash],
  ])
  expect(rolloutView(world.rollout)).toMatchObject({ phase: 'Healthy', stableHash: hash })
})
