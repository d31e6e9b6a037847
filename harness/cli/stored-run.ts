import type { RunInputs } from '../judge/comparable.ts'
import { judgeTrials } from '../judge/evidence.ts'
import type { TrialResult } from '../judge/trial-result.ts'
import type { Level } from '../model/effect.ts'
import type { SuitePlan } from '../run/suite-plan.ts'
import type { Operand } from './compare-runs.ts'
import { readFromSummary, readPlan, readTrials } from './read-run.ts'

/**
 * A finished run as one side of a comparison.
 * @param levels those to compare, instead of all
 * @throws InvalidInput where the folder holds no finished run.
 */
export function readOperand(folder: string, name = folder, levels?: readonly Level[]): Operand {
  const run = { name, ...readFromSummary(folder, 'version', 'backend') }
  return operandOf(readTrials(folder), readPlan(folder), run, levels)
}

/** A run as one side of a comparison. */
export function operandOf(
  all: readonly TrialResult[],
  plan: SuitePlan,
  run: Pick<RunInputs, 'name' | 'version' | 'backend'>,
  levels?: readonly Level[],
): Operand {
  // A policy that is an anchor as well runs the same trial twice.
  const trials = [...new Map(all.map(trial => [trial.id, trial])).values()]
  return {
    name: run.name,
    policies: plan.scored,
    levels: plan.suite.levels.filter(level => levels === undefined || levels.includes(level)),
    judged: judgeTrials(trials, plan.scenarios),
    inputs: inputsOf(plan, run),
    heldOut: plan.suite.heldOut,
    seed: plan.firstSeed,
  }
}

/** What a run's figures are about. */
export function inputsOf(plan: SuitePlan, run: Pick<RunInputs, 'name' | 'version' | 'backend'>): RunInputs {
  const { scenarios, horizonMs, suite, environment, groups } = plan
  const subject = groups.find(({ rows }) => rows.some(({ policy }) => policy === 'null'))?.subject
  // As it would be read again: what a plan in memory has besides is in no file.
  return JSON.parse(
    JSON.stringify({ ...run, scenarios, horizonMs, heldOut: suite.heldOut, ...environment, subject }),
  ) as RunInputs
}
