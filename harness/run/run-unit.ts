import { worldSetting } from '../../clusters/sim/world-setting.ts'
import { foldInstants, judgedTypes, type TrialFacts } from '../judge/instants.ts'
import { resultOf, type TrialResult } from '../judge/trial-result.ts'
import type { RootCause } from '../model/cause.ts'
import type { Level } from '../model/effect.ts'
import type { GroundTruth } from '../model/ground-truth.ts'
import { rootCauseOf } from '../model/scenario.ts'
import type { TrialPlan } from '../model/trial.ts'
import { append, createTrialLog, framesOf, readEvents, type TrialLog } from '../model/trial-log.ts'
import { type Ended, type OpenLoopAlarm, runOpenLoop, runUnforked } from './open-loop.ts'
import { planTrial } from './plan-trial.ts'
import type { Row, Run } from './row.ts'
import type { SuitePlan, Unit } from './suite-plan.ts'

export interface UnitResult {
  readonly unit: number
  /** In plan order. */
  readonly trials: readonly TrialResult[]
  readonly alarms: readonly OpenLoopAlarm[]
  readonly looks: number
  /** Frames by trial id, of those that were asked for. */
  readonly frames: Readonly<Record<string, Uint8Array>>
}

/** Runs one unit. @param keeps says which trials' logs to return. */
export function runUnit(
  plan: SuitePlan,
  unit: Unit,
  keeps: (trial: TrialResult, truth: GroundTruth) => boolean,
): UnitResult {
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
      const log = closedLog(trialPlan, row, body)
      // Of lines of the audit log, in which alone logs of one run differ, nothing is judged.
      const facts = folded.get(ended) ?? factsOf(log, ended.looksTaken, trialPlan.truth, root)
      folded.set(ended, facts)
      const trial = resultOf({ ...trialPlan, policy: row.policy, level: row.level }, log, facts)
      trials.push(trial)
      if (keeps(trial, trialPlan.truth)) frames[trial.id] = log
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
  const frames = closedLog(trialPlan, row, run.world.log)
  const root = rootCauseOf(plan.scenarios[unit.scenario]!, unit.variant)
  const facts = factsOf(frames, run.world.looksTaken, trialPlan.truth, root)
  return { trial: resultOf({ ...trialPlan, policy: row.policy, level: row.level }, frames, facts), frames }
}

function isWanted(row: Row, wanted: { readonly policy: string; readonly level: Level }): boolean {
  return row.policy === wanted.policy && row.level === wanted.level
}

function factsOf(frames: Uint8Array, looksTaken: number, truth: GroundTruth, root: RootCause | null): TrialFacts {
  return foldInstants([...readEvents(frames, judgedTypes)], truth, root, looksTaken)
}

/** The log with its head, which alone differs between rows that never parted. */
function closedLog(
  { scenario, variant, seed, horizonMs }: TrialPlan,
  { policy, level }: Row,
  ownLog: TrialLog,
): Uint8Array {
  const log = createTrialLog()
  append(log, 0, 'trial.started', { scenario, variant, policy, level, seed, backend: 'sim', horizonMs })
  const head = framesOf(log)
  const body = framesOf(ownLog)
  const frames = new Uint8Array(head.length + body.length)
  frames.set(head)
  frames.set(body, head.length)
  return frames
}
