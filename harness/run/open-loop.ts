import { advance, createWorld, drainObservations, nextEventMs } from '../../clusters/sim/simulator.ts'
import type { World } from '../../clusters/sim/world.ts'
import type { WorldSetting } from '../../clusters/sim/world-setting.ts'
import { cloneEngine, createEngine, type EngineState, isAllowed, letOut, react } from '../../remediator/engine.ts'
import type { Alarm, Effect, Level } from '../model/effect.ts'
import type { TimedObservation } from '../model/observation.ts'
import type { TrialLog } from '../model/trial-log.ts'
import { finishForeseen, foresee, foreseenMs, isForeseen } from './clairvoyant.ts'
import { engineSetting } from './engine-setting.ts'
import { trialForge } from './forge/trial-forge.ts'
import { createPerson } from './people/person.ts'
import { informPeople } from './people-in-run.ts'
import { randomAbortMs } from './random-driver.ts'
import { catchUp, createRider } from './riders.ts'
import {
  analysisOf,
  cloneRun,
  finishRun,
  nextStepMs,
  type Parted,
  part,
  playTo,
  type Row,
  type Run,
  stepRun,
} from './row.ts'

/** A detector's alarm in the open loop, where nobody acts. */
export interface OpenLoopAlarm extends Alarm {
  readonly policy: string
  readonly t: number
}

export interface OpenLoop {
  /** In the order of the given rows. */
  readonly played: readonly Played[]
  /** Of every detector, deciding or not, of the policies that are scored. */
  readonly alarms: readonly OpenLoopAlarm[]
  /** Looks really simulated: a parted run's only from its parting on. */
  readonly looks: number
}

/** How a row went. */
export interface Played {
  /** One object for all rows that did the same. */
  readonly ended: Ended
  /** The row's own. */
  readonly log: TrialLog
}

/** What is kept of a run: its world is freed at its end, while the others are still to be run. */
export interface Ended {
  readonly looksTaken: number
}

/** An engine that watches the open loop, and the rows of its policy that have not parted from it. */
interface Watcher {
  readonly engine: EngineState
  readonly policy: string
  readonly scored: boolean
  waiting: Row[]
}

/**
 * Runs all rows of one trial whose manifests are the same. Until somebody acts they share one world, the open loop: L0's, in which the
 * manifests' analysis runs dry and nobody acts. A row parts from it, on a clone, at the first effect that its level lets out, the first
 * metric that completes badly where the analysis is live, or the first act of its driver; with it go the rows that do the same.
 * @param scored policies whose detectors are followed to the horizon, in shadow too.
 */
export function runOpenLoop(setting: WorldSetting, rows: readonly Row[], scored: readonly string[]): OpenLoop {
  const trunk = startRun(setting, null, false)
  const played = new Map<Row, Played>()
  const alarms: OpenLoopAlarm[] = []
  const watchers = watchersOf(setting, trunk.world, rows, scored)
  let live = rows.filter(row => analysisOf(row) === 'live')
  let drivers = rows.filter(row => row.driver === 'random')
  let seers = rows.filter(row => row.driver === 'clairvoyant')
  let foreseenAtMs: number | null = null
  const driverAtMs = drivers.length > 0 ? randomAbortMs(setting.plan) : null

  let looks = 0
  const end = ({ world, looksBefore }: Run): Ended => {
    looks += world.looksTaken - looksBefore
    return { looksTaken: world.looksTaken }
  }
  const settle = ({ row, run }: Parted) => {
    finishRun(run)
    const ended = end(run)
    played.set(row, { ended, log: run.world.log })
    for (const rider of run.riders) {
      catchUp(rider, run.world.log)
      played.set(rider.row, { ended, log: rider.log })
    }
    run.parted.forEach(settle)
  }
  const leave = (leaving: readonly Row[]) => {
    live = live.filter(row => !leaving.includes(row))
    drivers = drivers.filter(row => !leaving.includes(row))
    for (const watcher of watchers) watcher.waiting = watcher.waiting.filter(row => !leaving.includes(row))
  }
  /** @param observation what `decided` follows from; null: nothing that engines have seen */
  const partWith = (
    { engine }: Watcher,
    leaving: readonly Row[],
    decided: readonly Effect[],
    observation: TimedObservation | null,
    pending: readonly TimedObservation[],
  ) => {
    const acts = leaving.map(row => {
      const own = withLevel(engine, row)
      return { rider: createRider(row, own), effects: observation === null ? [] : letOut(own, decided) }
    })
    for (const parted of part({ ...trunk, pending: pending.slice() }, acts, observation)) settle(parted)
    leave(leaving)
  }
  /** Of a row that no engine has a part in. */
  const partAlone = (row: Row, pending: readonly TimedObservation[]) => {
    const run = { ...cloneRun(trunk), pending: pending.slice() }
    run.world.rollout.analysis = analysisOf(row)
    if (row.driver === 'random') run.driverAtMs = driverAtMs
    settle({ row, run })
    leave([row])
  }

  const show = (observations: readonly TimedObservation[]) =>
    observations.forEach((observation, i) => {
      for (const watcher of watchers) {
        if (watcher.waiting.length === 0 && !watcher.scored) continue
        const { engine, policy, waiting } = watcher
        const decided = react(engine, observation)
        if (watcher.scored) {
          for (const effect of decided)
            if (effect.type === 'alarm') alarms.push({ policy, t: trunk.world.nowMs, ...effect.alarm })
        }
        const leaving = waiting.filter(({ level }) => decided.some(effect => isVisible(effect, level)))
        if (leaving.length > 0) partWith(watcher, leaving, decided, observation, observations.slice(i + 1))
      }
      if (observation.type === 'rollout.changed') informPeople(trunk)
    })

  show(trunk.pending)
  trunk.pending = []
  // When all rows have parted, only detectors that are scored have something to see yet.
  while (played.size < rows.length || watchers.some(watcher => watcher.scored)) {
    const nowMs = nextStepMs(trunk)
    if (seers.length > 0) foreseenAtMs ??= foreseenMs(trunk)
    if (seers.length > 0 && isForeseen(trunk, foreseenAtMs)) {
      for (const row of seers) {
        const run = foresee(trunk, foreseenAtMs!)
        played.set(row, { ended: end(run), log: run.world.log })
      }
      seers = []
      continue
    }
    // As in `stepRun`: after what the world does at the same time, before what people do.
    if (driverAtMs !== null && drivers.length > 0 && driverAtMs <= nowMs && driverAtMs < nextEventMs(trunk.world)) {
      for (const row of drivers) partAlone(row, [])
      continue
    }
    if (nowMs > setting.plan.endMs) break
    if (nextEventMs(trunk.world) !== nowMs) {
      stepRun(trunk)
      continue
    }
    const badMetrics = trunk.world.rollout.badMetrics
    advance(setting, trunk.world)
    const observations = drainObservations(trunk.world)
    if (trunk.world.rollout.badMetrics > badMetrics) {
      for (const watcher of watchers) {
        const leaving = watcher.waiting.filter(row => live.includes(row))
        if (leaving.length > 0) partWith(watcher, leaving, [], null, observations)
      }
      for (const row of live) partAlone(row, observations)
    }
    show(observations)
  }
  if (played.size < rows.length) finishRun(trunk)
  const asOpenLoop = { ended: end(trunk), log: trunk.world.log }
  return { played: rows.map(row => played.get(row) ?? asOpenLoop), alarms, looks }
}

/**
 * The row on its own from the trial's start, which has to give the same log, with or without detectors in shadow.
 * @param onInstant is shown the run whenever all that happens at one time has happened; not that of a clairvoyant, which is many
 */
export function runUnforked(setting: WorldSetting, row: Row, shadows = false, onInstant?: (run: Run) => void): Run {
  const run = startRun(setting, row, shadows)
  if (row.driver === 'clairvoyant') return finishForeseen(run)
  if (onInstant !== undefined) {
    // Before the first event, for what was pending at the start.
    playTo(run, -1)
    for (let t = nextStepMs(run); t <= setting.plan.endMs; t = nextStepMs(run)) {
      playTo(run, t)
      onInstant(run)
    }
  }
  finishRun(run)
  return run
}

/** A run at the trial's start. @param row null: the open loop, in which nobody acts */
export function startRun(setting: WorldSetting, row: Row | null, shadows: boolean): Run {
  const world = createWorld(setting, row === null ? 'dryRun' : analysisOf(row))
  const { seed, scenario, load } = setting.plan
  return {
    setting,
    world,
    engine:
      row === null || !hasEngine(row)
        ? null
        : createEngine(engineSetting(setting, row, shadows, world.rollout.templates), row.level),
    person: createPerson(seed, scenario, load.startsAtMs),
    forge: trialForge(setting),
    released: null,
    releasing: null,
    told: false,
    remedied: false,
    followedRollback: false,
    driverAtMs: row?.driver === 'random' ? randomAbortMs(setting.plan) : null,
    engineWakesMs: [],
    tools: [],
    pending: drainObservations(world),
    riders: [],
    parted: [],
    looksBefore: 0,
  }
}

function watchersOf(setting: WorldSetting, world: World, rows: readonly Row[], scored: readonly string[]): Watcher[] {
  const watched = new Map<string, Row[]>()
  for (const row of rows)
    if (hasEngine(row) || scored.includes(row.policy)) {
      const key = asksGateAtOnce(row) ? `${row.policy}/${row.level}` : row.policy
      watched.set(key, [...(watched.get(key) ?? []), row])
    }
  const seen = new Set<string>()
  return [...watched.values()].map(waiting => {
    const { policy, level } = waiting[0]!
    // Alarms of a policy are the same at all levels, and are counted once.
    const isScored = scored.includes(policy) && !seen.has(policy)
    seen.add(policy)
    const engine = createEngine(engineSetting(setting, waiting[0]!, isScored, world.rollout.templates), level)
    // Where the engine is off its detectors are scored, and nobody waits for it.
    return { policy, scored: isScored, waiting: waiting.filter(hasEngine), engine }
  })
}

/** At its first alarm, in the step in which its row parts: the gate's answer depends on the level. */
function asksGateAtOnce({ spec }: Row): boolean {
  return spec.remediate.on === 'alarm'
}

function hasEngine({ spec, driver }: Row): boolean {
  return driver === 'engine' && spec.decide.when !== 'never'
}

/** A copy at another level, without the detectors that do not decide. */
function withLevel(engine: EngineState, row: Row): EngineState {
  const copy = cloneEngine(engine)
  copy.level = row.level
  const deciding = copy.watches.filter(watch => watch.deciding)
  copy.watches.splice(0, copy.watches.length, ...deciding)
  if (copy.judgement !== null) {
    copy.judgement = { ...copy.judgement, watches: copy.judgement.watches.filter(watch => watch.deciding) }
  }
  return { ...copy, setting: { ...copy.setting, shadows: false } }
}

/** Anything that the level lets out, but the alarm of a shadow, can be seen in the trial's log. */
function isVisible(effect: Effect, level: Level): boolean {
  return effect.type === 'alarm' ? effect.deciding : isAllowed(effect, level)
}
