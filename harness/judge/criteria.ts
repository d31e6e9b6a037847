import type { Criterion, Operator } from '../model/criterion.ts'
import { formatDuration } from '../model/duration.ts'
import { measureKinds, type Unit } from '../model/measures.ts'
import { evidenceFor } from './bounded-evidence.ts'
import { type Bounded, boundsOf, decideBy } from './claims.ts'
import type { LevelRow } from './levels.ts'
import { trialsWanted } from './missing-evidence.ts'
import { type RowEvidence, rowEvidence } from './row-figures.ts'
import type { CriterionResult, Verdict } from './summary.ts'

/** Probability at most of passing a criterion that does not hold, and of failing one that does. */
export const claimAlpha = 0.05

/** What a criterion is decided on. */
export type EvidenceRow = Pick<LevelRow, 'policy' | 'level' | 'evidence' | 'trials'>

export interface Rows {
  /** Of the families that are not held out. */
  readonly rows: readonly EvidenceRow[]
  /** Of those that are: for criteria that name one of them, or a scenario in one. */
  readonly apart: readonly EvidenceRow[]
}

export interface Levels {
  readonly alpha: number
  /** At which a longer run would decide what is open. */
  readonly alphaOfMore: number
}

export interface CriterionDecision extends Omit<CriterionResult, 'missing' | 'look'> {
  /** Trials like the `n`, in all, that are likely to decide it; null where it is decided, or nothing tells. */
  readonly wanted: number | null
}

/**
 * Each criterion for each policy that was run at its level, in the suite's order.
 * @param seed keys the bootstrap's draws
 */
export function decideCriteria(
  criteria: readonly Criterion[],
  { rows, apart }: Rows,
  seed: number,
  { alpha, alphaOfMore }: Levels = { alpha: claimAlpha, alphaOfMore: claimAlpha },
): CriterionDecision[] {
  return criteria.flatMap(criterion => {
    const { level, measure, operator, bound, of, text } = criterion
    const atLevel = [...rows, ...apart].filter(row => row.level === level)
    return [...new Set(atLevel.map(({ policy }) => policy))].map(policy => {
      const isOwn = (row: EvidenceRow) => row.level === level && row.policy === policy
      const evidence = evidenceFor(measure, evidenceOf(criterion, rows.find(isOwn), apart.find(isOwn)))
      const bounds = boundsOf(evidence, alpha, [seed, 'criterion', `${policy} ${text}`])
      const verdict = decideBy(bounds, operator, bound)
      return {
        name: [policy, level, measure, ...(of === null ? [] : ['in', of.name])].join(' '),
        verdict,
        observed: bounds.observed,
        ...decidingSide(bounds, operator, verdict, measureKinds[measure].unit),
        bound: boundText(criterion),
        measure,
        policy,
        level,
        scenario: of?.type === 'scenario' ? of.name : null,
        family: of?.type === 'family' ? of.name : null,
        criterion: text,
        n: bounds.n,
        confidence: 1 - alpha,
        wanted: verdict === 'inconclusive' ? trialsWanted(evidence, bound, alphaOfMore) : null,
      }
    })
  })
}

/**
 * Fail where a criterion fails, else inconclusive where one is or where trials are missing. A suite without criteria has nothing to show but
 * its trials.
 * @param isComplete whether every planned trial was run, and every scenario has a valid one of each variant for every policy under test
 */
export function overallVerdict(criteria: readonly Pick<CriterionResult, 'verdict'>[], isComplete: boolean): Verdict {
  if (criteria.some(({ verdict }) => verdict === 'fail')) return 'fail'
  if (!isComplete) return 'inconclusive'
  return criteria.some(({ verdict }) => verdict === 'inconclusive') ? 'inconclusive' : 'pass'
}

function evidenceOf({ of }: Criterion, row: EvidenceRow | undefined, apart: EvidenceRow | undefined): RowEvidence {
  if (of === null) return row?.evidence ?? rowEvidence([])
  const trials = [...(row?.trials ?? []), ...(apart?.trials ?? [])]
  return rowEvidence(
    trials.filter(({ scenario }) => (of.type === 'family' ? scenario.family : scenario.name) === of.name),
  )
}

/** The interval of the bound that decided; where nothing is decided, of the one that would have to. */
function decidingSide(
  { observed, low, high }: Bounded,
  operator: Operator,
  verdict: Verdict,
  unit: Unit,
): { low: number | null; high: number | null } {
  if (observed === null && low === null && high === null) return { low: null, high: null }
  const isUpper = (operator === '<' || operator === '<=') !== (verdict === 'fail')
  if (isUpper) return { low: unit === 'count' || unit === 'ratio' || unit === 'minutes' ? null : 0, high }
  return { low, high: unit === 'share' ? 1 : null }
}

const operatorWords: Readonly<Record<Operator, string>> = {
  '<': 'below',
  '<=': 'at most',
  '>': 'above',
  '>=': 'at least',
}

/** `at least 95 %`, `at most 5m`. */
function boundText({ operator, bound, measure }: Criterion): string {
  return `${operatorWords[operator]} ${quantityText(bound, measureKinds[measure].unit)}`
}

function quantityText(bound: number, unit: Unit): string {
  switch (unit) {
    case 'share':
    case 'ratio':
      return `${Number((bound * 100).toPrecision(6))} %`
    case 'seconds':
      return formatDuration(bound * 1000)
    case 'minutes':
      return formatDuration(bound * 60_000)
    case 'perHour':
      return `${bound} an hour`
    case 'count':
      return String(bound)
  }
}
