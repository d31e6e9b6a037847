import type { Comparison, MeasureComparison } from '../harness/judge/comparison.ts'
import type { CriterionResult, Summary } from '../harness/judge/summary.ts'
import { changeOf } from './comparison-table.ts'
import { formatObserved } from './criteria-table.ts'

/** What a run has against a policy, for tools that show it beside the policy's file or the suite's. */
export interface Complaint {
  readonly rule: ComplaintRule
  readonly severity: 'error' | 'warning' | 'notice'
  /** One line. */
  readonly message: string
  readonly policy: string
  /** The criterion as it is written in the suite; null where it is about the baseline. */
  readonly criterion: string | null
}

export interface ComplaintRule {
  /** The same in every run of the same suite. */
  readonly id: string
  readonly name: string
  readonly description: string
}

/** Where something stands in the files of whoever runs it. */
export interface Place {
  /** Below the root of the repository, with `/`. */
  readonly file: string
  /** From 1. */
  readonly line: number
}

export interface Places {
  readonly policies: Readonly<Record<string, Place>>
  /** By the criterion as it is written. */
  readonly criteria: Readonly<Record<string, Place>>
}

/** The policy's place for what it does worse, the criterion's for what it does not show; of these whichever is known. */
export function placeOf({ policy, criterion }: Complaint, { policies, criteria }: Places): Place | undefined {
  return (criterion === null ? undefined : criteria[criterion]) ?? policies[policy]
}

/** Everything that may be complained of in such a run, whether it is or not. */
export function complaintRules({ criteria }: Summary, comparison: Comparison | undefined): ComplaintRule[] {
  const measures = comparison?.candidates.flatMap(({ rows }) =>
    rows.flatMap(({ candidate, measures }) =>
      measures.filter(({ decides, p }) => decides && p !== null).map(one => regressionRule(candidate.level, one)),
    ),
  )
  const all = [...criteria.map(criterionRule), ...(measures ?? [])]
  return [...new Map(all.map(rule => [rule.id, rule])).values()]
}

/**
 * Criteria that were not passed and measures that got worse, errors first.
 * @param judged whether criteria decide; where a regression alone does they are told, and no more
 */
export function complaintsOf(summary: Summary, comparison: Comparison | undefined, judged = true): Complaint[] {
  const regressions = comparison?.candidates.flatMap(({ rows }) =>
    rows
      .filter(({ sameAs }) => sameAs === null)
      .flatMap(({ candidate: { policy, level }, measures }) =>
        measures
          .filter(({ decides, answer }) => decides && answer === 'worse')
          .map(
            (one): Complaint => ({
              rule: regressionRule(level, one),
              severity: 'error',
              message: `${policy} ${level}: ${one.measure} got worse than in the baseline${one.scenario === null ? '' : ` in ${one.scenario}`}: ${changeOf(one)}`,
              policy,
              criterion: null,
            }),
          ),
      ),
  )
  const criteria = summary.criteria
    .filter(({ verdict }) => verdict !== 'pass')
    .map((one): Complaint => {
      const { observed, interval, confidence } = formatObserved(one)
      const what = one.verdict === 'fail' ? 'fails' : 'is not decided'
      return {
        rule: criterionRule(one),
        severity: judged ? (one.verdict === 'fail' ? 'error' : 'warning') : 'notice',
        message: `${one.policy}: \`${one.criterion}\` ${what}: observed ${observed}, ${confidence} interval ${interval}, ${one.n} trials`,
        policy: one.policy,
        criterion: one.criterion,
      }
    })
  return [...(regressions ?? []), ...criteria].sort(
    (a, b) => Number(a.severity !== 'error') - Number(b.severity !== 'error'),
  )
}

function criterionRule({ level, measure, scenario, family, criterion }: CriterionResult): ComplaintRule {
  const of = scenario ?? family
  return {
    id: ['criterion', level, measure, ...(of === null ? [] : [of])].join('/'),
    name: criterion,
    description: `The run has to show \`${criterion}\`: with too little evidence it is not passed either.`,
  }
}

function regressionRule(level: string, { measure }: MeasureComparison): ComplaintRule {
  return {
    id: ['regress', level, measure].join('/'),
    name: `${measure} at ${level} no worse than the baseline`,
    description: `${measure} at ${level} must not get worse than in the baseline, trial by trial on the same seeds (5 % for all that decide, by Holm).`,
  }
}
