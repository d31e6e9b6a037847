import type { ClusterTrialResult } from '../../clusters/stage/cluster-trial.ts'
import { foldInstants } from '../judge/instants.ts'
import { resultOf, type TrialResult } from '../judge/trial-result.ts'
import { rootCauseOf } from '../model/scenario.ts'
import { readEvents } from '../model/trial-log.ts'
import type { Row } from '../run/row.ts'
import type { SuitePlan, Unit } from '../run/suite-plan.ts'
import { writeProposals } from './kept-proposals.ts'
import type { Begun } from './open-run.ts'
import { renderLog } from './render-log.ts'
import type { RunOutput } from './run-output.ts'

/** A trial that is still to be run on a cluster. */
export interface PendingTrial {
  readonly unit: Unit
  readonly row: Row
}

export function isValid({ facts }: TrialResult): boolean {
  return facts.valid
}

/** The trials that no earlier start has run, and those that it found invalid. */
export function pendingTrials(units: readonly Unit[], rows: readonly Row[], { journal }: Begun): PendingTrial[] {
  const begun = new Set(journal.units)
  return units.flatMap(unit => {
    const before = begun.has(unit.index) ? journal.read(unit.index).trials.filter(isValid) : []
    const isDone = (row: Row) => before.some(({ policy, level }) => policy === row.policy && level === row.level)
    return rows.flatMap(row => (isDone(row) ? [] : [{ unit, row }]))
  })
}

/** A run on a cluster that is under way. */
export interface Progress {
  readonly folder: string
  readonly begun: Begun
  readonly output: RunOutput
  readonly wallMs: () => number
  readonly say: (line: string) => void
}

/** @returns what takes the result of a pending trial, and puts it on record with what is known of its unit. */
export function collectTrials(
  { scenarios }: SuitePlan,
  pending: readonly PendingTrial[],
  { folder, begun, output, wallMs, say }: Progress,
): (result: ClusterTrialResult, index: number) => void {
  const { journal, logs } = begun
  const left = new Set(pending)
  return ({ trial, frames, problems, proposals }, index) => {
    const one = pending[index]!
    const { unit, row } = one
    const root = rootCauseOf(scenarios[unit.scenario]!, unit.variant)
    const facts = foldInstants([...readEvents(frames)], trial.plan.truth, root)
    const result = resultOf({ ...trial.plan, policy: row.policy, level: row.level }, [frames], facts)
    for (const problem of problems) say(`${result.id}: ${problem}`)
    const earlier = journal.units.includes(unit.index) ? journal.read(unit.index) : undefined
    const trials = [...(earlier?.trials ?? []).filter(({ id }) => id !== result.id), result]
    const looks = trials.reduce((sum, { facts }) => sum + facts.looks, 0)
    const sizes = { ...earlier?.logs, ...logs.write(unit.index, { [result.id]: renderLog(frames) }) }
    logs.keep(unit.index, Object.keys(sizes))
    writeProposals(folder, result.id, proposals)
    journal.append({ unit: unit.index, trials, alarms: [], looks }, sizes, Math.round(wallMs()))
    left.delete(one)
    // Progress and lines of results are told of whole units.
    if (![...left].some(other => other.unit === unit)) output.unit(journal.read(unit.index))
  }
}
