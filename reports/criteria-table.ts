import type { CriterionResult, Summary } from '../harness/judge/summary.ts'
import { measureKinds, type Unit } from '../harness/model/measures.ts'
import { criterionNotes } from './criterion-notes.ts'
import { formatCount, formatRatio, formatSeconds, undefinedMark, verdictSigns } from './format.ts'
import type { Table } from './tables.ts'

/** What the run had to show, and whether it did. */
export function criteriaTable(summary: Summary): Table {
  const { criteria, looks } = summary
  return {
    title: 'Criteria',
    columns: ['verdict', 'criterion', 'has to be', 'observed', looks === null ? '95% interval' : 'interval'],
    rows: criteria.map(criterion => ({ cells: criterionCells(criterion), verdict: criterion.verdict })),
    notes: criterionNotes(summary),
    giveWay: ['95% interval', 'interval'],
  }
}

/** @param gate what decides in place of the criteria, where something does */
export function toldCriteria(table: Table, gate: unknown): Table {
  if (gate === undefined) return table
  const note = 'for information: the comparison with the baseline alone decides'
  return { ...table, notes: [note, ...table.notes] }
}

/** `98.7%` and `96.6% to 99.5%`, or in the unit of the criterion's measure. */
export function formatObserved({ measure, observed, low, high, confidence }: CriterionResult): {
  observed: string
  interval: string
  /** Of the bound that the interval ends with. */
  confidence: string
} {
  const { unit } = measureKinds[measure]
  const format = formats[unit]
  const formatEnd = unit === 'share' ? formatEndOfShare : format
  return {
    observed: format(observed),
    interval: `${formatEnd(low)} to ${formatEnd(high)}`,
    confidence: `${Number((confidence * 100).toFixed(2))}%`,
  }
}

const formats: Readonly<Record<Unit, (value: number | null) => string>> = {
  share: formatRatio,
  ratio: formatRatio,
  seconds: formatSeconds,
  minutes: minutes => formatSeconds(minutes === null ? null : minutes * 60),
  count: formatCount,
  perHour: formatPerHour,
}

/** To a hundredth of a per cent below ten, so that a bound does not look as if it lay on a limit of 1 %. */
function formatEndOfShare(share: number | null): string {
  return share !== null && share < 0.1 ? `${Number((100 * share).toFixed(2))}%` : formatRatio(share)
}

function formatPerHour(rate: number | null): string {
  return rate === null ? undefinedMark : String(Number(rate.toPrecision(2)))
}

function criterionCells(criterion: CriterionResult): string[] {
  const { observed, interval } = formatObserved(criterion)
  return [
    `${verdictSigns[criterion.verdict]} ${criterion.verdict}`,
    criterion.name,
    criterion.bound,
    observed,
    interval,
  ]
}
