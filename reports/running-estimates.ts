import { falseActions, isReverted, wantsRollback } from '../harness/judge/outcome.ts'
import type { TrialResult } from '../harness/judge/trial-result.ts'
import type { GroundTruth } from '../harness/model/ground-truth.ts'
import { type Scenario, truthOf } from '../harness/model/scenario.ts'
import type { SuitePlan } from '../harness/run/suite-plan.ts'
import { wilson } from '../harness/stats/proportion.ts'
import { formatLevels, formatRate } from './format.ts'

interface Counts {
  readonly policy: string
  readonly level: TrialResult['level']
  /** Faulty trials in which a rollback is right, and those of them with one. */
  wanted: number
  reverted: number
  twins: number
  falselyActed: number
}

export interface RunningEstimates {
  add(trial: TrialResult): void
  /** What is known so far, a line for neighbouring levels of the same figures. */
  lines(): string[]
}

/** Recall and false actions of the policies under test while trials come in, in any order; held-out families are not looked at. */
export function runningEstimates({
  groups,
  scored,
  scenarios,
  suite,
}: Pick<SuitePlan, 'groups' | 'scored' | 'scenarios' | 'suite'>): RunningEstimates {
  const rows = groups.flatMap(group => group.rows).filter(({ policy }) => scored.includes(policy))
  const counts = rows.map(
    ({ policy, level }): Counts => ({ policy, level, wanted: 0, reverted: 0, twins: 0, falselyActed: 0 }),
  )
  const byName = new Map(scenarios.map(scenario => [scenario.name, scenario]))
  return {
    add(trial) {
      const scenario = byName.get(trial.scenario)
      const row = counts.find(({ policy, level }) => policy === trial.policy && level === trial.level)
      if (scenario === undefined || row === undefined || !trial.facts.valid) return
      if (suite.heldOut.includes(scenario.family)) return
      count(row, trial, scenario, truthOf(scenario, trial.variant))
    },
    lines: () => linesOf(counts),
  }
}

function count(row: Counts, { variant, facts }: TrialResult, { deploys }: Scenario, truth: GroundTruth): void {
  if (variant === 'faulty' && wantsRollback(truth)) {
    row.wanted++
    if (isReverted(facts)) row.reverted++
  }
  if (variant === 'twin' && deploys.length > 0) {
    row.twins++
    if (falseActions(facts, truth).length > 0) row.falselyActed++
  }
}

function linesOf(counts: readonly Counts[]): string[] {
  const told: { policy: string; from: Counts['level']; to: Counts['level']; text: string }[] = []
  for (const row of counts) {
    const text = textOf(row)
    const last = told.at(-1)
    if (text === '') continue
    if (last?.policy === row.policy && last.text === text) last.to = row.level
    else told.push({ policy: row.policy, from: row.level, to: row.level, text })
  }
  return told.map(({ policy, from, to, text }) => `${policy} ${formatLevels(from, to)}: ${text}`)
}

function textOf({ wanted, reverted, twins, falselyActed }: Counts): string {
  return [
    ...(wanted === 0 ? [] : [`recall ${formatRate(wilson(reverted, wanted))}`]),
    ...(twins === 0 ? [] : [`false actions ${formatRate(wilson(falselyActed, twins))}`]),
  ].join(', ')
}
