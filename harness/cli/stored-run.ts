import { judgeTrials, type JudgedTrial } from '../judge/evidence.ts'
import type { RunInputs } from '../judge/comparable.ts'
import type { Level } from '../model/effect.ts'
import type { SuitePlan } from '../run/suite-plan.ts'
import { readPlan, readSummary, readTrials, type StoredPlan } from './run-folder.ts'

/** A finished run, as far as it is compared with others. */
export interface StoredRun {
  readonly folder: string
  readonly inputs: RunInputs
  readonly plan: StoredPlan
  readonly judged: readonly JudgedTrial[]
}

/** @throws InvalidInput where the folder holds no finished run. */
export function readRun(folder: string): StoredRun {
  const { version, backend } = readSummary(folder)
  const plan = readPlan(folder)
  // A policy that is an anchor as well runs the same trial twice.
  const trials = [...new Map(readTrials(folder).map(trial => [trial.id, trial])).values()]
  return { folder, plan, inputs: inputsOf(plan, { name: folder, version, backend }), judged: judgeTrials(trials, plan.scenarios) }
}

/** What a run's figures are about. */
export function inputsOf(plan: SuitePlan, run: Pick<RunInputs, 'name' | 'version' | 'backend'>): RunInputs {
  const { scenarios, horizonMs, suite, environment, groups } = plan
  const subject = groups.find(({ rows }) => rows.some(({ policy }) => policy === 'null'))?.subject
  // As it would be read again: what a plan in memory has besides is in no file.
  return JSON.parse(JSON.stringify({ ...run, scenarios, horizonMs, heldOut: suite.heldOut, ...environment, subject })) as RunInputs
}

/** Levels that were asked for, of which some may act as one below. */
export function levelsOf({ plan }: StoredRun): readonly Level[] {
  return plan.suite.levels
}
