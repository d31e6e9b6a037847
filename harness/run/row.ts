import { operate } from '../../clusters/sim/operations.ts'
import { advance, drainObservations, nextEventMs } from '../../clusters/sim/simulator.ts'
import { cloneWorld, record, type World } from '../../clusters/sim/world.ts'
import type { WorldSetting } from '../../clusters/sim/world-setting.ts'
import { canonicalJson } from '../../remediator/audit/canonical-json.ts'
import { cloneEngine, type EngineState, step } from '../../remediator/engine.ts'
import type { PolicySpec } from '../../remediator/policy.ts'
import type { Diagnosis } from '../model/cause.ts'
import type { Effect, Level } from '../model/effect.ts'
import type { TimedObservation } from '../model/observation.ts'
import { applyAction } from './apply-action.ts'
import { cloneForge, type Forge } from './forge/forge.ts'
import { nextForgeMs } from './forge.ts'
import { clonePerson, type Person } from './people/person.ts'
import { nextActMs } from './people.ts'
import { actAsPerson, askApproval, informPeople, readDiagnosis, sendPage } from './people-in-run.ts'
import { openProposal } from './proposals-in-run.ts'
import { advanceForge, type Released } from './releases-in-run.ts'
import { isRightAction } from './remedies-in-run.ts'
import { type Act, catchUp, divide, isSameDeed, linesOf, type Rider } from './riders.ts'
import { takeBack } from './take-back.ts'
import { askTool, nextToolMs, type PendingTool, proceedTools } from './tools/pending-tools.ts'

/** What is run in a world: a policy at a level, or a driver beside the engine. */
export interface Row {
  readonly policy: string
  readonly level: Level
  readonly spec: PolicySpec
  readonly driver: 'engine' | 'random' | 'clairvoyant'
}

/** Whether the manifests' own analysis acts in a row: at L0 it runs dry, as nothing may act. */
export function analysisOf({ level, spec }: Row): 'live' | 'dryRun' {
  return level === 'L0' ? 'dryRun' : spec.analysis
}

/** A row and the run that it leads. */
export interface Parted {
  readonly row: Row
  readonly run: Run
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
  /** When the engine wants to be woken, ascending. */
  readonly engineWakesMs: number[]
  readonly forge: Forge
  /** The last release by people that the cluster has, and one that it is about to get; without any, it is the scenario's deploy. */
  released: Released | null
  releasing: Released | null
  /** People were paged about the release that is out. */
  told: boolean
  /** A person has done what ends a trouble that is not the release's. */
  remedied: boolean
  /** It is known to people and forge that the release was taken back. */
  followedRollback: boolean
  /** Questions that the engine has asked, and that are not answered yet. */
  readonly tools: PendingTool[]
  /** Observations of the last event that have not been shown to the engine. */
  pending: TimedObservation[]
  /** Rows that go along as long as their engines do what this run's does. */
  riders: Rider[]
  /** Those that went along and did something else in the end: each run is to be finished by itself. */
  readonly parted: Parted[]
  /** Looks taken before it parted from another run. */
  readonly looksBefore: number
}

/** A clone with the same engine, which nobody goes along with. */
export function cloneRun(run: Run): Run {
  return {
    ...run,
    riders: [],
    parted: [],
    looksBefore: run.world.looksTaken,
    world: cloneWorld(run.world),
    engine: run.engine === null ? null : cloneEngine(run.engine),
    person: clonePerson(run.person),
    forge: cloneForge(run.forge),
    engineWakesMs: run.engineWakesMs.slice(),
    tools: run.tools.slice(),
    pending: run.pending.slice(),
  }
}

/** Runs to the trial's end and closes the log. */
export function finishRun(run: Run): void {
  playTo(run, run.setting.plan.endMs)
  run.world.nowMs = run.setting.plan.endMs
  record(run.world, 'trial.ended', {})
}

/** Runs on with all that happens up to a time. */
export function playTo(run: Run, untilMs: number): void {
  carryOutPending(run)
  while (nextStepMs(run) <= untilMs) stepRun(run)
}

/** When something happens next; infinite when nothing does. */
export function nextStepMs(run: Run): number {
  return Math.min(
    nextEventMs(run.world),
    run.driverAtMs ?? Infinity,
    run.engineWakesMs[0] ?? Infinity,
    nextToolMs(run.tools),
    nextForgeMs(run.forge),
    nextActMs(run.person) ?? Infinity,
  )
}

/** One event of the world or the forge, or one act of somebody in it; in this order where several are due, but a driver and an engine come before the forge. */
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
    // A coin gives no reasons: nobody is told, and nobody repairs anything.
    run.told = true
    takeBack(run.world, 'engine', 'random/0')
  } else if (run.engineWakesMs[0] === nowMs) {
    run.engineWakesMs.shift()
    run.pending = [{ t: nowMs, type: 'time.passed' }]
    carryOutPending(run)
  } else if (nextToolMs(run.tools) === nowMs) {
    run.pending = proceedTools(run, run.tools)
    carryOutPending(run)
  } else {
    if (nextForgeMs(run.forge) === nowMs) advanceForge(run, nowMs)
    else actAsPerson(run, nowMs)
    carryOutPending(run)
  }
}

/** Shows the pending observations to the engine and to people, and does what they want; then what came of that at once. */
function carryOutPending(run: Run): void {
  run.pending.push(...drainObservations(run.world))
  for (let observation = run.pending.shift(); observation !== undefined; observation = run.pending.shift()) {
    const effects = run.engine === null ? [] : step(run.engine, observation)
    if (run.riders.length > 0) stepRiders(run, observation, effects)
    afterStep(run, observation, effects)
    if (run.pending.length === 0) run.pending = drainObservations(run.world)
  }
}

/** Those whose engines do something else than the run's part from it. */
function stepRiders(run: Run, observation: TimedObservation, effects: readonly Effect[]): void {
  const acts = run.riders.map(rider => ({ rider, effects: step(rider.engine, observation) }))
  const [along, leaving] = divide(acts, act => isSameDeed(act.effects, effects))
  for (const act of along) act.rider.lines.push(...linesOf(act.effects))
  run.riders = along.map(({ rider }) => rider)
  if (leaving.length > 0) run.parted.push(...part(run, leaving, observation))
}

/**
 * Lets rows part from a run, each with a run of its own or along with another that does the same.
 * @param observation what made them act; null: nothing that their engines have seen
 */
export function part(run: Run, acts: readonly Act[], observation: TimedObservation | null): Parted[] {
  const [first] = acts
  if (first === undefined) return []
  const { row, engine } = first.rider
  const isAlong = (act: Act) => analysisOf(act.rider.row) === analysisOf(row) && isSameDeed(act.effects, first.effects)
  const [along, others] = divide(acts, isAlong)
  const clone = cloneRun(run)
  for (const { rider } of along) catchUp(rider, run.world.log)
  const own: Run = { ...clone, engine, world: { ...clone.world, log: first.rider.log } }
  own.world.rollout.analysis = analysisOf(row)
  for (const { rider, effects } of along.slice(1)) {
    own.riders.push({ ...rider, copied: own.world.log.length, lines: linesOf(effects) })
  }
  if (observation !== null) afterStep(own, observation, first.effects)
  return [{ row, run: own }, ...part(run, others, observation)]
}

/** What follows when the engine has taken an observation in. */
function afterStep(run: Run, observation: TimedObservation, effects: readonly Effect[]): void {
  carryOut(run, effects)
  if (observation.type === 'rollout.changed') informPeople(run)
}

function carryOut(run: Run, effects: readonly Effect[]): void {
  const { world } = run
  for (const effect of effects) {
    const { id: effectId } = effect
    switch (effect.type) {
      case 'alarm':
        if (effect.deciding) record(world, 'detector.fired', effect.alarm)
        break
      case 'page':
        sendPage(run, effectId, effect.blames, effect.reason)
        break
      case 'hold':
      case 'resume':
      case 'abort':
        operate(world, { ...aimOf(effect), operation: effect.type })
        break
      case 'undo':
        operate(world, { ...aimOf(effect), operation: 'undo', toHash: effect.toHash })
        break
      case 'incident':
        record(world, `incident.${effect.state}`, { incident: effect.incident, reason: effect.reason })
        break
      case 'callTool':
        askTool(run, run.tools, effect)
        break
      case 'diagnose':
        recordDiagnosis(world, effectId, effect.diagnosis)
        readDiagnosis(run, effect.diagnosis)
        break
      case 'propose':
        openProposal(run, effectId, effect.proposal)
        break
      case 'gate': {
        const { incident, action, verdict, reasons } = effect
        const text = canonicalJson(action as never)
        record(world, 'gate.decided', { effectId, incident, class: action.class, action: text, verdict, reasons })
        break
      }
      case 'askApproval':
        askApproval(
          run,
          effectId,
          effect.incident,
          canonicalJson(effect.action as never),
          isRightAction(run, effect.action),
        )
        break
      case 'apply':
        applyAction(world, effect)
        break
      case 'verify': {
        const { incident, outcome, reason } = effect
        record(world, 'action.verified', { effectId: effect.effectId, incident, outcome, reason })
        break
      }
      case 'audit':
        recordAudit(run, effect.line)
        break
      case 'wake':
        wakeAt(run.engineWakesMs, Math.max(effect.atMs, world.nowMs))
        break
    }
  }
}

/** Each row has an audit log of its own, as a line tells the level. */
function recordAudit({ world, riders }: Run, line: string): void {
  for (const rider of riders) {
    catchUp(rider, world.log)
    record({ nowMs: world.nowMs, log: rider.log }, 'audit.recorded', { line: rider.lines.shift()! })
  }
  record(world, 'audit.recorded', { line })
  for (const rider of riders) rider.copied = world.log.length
}

function wakeAt(wakesMs: number[], atMs: number): void {
  if (wakesMs.includes(atMs)) return
  const later = wakesMs.findIndex(other => other > atMs)
  wakesMs.splice(later === -1 ? wakesMs.length : later, 0, atMs)
}

function recordDiagnosis(world: World, effectId: string, { ranked, ruledOut, ...rest }: Diagnosis): void {
  record(world, 'diagnosis.made', {
    effectId,
    ...rest,
    ranked: ranked.map(({ cause, change, share }) => ({ ...cause, change, share })),
    ruledOut: ruledOut.map(({ cause, because }) => ({ ...cause, because })),
  })
}

function aimOf({ id, podTemplateHash }: { readonly id: string; readonly podTemplateHash: string }) {
  return { effectId: id, actor: 'engine' as const, podTemplateHash }
}
