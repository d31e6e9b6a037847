import type {
  Answer,
  ComparedRow,
  Comparison,
  ComparisonVerdict,
  MeasureComparison,
  RowName,
} from '../harness/judge/comparison.ts'
import { counted } from '../harness/model/counted.ts'
import { formatCount, formatRatio, formatSeconds, undefinedMark } from './format.ts'

/** Signs that tell the verdicts and answers apart without colour. */
export const comparisonSigns: Readonly<Record<Answer | ComparisonVerdict, string>> = {
  better: '▲',
  same: '=',
  worse: '▼',
  regress: '▼',
  'cannot tell': '?',
}

export const comparisonColumns = [
  'measure',
  'baseline',
  'candidate',
  'difference',
  '95% interval',
  'pairs',
  'answer',
] as const

const notes: readonly string[] = [
  '* decides: it is called better or worse where it is beyond doubt with the other deciding ones in mind (Holm, 5%);',
  'the others by themselves. Pairs: in how many the candidate was better and worse. Times: restricted means.',
]

/** How a candidate's trials are held against the baseline's. */
export function pairing(paired: boolean, commonSeeds: number): string {
  if (!paired) return 'not paired: no seeds in common'
  return `paired on ${counted(commonSeeds, 'seed')} a scenario`
}

const notBeyondDoubt =
  "not beyond doubt: by itself its interval is without 0, but the test, with Holm's correction over all that decide, asks for more"

/** What is said of a whole comparison, under its tables. */
export function comparisonNotes(comparison: Comparison): readonly string[] {
  return [...notes, ...doubtNotes(comparison)]
}

/** What `not beyond doubt` means, where it is said. */
export function doubtNotes({ candidates }: Comparison): readonly string[] {
  const isSaid = candidates.some(({ rows }) => rows.some(row => row.sameAs === null && row.measures.some(isDoubted)))
  return isSaid ? [notBeyondDoubt] : []
}

/** Beside an interval without 0, `cannot tell` would look like a mistake. */
function isDoubted({ decides, answer, p, difference: { low, high } }: MeasureComparison): boolean {
  if (!decides || answer !== 'cannot tell' || p === null || low === null || high === null) return false
  return low > 0 || high < 0
}

export function rowTitle({ baseline, candidate }: ComparedRow): string {
  const told = ({ policy, level }: RowName) => `${policy} ${level}`
  return told(baseline) === told(candidate) ? told(candidate) : `${told(baseline)} → ${told(candidate)}`
}

export function rowTrials({ trials: { baseline, candidate, pairs, different } }: ComparedRow): string {
  return pairs === null
    ? `${baseline} trials and ${candidate}, not paired`
    : `${pairs} pairs of trials, of which ${different} differ`
}

/** Cells of a measure, as the columns say. */
export function measureCells(one: MeasureComparison): string[] {
  const { measure, decides, unit, values, difference, pairs, answer, scenario } = one
  const format = formatters[unit]
  const interval =
    difference.low === null || difference.high === null
      ? undefinedMark
      : `${signed(difference.low, format)} to ${signed(difference.high, format)}`
  return [
    `${decides ? '*' : ' '} ${measure}${scenario === null ? '' : ` (${scenario})`}`,
    format(values.baseline),
    format(values.candidate),
    signed(difference.value, format),
    interval,
    pairs === null ? undefinedMark : `${pairs.better}/${pairs.worse}`,
    `${comparisonSigns[answer]} ${isDoubted(one) ? 'not beyond doubt' : answer}`,
  ]
}

/** Those with trials that are told in the table; in the others no pair differs. */
export function tableMeasures({ measures }: ComparedRow): readonly MeasureComparison[] {
  return measures.filter(({ p, answer }) => p !== null && answer !== 'same')
}

/** Sentences on what is beside the table: the worst scenario, families that differ in what decides, and what more would tell. */
export function rowRemarks({ measures, families }: ComparedRow): string[] {
  const told = measures.filter(({ p }) => p !== null)
  const same = told.filter(({ answer }) => answer === 'same').map(({ measure }) => measure)
  const worst = told.flatMap(({ measure, unit, worstScenario, scenario }) =>
    worstScenario === null || scenario !== null || worstScenario.answer !== 'worse'
      ? []
      : [`${measure} is worse in ${worstScenario.scenario}: ${changeOf({ unit, values: worstScenario.values })}`],
  )
  const decides = new Set(measures.filter(one => one.decides && !one.scenario).map(({ measure }) => measure))
  const byFamily = families.flatMap(({ family, heldOut, measures: ofFamily }) =>
    ofFamily
      .filter(({ answer, measure }) => (answer === 'better' || answer === 'worse') && decides.has(measure))
      .map(
        ({ measure, unit, answer, values }) =>
          `${measure} is ${answer} in the family ${family}${heldOut ? ' (held out)' : ''}: ${changeOf({ unit, values })}`,
      ),
  )
  const untold = told.flatMap(({ measure, decides, trialsToTell, seedsToTell }) =>
    decides && trialsToTell !== null && seedsToTell !== null
      ? [
          `${measure}: about ${counted(trialsToTell, 'trial')} would tell, with ${counted(seedsToTell, 'seed')} a scenario`,
        ]
      : [],
  )
  return [...(same.length > 0 ? [`no pair differs in ${same.join(', ')}`] : []), ...worst, ...byFamily, ...untold]
}

const count = (value: number | null) => formatCount(value).replace('-', '−')
const formatters: Readonly<Record<MeasureComparison['unit'], (value: number | null) => string>> = {
  ratio: formatRatio,
  s: formatSeconds,
  requests: count,
  minutes: value => (value === null ? undefinedMark : `${count(value)}m`),
  calls: count,
}

/** `97.2% → 88.9%`. */
export function changeOf({ unit, values }: Pick<MeasureComparison, 'unit' | 'values'>): string {
  return `${formatters[unit](values.baseline)} → ${formatters[unit](values.candidate)}`
}

/** Of a difference: with its sign, a minus as wide as a plus. */
function signed(value: number | null, format: (value: number | null) => string): string {
  if (value === null) return undefinedMark
  const size = format(Math.abs(value))
  return size === format(0) ? size : `${value < 0 ? '−' : '+'}${size}`
}
