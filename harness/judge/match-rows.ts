import type { Level } from '../model/effect.ts'
import type { RowTrials } from './compare.ts'
import { type JudgedTrial, trialsOf } from './evidence.ts'
import { sourceOf } from './levels.ts'

/** What of a run is compared. */
export interface Contents {
  /** Under test. */
  readonly policies: readonly string[]
  /** Ascending. */
  readonly levels: readonly Level[]
}

/** One side of a comparison: a run, or one level of it. */
export interface ComparedSide extends Contents {
  /** What it is called in messages. */
  readonly name: string
  readonly judged: readonly JudgedTrial[]
}

/** Whether there is anything to compare. */
export function haveRowsInCommon(baseline: Contents, candidate: Contents): boolean {
  const rows = matched(baseline.policies, candidate.policies).length * matched(baseline.levels, candidate.levels).length
  return rows > 0
}

/**
 * Which row is compared with which: those of the same policy, or where each side has a single one these; of the same level, or where each side
 * has a single one these.
 */
export function matchRows(baseline: ComparedSide, candidate: ComparedSide): RowTrials[] {
  return matched(baseline.policies, candidate.policies).flatMap(([before, after]) =>
    matched(baseline.levels, candidate.levels).flatMap(([below, above]) => {
      const row = { baseline: rowOf(baseline, before, below), candidate: rowOf(candidate, after, above) }
      return row.baseline.trials.length > 0 && row.candidate.trials.length > 0 ? [row] : []
    }),
  )
}

function matched<T>(before: readonly T[], after: readonly T[]): [T, T][] {
  if (before.length === 1 && after.length === 1) return [[before[0]!, after[0]!]]
  return after.filter(one => before.includes(one)).map(one => [one, one])
}

/** A level that was not run acts as the highest below it that was. */
function rowOf({ judged }: ComparedSide, policy: string, level: Level): RowTrials['baseline'] {
  const source = sourceOf(judged, policy, level)
  return { policy, level, trials: source === undefined ? [] : trialsOf(judged, policy, source) }
}

/** Seeds that the sides have in common, and those of the side that has fewer. */
export function countSeeds(rows: readonly RowTrials[]): { readonly common: number; readonly fewer: number } {
  const seedsOf = (side: 'baseline' | 'candidate') =>
    new Set(rows.flatMap(row => row[side].trials.map(({ trial }) => trial.seed)))
  const [baseline, candidate] = [seedsOf('baseline'), seedsOf('candidate')]
  return {
    common: [...baseline].filter(seed => candidate.has(seed)).length,
    fewer: Math.min(baseline.size, candidate.size),
  }
}
