import { type Level, levels } from '../model/effect.ts'
import { type EngineEvidence, engineEvidence } from './engine-figures.ts'
import { type JudgedTrial, trialsOf } from './evidence.ts'
import { type Figures, type RowEvidence, rowEvidence, rowFigures } from './row-figures.ts'

/** A policy at one requested level. */
export interface LevelRow {
  readonly policy: string
  readonly level: Level
  readonly sameAs: Level | null
  readonly figures: Figures
  readonly evidence: RowEvidence
  readonly trials: readonly JudgedTrial[]
}

/**
 * One row per requested level, in their order. A level that was not run acts as the highest below it that was. Levels whose trials had
 * the same facts repeat the figures of the lowest of them that was requested.
 * @param requested ascending
 */
export function levelRows(
  judged: readonly JudgedTrial[],
  policy: string,
  requested: readonly Level[],
  seed: number,
): LevelRow[] {
  const rows: LevelRow[] = []
  const runs = new Map<Level, LevelRow>()
  for (const level of requested) {
    const source = sourceOf(judged, policy, level)
    if (source === undefined) continue
    const same = runs.get(source)
    if (same !== undefined) {
      rows.push({ ...same, level, sameAs: same.level })
      continue
    }
    const trials = trialsOf(judged, policy, source)
    const below = rows.at(-1)
    const row: LevelRow =
      below !== undefined && haveSameFacts(below.trials, trials)
        ? { ...below, level, sameAs: below.level, trials, evidence: { ...below.evidence, ...ownEvidence(trials) } }
        : { policy, level, sameAs: null, trials, ...rowFigures(trials, seed) }
    runs.set(source, row)
    rows.push(row)
  }
  return rows
}

/** What criteria are decided on, of the levels as `levelRows` has them. */
export function evidenceRows(
  judged: readonly JudgedTrial[],
  policy: string,
  requested: readonly Level[],
): Pick<LevelRow, 'policy' | 'level' | 'evidence' | 'trials'>[] {
  return requested.flatMap(level => {
    const source = sourceOf(judged, policy, level)
    if (source === undefined) return []
    const trials = trialsOf(judged, policy, source)
    return [{ policy, level, trials, evidence: rowEvidence(trials) }]
  })
}

/** What is decided of an engine depends on what its level lets it do, also where it did none of it. */
function ownEvidence(trials: readonly JudgedTrial[]): EngineEvidence {
  return engineEvidence(trials.filter(({ invalid }) => invalid === undefined))
}

/** The highest level up to `level` at which the policy was run. */
export function sourceOf(judged: readonly JudgedTrial[], policy: string, level: Level): Level | undefined {
  const run = new Set(judged.filter(({ trial }) => trial.policy === policy).map(({ trial }) => trial.level))
  return levels.slice(0, levels.indexOf(level) + 1).findLast(lower => run.has(lower))
}

/** Whether two levels did the same in every one of their trials. */
export function haveSameFacts(a: readonly JudgedTrial[], b: readonly JudgedTrial[]): boolean {
  return (
    a.length === b.length &&
    a.every(
      ({ trial }, i) =>
        trial.scenario === b[i]!.trial.scenario &&
        trial.variant === b[i]!.trial.variant &&
        trial.seed === b[i]!.trial.seed &&
        JSON.stringify(trial.facts) === JSON.stringify(b[i]!.trial.facts),
    )
  )
}
