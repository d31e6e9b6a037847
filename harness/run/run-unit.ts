import { worldSetting } from '../../clusters/sim/world-setting.ts'
import { foldInstants, judgedTypes, type TrialFacts } from '../judge/instants.ts'
import { resultOf, type TrialResult } from '../judge/trial-result.ts'
import type { RootCause } from '../model/cause.ts'
import type { Level } from '../model/effect.ts'
import type { GroundTruth } from '../model/ground-truth.ts'
import { rootCauseOf } from '../model/scenario.ts'
import type { TrialPlan } from '../model/trial.ts'
import { append, createTrialLog, framesOf, readEvents } from '../model/trial-log.ts'
import { type Ended, type OpenLoopAlarm, runOpenLoop, runUnforked } from './open-loop.ts'
import { planTrial } from './plan-trial.ts'
import type { Row, Run } from './row.ts'
import type { SuitePlan, Unit } from './suite-plan.ts'

/** What a unit came to. */
export interface UnitOutcome {
  readonly unit: number
  /** In plan order. */
  readonly trials: readonly TrialResult[]
  readonly alarms: readonly OpenLoopAlarm[]
  readonly looks: number
}

export interface UnitResult extends UnitOutcome {
  /** The files of logs that are to be kept, by trial. */
  readonly logs: Readonly<Record<string, LogFiles>>
}

/** Files of a log by what their names end with; its frames are `.frames`. */
export type LogFiles = Readonly<Record<string, Uint8Array>>

interface UnitFrames extends UnitOutcome {
  /** Frames by trial, of those that were asked for. */
  readonly frames: Readonly<Record<string, Uint8Array>>
}

/** Runs one unit. @param keeps says which trials' logs to return. */
export function runUnit(
  plan: SuitePlan,
  unit: Unit,
  keeps: (trial: TrialResult, truth: GroundTruth) => boolean,
): UnitFrames {
  const scenario = plan.scenarios[unit.scenario]!
  const trialPlan = planTrial(scenario, unit.variant, unit.seed, plan.horizonMs, plan.environment)
  const root = rootCauseOf(scenario, unit.variant)
  const trials: TrialResult[] = []
  const alarms: OpenLoopAlarm[] = []
  const frames: Record<string, Uint8Array> = {}
  let looks = 0
  for (const { subject, rows } of plan.groups) {
    const openLoop = runOpenLoop(worldSetting(trialPlan, subject, plan.environment), rows, plan.scored)
    alarms.push(...openLoop.alarms)
    looks += openLoop.looks
    const folded = new Map<Ended, TrialFacts>()
    rows.forEach((row, i) => {
      const { ended, log: body } = openLoop.played[i]!
      const log = [headOf(trialPlan, row), framesOf(body)]
      // Of lines of the audit log, in which alone logs of one run differ, nothing is judged.
      const facts = folded.get(ended) ?? factsOf(log, ended.looksTaken, trialPlan.truth, root)
      folded.set(ended, facts)
      const trial = resultOf({ ...trialPlan, policy: row.policy, level: row.level }, log, facts)
      trials.push(trial)
      if (keeps(trial, trialPlan.truth)) frames[trial.id] = joined(log)
    })
  }
  return { unit: unit.index, trials, alarms, looks, frames }
}

/** Runs one trial by itself from its start, without the others' open loop. @param onInstant as `runUnforked` has it */
export function runTrial(
  plan: SuitePlan,
  unit: Unit,
  wanted: { readonly policy: string; readonly level: Level },
  shadows = false,
  onInstant?: (run: Run) => void,
): { trial: TrialResult; frames: Uint8Array } {
  const group = plan.groups.find(({ rows }) => rows.some(row => isWanted(row, wanted)))!
  const row = group.rows.find(one => isWanted(one, wanted))!
  const trialPlan = planTrial(plan.scenarios[unit.scenario]!, unit.variant, unit.seed, plan.horizonMs, plan.environment)
  const run = runUnforked(worldSetting(trialPlan, group.subject, plan.environment), row, shadows, onInstant)
  const log = [headOf(trialPlan, row), framesOf(run.world.log)]
  const root = rootCauseOf(plan.scenarios[unit.scenario]!, unit.variant)
  const facts = factsOf(log, run.world.looksTaken, trialPlan.truth, root)
  const trial = resultOf({ ...trialPlan, policy: row.policy, level: row.level }, log, facts)
  return { trial, frames: joined(log) }
}

function isWanted(row: Row, wanted: { readonly policy: string; readonly level: Level }): boolean {
  return row.policy === wanted.policy && row.level === wanted.level
}

export function factsOf(
  log: readonly Uint8Array[],
  looksTaken: number,
  truth: GroundTruth,
  root: RootCause | null,
): TrialFacts {
  const events = log.flatMap(frames => [...readEvents(frames, judgedTypes)])
  return foldInstants(events, truth, root, looksTaken)
}

/** The first frame of a log, which alone differs between rows that never parted: what follows is not copied to be read. */
export function headOf({ scenario, variant, seed, horizonMs }: TrialPlan, { policy, level }: Row): Uint8Array {
  const log = createTrialLog()
  append(log, 0, 'trial.started', { scenario, variant, policy, level, seed, backend: 'sim', horizonMs })
  return framesOf(log)
}

export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const frames = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const piece of pieces) {
    frames.set(piece, at)
    at += piece.length
  }
  return frames
}
