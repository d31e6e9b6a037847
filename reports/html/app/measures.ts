import type { Estimate, ResultRow, TimeSummary } from '../../../harness/judge/summary.ts'
import { formatCount, formatRatio, formatSeconds } from '../../format.ts'
import type { TermName } from './definitions.ts'
import { linearScale, logScale, type Scale, timeTicksS } from './scale.ts'

/** A figure of a row, with how it is drawn and told. */
export interface Measure {
  readonly id: string
  readonly title: string
  readonly term: TermName
  readonly unit: 'ratio' | 'time' | 'count'
  readonly of: (row: ResultRow) => Estimate
  /** A second mark: the 95th percentile. */
  readonly p95?: (row: ResultRow) => number | null
  /** Longest time that was followed, where the figure is a time; null where nothing was. */
  readonly censored?: (row: ResultRow) => boolean
}

const time = (id: string, title: string, term: TermName, of: (row: ResultRow) => TimeSummary): Measure => ({
  id,
  title,
  term,
  unit: 'time',
  of: row => of(row).median,
  p95: row => of(row).p95.value,
  censored: row => of(row).median.value === null && of(row).censored > 0,
})

const recall: Measure = { id: 'recall', title: 'Recall', term: 'recall', unit: 'ratio', of: row => row.recall }
const detect = time('detect', 'Detect', 'detect', row => row.timeToDetectS)
const fdrt = time('fdrt', 'FDRT', 'fdrt', row => row.fdrtS)
const resolve = time('resolve', 'Resolve', 'resolve', row => row.timeToResolveS)
const badRequests: Measure = {
  id: 'bad-requests',
  title: 'Bad requests',
  term: 'badRequests',
  unit: 'count',
  of: row => row.harm.badRequests,
}
const falsePositives: Measure = {
  id: 'false-positives',
  title: 'False positives',
  term: 'falsePositives',
  unit: 'ratio',
  of: row => row.falsePositiveRate.twins,
}
const worstScare: Measure = {
  id: 'worst-scare',
  title: 'Worst scare',
  term: 'worstScare',
  unit: 'ratio',
  of: row => row.falsePositiveRate.worstScare,
}
/** Of a scenario: a scare has no twins, and its own alarms are the false ones. */
const falseOfScenario: Measure = {
  ...falsePositives,
  of: row => (row.twins.n > 0 ? row.falsePositiveRate.twins : row.falsePositiveRate.worstScare),
}

export const levelMeasures: readonly Measure[] = [
  recall,
  falsePositives,
  worstScare,
  detect,
  fdrt,
  resolve,
  badRequests,
]

export const familyMeasures: readonly Measure[] = [recall, falseOfScenario, detect, fdrt, resolve, badRequests]

export function formatAmount(unit: Measure['unit'], amount: number | null): string {
  if (unit === 'ratio') return formatRatio(amount)
  if (unit === 'time') return formatTime(amount)
  return amount !== null && amount >= 10_000
    ? `${(amount / 1000).toFixed(amount < 100_000 ? 1 : 0)}k`
    : formatCount(amount)
}

/** Without seconds from ten minutes on: nothing here is known to the second. */
function formatTime(seconds: number | null): string {
  if (seconds === null || seconds < 600) return formatSeconds(seconds)
  return formatSeconds(Math.round(seconds / 60) * 60)
}

export function formatTick(unit: Measure['unit'], amount: number): string {
  if (unit === 'count' && amount >= 1000) return amount >= 1e6 ? `${amount / 1e6}M` : `${amount / 1000}k`
  return amount === 0 && unit !== 'ratio' ? '0' : formatAmount(unit, amount)
}

/** `96.6–99.5%`, the shorter for a unit that both ends share; empty without an interval. */
export function formatInterval(unit: Measure['unit'], { low, high }: Estimate): string {
  if (low === null && high === null) return ''
  // Open above: the end was not reached by enough trials.
  if (high === null) return `≥ ${formatAmount(unit, low)}`
  if (unit === 'time' && low !== null && low >= 600) {
    // Both ends in the same unit, said once.
    const [perUnit, name] = low < 3600 && high < 3600 ? [60, 'm'] : [3600, 'h']
    const digits = name === 'h' ? 1 : 0
    return `${(low / perUnit).toFixed(digits)}–${(high / perUnit).toFixed(digits)}${name}`
  }
  const [from, to] = [low, high].map(end => formatAmount(unit, end))
  return unit === 'ratio' ? `${from!.replace(/%$/, '')}–${to}` : `${from}–${to}`
}

/** One axis for all rows: rates that are near 1 from 0 to 1, small ones, times and counts by their ratios. */
export function scaleOf(measure: Measure, rows: readonly ResultRow[]): Scale {
  const estimates = rows.map(measure.of)
  const amounts = estimates
    .flatMap(({ value, low, high }) => [value, low, high])
    .concat(measure.p95 === undefined ? [] : rows.map(measure.p95))
    .filter(amount => amount !== null)
  if (measure.unit === 'ratio') {
    if (measure.id === 'recall') return linearScale(0, 1, 2)
    return logScale(0.001, 1, true)
  }
  const positive = amounts.filter(amount => amount > 0)
  if (positive.length === 0) return linearScale(0, 1, 1)
  const hasZero = amounts.some(amount => amount <= 0)
  if (measure.unit === 'time') {
    const bounds = [...timeTicksS]
    const low = bounds.findLast(tick => tick <= Math.min(...positive)) ?? 1
    const high = bounds.find(tick => tick >= Math.max(...positive)) ?? 86_400
    return logScale(low, Math.max(high, low * 10), hasZero, timeTicksS)
  }
  const low = 10 ** Math.floor(Math.log10(Math.max(0.1, Math.min(...positive))))
  const high = 10 ** Math.ceil(Math.log10(Math.max(...positive)))
  return logScale(low, Math.max(high, low * 10), hasZero)
}
