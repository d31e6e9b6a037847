import { rolloutView } from '../../clusters/sim/argo/views.ts'
import { operate } from '../../clusters/sim/operations.ts'
import { advance, drainObservations, nextEventMs, waitsForPromotion } from '../../clusters/sim/simulator.ts'
import { cloneWorld, record, type World } from '../../clusters/sim/world.ts'
import type { WorldSetting } from '../../clusters/sim/world-setting.ts'
import { type EngineState, step } from '../../remediator/engine.ts'
import type { PolicySpec } from '../../remediator/policy.ts'
import type { Actor, Effect, Level } from '../model/effect.ts'
import type { TimedObservation } from '../model/observation.ts'
import { act, nextActMs, type Person, type PersonView, page, seeRollout } from './people.ts'

/** What is run in a world: a policy at a level, or the random driver beside the engine. */
export interface Row {
  readonly policy: string
  readonly level: Level
  readonly spec: PolicySpec
  readonly driver: 'engine' | 'random'
}

/** Whether the manifests' own analysis acts in a row: at L0 it runs dry, as nothing may act. */
export function analysisOf({ level, spec }: Row): 'live' | 'dryRun' {
  return level === 'L0' ? 'dryRun' : spec.analysis
}

/** A world with whoever acts in it. Plain data but for the shared setting. */
export interface Run {
  readonly setting: WorldSetting
  readonly world: World
  /** null where none watches: in the open loop, whose engines stand beside it, under a policy that never decides, beside a driver. */
  engine: EngineState | null
  readonly person: Person
  /** When the random driver aborts. */
  driverAtMs: number | null
  engineWakesAtMs: number | null
  /** The abort by argo that people have been told of. */
  notified: boolean
  /** Observations of the last event that have not been shown to the engine. */
  pending: TimedObservation[]
}

export function cloneRun(run: Run): Run {
  return {
    ...run,
    world: cloneWorld(run.world),
    engine: run.engine === null ? null : cloneEngine(run.engine),
    person: structuredClone(run.person),
    pending: run.pending.slice(),
  }
}

function cloneEngine({ setting, ...rest }: EngineState): EngineState {
  return { ...structuredClone(rest), setting }
}

/** Runs to the trial's end and closes the log. */
export function finishRun(run: Run): void {
  carryOutPending(run)
  while (nextStepMs(run) <= run.setting.plan.endMs) stepRun(run)
  run.world.nowMs = run.setting.plan.endMs
  record(run.world, 'trial.ended', {})
}

/** When something happens next; infinite when nothing does. */
export function nextStepMs(run: Run): number {
  return Math.min(
    nextEventMs(run.world),
    run.driverAtMs ?? Infinity,
    run.engineWakesAtMs ?? Infinity,
    nextActMs(run.person) ?? Infinity,
  )
}

/** One event of the world, or one act of somebody in it; the world goes first where both are due. */
export function stepRun(run: Run): void {
  const nowMs = nextStepMs(run)
  if (nextEventMs(run.world) === nowMs) {
    advance(run.setting, run.world)
    run.pending = drainObservations(run.world)
    carryOutPending(run)
    return
  }
  run.world.nowMs = nowMs
  if (run.driverAtMs === nowMs) {
    run.driverAtMs = null
    takeBack(run.world, 'engine', 'random/0')
  } else if (run.engineWakesAtMs === nowMs) {
    run.engineWakesAtMs = null
    run.pending = [{ t: nowMs, type: 'time.passed' }]
    carryOutPending(run)
  } else actAsPerson(run, nowMs)
}

/** Shows the pending observations to the engine and to people, and does what they want. */
function carryOutPending(run: Run): void {
  for (let observation = run.pending.shift(); observation !== undefined; observation = run.pending.shift()) {
    afterStep(run, observation, run.engine === null ? [] : step(run.engine, observation))
  }
}

/** What follows when the engine has taken an observation in. */
export function afterStep(run: Run, observation: TimedObservation, effects: readonly Effect[]): void {
  carryOut(run, effects)
  if (observation.type === 'rollout.changed') informPeople(run)
}

function carryOut(run: Run, effects: readonly Effect[]): void {
  const { world } = run
  for (const effect of effects) {
    switch (effect.type) {
      case 'alarm':
        if (effect.deciding) record(world, 'detector.fired', effect.alarm)
        break
      case 'page':
        sendPage(run, effect.id, effect.blames, effect.reason)
        break
      case 'abort':
        operate(world, { ...aimOf(effect), operation: 'abort' })
        break
      case 'undo':
        operate(world, { ...aimOf(effect), operation: 'undo', toHash: effect.toHash })
        break
      case 'wake':
        run.engineWakesAtMs = Math.min(run.engineWakesAtMs ?? Infinity, Math.max(effect.atMs, world.nowMs))
        break
    }
  }
}

function aimOf({ id, podTemplateHash }: { readonly id: string; readonly podTemplateHash: string }) {
  return { effectId: id, actor: 'engine' as const, podTemplateHash }
}

/** Argo's own notification trigger on-rollout-aborted tells people too; and a person comes to promote what waits for one. */
export function informPeople(run: Run): void {
  const { world, person } = run
  if (world.lastAbort?.actor === 'argo' && !run.notified) {
    run.notified = true
    sendPage(run, 'on-rollout-aborted', world.lastAbort.podTemplateHash, 'Argo Rollouts aborted the update')
  }
  seeRollout(person, world.nowMs, personView(run))
}

function sendPage(run: Run, effectId: string, blames: string | null, reason: string): void {
  record(run.world, 'page.sent', { effectId, blames, reason })
  page(run.person, run.world.nowMs)
}

function actAsPerson(run: Run, nowMs: number): void {
  const { world, setting, person } = run
  const { plan } = setting
  const { currentHash } = rolloutView(world.rollout)
  const human = { actor: 'human' as const, podTemplateHash: currentHash }
  for (const deed of act(person, nowMs, personView(run))) {
    const effectId = `person/${deed.replaceAll(' ', '-')}`
    switch (deed) {
      case 'page.acknowledged':
      case 'person.looked':
      case 'cause.found':
      case 'fix.merged':
        record(world, deed, {})
        break
      case 'decided to roll back':
        record(world, 'person.decided', { decision: 'rollback' })
        break
      case 'decided to wait':
        record(world, 'person.decided', { decision: 'wait' })
        break
      case 'roll back':
        takeBack(world, 'human', effectId)
        break
      case 'release the fix':
        operate(world, { ...human, effectId, operation: 'release', release: 'fix', value: plan.release.repaired })
        break
      case 'release again':
        operate(world, { ...human, effectId, operation: 'release', release: 'retry', value: plan.release.after })
        break
      case 'promote':
        operate(world, { ...human, effectId, operation: 'promote' })
        break
    }
  }
}

/** Aborts the deploy while it rolls out, undoes it once it is promoted. */
function takeBack(world: World, actor: Actor, effectId: string): void {
  const { currentHash, stableHash } = rolloutView(world.rollout)
  const aim = { effectId, actor, podTemplateHash: currentHash }
  if (stableHash === currentHash) operate(world, { ...aim, operation: 'undo', toHash: world.goodHash })
  else operate(world, { ...aim, operation: 'abort' })
}

function personView({ world, setting }: Run): PersonView {
  const { currentHash, aborted } = rolloutView(world.rollout)
  return {
    deployIsBad: setting.plan.truth.deploy === 'revert',
    deployedAtMs: setting.plan.deployAtMs ?? Number.NEGATIVE_INFINITY,
    reverted: aborted || (world.deployHash !== '' && currentHash !== world.deployHash),
    waitsForPromotion: waitsForPromotion(world),
  }
}
