import type { CriterionResult, Summary } from '../harness/judge/summary.ts'
import { counted } from '../harness/model/counted.ts'
import { formatSeconds } from './format.ts'

/** When each criterion was decided, and what more evidence the open ones would cost at this run's pace. */
export function criterionNotes(summary: Summary): string[] {
  const { looks, criteria } = summary
  const ended = looks === null ? [] : [endOf(looks)]
  const decided = looks === null ? [] : criteria.filter(({ look }) => look !== null).map(one => decidedAt(one, looks))
  const open = criteria.filter(({ verdict }) => verdict === 'inconclusive').map(one => missingOf(one, summary))
  return [...ended, ...decided, ...open]
}

function endOf({ planned, taken }: NonNullable<Summary['looks']>): string {
  return `ended at look ${taken} of ${planned.length}: ${planned[taken - 1] ?? 0} of ${planned.at(-1)} seeds`
}

function decidedAt({ name, look, n, confidence }: CriterionResult, { planned }: NonNullable<Summary['looks']>): string {
  return `${name}: decided at look ${look} (${planned[look! - 1]} seeds) on ${counted(n, 'trial')}, at ${percent(confidence)} confidence`
}

/** What more evidence an open criterion would cost at the pace of its run. */
export function missingOf({ name, n, missing }: CriterionResult, { trials, wallMs }: Summary): string {
  if (n === 0) return `${name}: open, as no trial of this run counts for it`
  if (missing === null) return `${name}: open, and too near to the bound for any number of trials to tell`
  const seconds = (wallMs / 1000 / Math.max(1, trials.planned)) * missing.trials
  const cost = `${counted(missing.seeds, 'more seed')}, ${counted(missing.trials, 'trial')}, about ${formatSeconds(seconds)} at this run's pace`
  return `${name}: open; about ${counted(missing.n, 'trial')} beside its ${n} would decide it (${cost})`
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))}%`
}
