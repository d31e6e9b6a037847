import { describe, expect, test } from 'vitest'
import { rolloutView } from './argo/views.ts'
import { eventsOf, runUntil, settingOf, worldAt } from './fixtures/worlds.ts'
import { operate } from './operations.ts'
import { drainObservations } from './simulator.ts'

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
