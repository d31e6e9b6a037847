import { expect, test } from 'vitest'
import { rolloutView } from '../../clusters/sim/argo/views.ts'
import { operate } from '../../clusters/sim/operations.ts'
import { advance, createWorld, drainObservations, nextEventMs } from '../../clusters/sim/simulator.ts'
import { step } from '../../remediator/engine.ts'
import type { Effect } from '../model/effect.ts'
import { jumpy } from './fixtures/all-rows.ts'
import { engineOf, errorsOf, settingOf } from './fixtures/trials.ts'

test('an abort that reaches a release just promoted does nothing, and an undo follows', () => {
  const setting = settingOf(errorsOf(0.5), { variant: 'twin' })
  const probe = createWorld(setting, 'dryRun')
  while (rolloutView(probe.rollout).revision < 2 || rolloutView(probe.rollout).phase !== 'Healthy')
    advance(setting, probe)
  const promotedMs = probe.nowMs
  const { currentHash } = rolloutView(probe.rollout)

  const world = createWorld(setting, 'dryRun')
  const { spec } = jumpy('L1')
  const engine = engineOf(setting, { policy: { ...spec, decide: { ...spec.decide, deciders: ['argo-analysis'] } } })
  const effects: Effect[] = []
  const show = () => {
    for (const observation of drainObservations(world)) effects.push(...step(engine, observation))
  }
  // The answer to an abort takes 200 ms: sent just before the promotion, it is carried out just after it.
  while (nextEventMs(world) < promotedMs - 50) advance(setting, world)
  show()
  const metrics = [{ name: 'any', phase: 'Failed' as const, dryRun: false }]
  const run = { name: 'run', kind: 'Step' as const, podTemplateHash: currentHash, message: '', metrics }
  effects.push(...step(engine, { t: world.nowMs, type: 'analysisRun.changed', run: { ...run, phase: 'Failed' } }))
  const abort = effects.find(({ type }) => type === 'abort')!
  operate(world, { effectId: abort.id, actor: 'engine', operation: 'abort', podTemplateHash: currentHash })
  while (nextEventMs(world) < promotedMs + 2000) {
    advance(setting, world)
    show()
  }
  effects.push(...step(engine, { t: promotedMs + 2000, type: 'time.passed' }))
  expect(rolloutView(world.rollout)).toMatchObject({ currentHash, stableHash: currentHash, aborted: false })
  expect(effects.filter(({ type }) => type === 'abort' || type === 'undo').map(({ type }) => type)).toEqual([
    'abort',
    'undo',
  ])
})
