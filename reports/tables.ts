import type {
  CriterionResult,
  Difference,
  DifferenceRow,
  Estimate,
  ResultRow,
  Summary,
  Verdict,
} from '../harness/judge/summary.ts'
import { formatCount, formatRate, formatRatio, formatSeconds, undefinedMark, verdictSigns } from './format.ts'

/** A table for people, the same in every kind of report. The row's name comes first, or after its verdict, and then figures. */
export interface Table {
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly Row[]
  /** Sentences under the table. */
  readonly notes: readonly string[]
}

export interface Row {
  readonly cells: readonly string[]
  /** Where the row begins a new part of its table, the part's name. */
  readonly part?: string
  readonly verdict?: Verdict
}

interface Figure<T> {
  readonly title: string
  readonly of: (row: T) => string
}

const recall: Figure<ResultRow> = { title: 'recall', of: row => formatRate(row.recall) }
const times: readonly Figure<ResultRow>[] = [
  { title: 'detect', of: row => formatSeconds(row.timeToDetectS.median.value) },
  { title: 'FDRT', of: row => formatSeconds(row.fdrtS.median.value) },
  { title: 'p95', of: row => formatSeconds(row.fdrtS.p95.value) },
]
const badRequests: Figure<ResultRow> = { title: 'bad req', of: row => formatCount(row.harm.badRequests.value) }

const levelFigures: readonly Figure<ResultRow>[] = [
  recall,
  { title: 'false pos.', of: row => formatRate(row.falsePositiveRate.twins) },
  { title: 'scare', of: row => formatRatio(row.falsePositiveRate.worstScare.value) },
  ...times,
  { title: 'resolve', of: row => formatSeconds(row.timeToResolveS.median.value) },
  badRequests,
]

const engineFigures: readonly Figure<ResultRow>[] = [
  { title: 'cause', of: ({ diagnosis }) => formatRate(diagnosis.ac1) },
  { title: 'after', of: ({ diagnosis }) => formatSeconds(diagnosis.medianS) },
  { title: 'open', of: ({ diagnosis }) => String(diagnosis.inconclusive) },
  { title: 'wrong', of: ({ diagnosis }) => String(diagnosis.confidentlyWrong) },
  { title: 'scares', of: ({ diagnosis }) => formatRatio(diagnosis.falseOnScares.value) },
  { title: 'PRs', of: ({ proposals }) => String(proposals.opened) },
  { title: 'correct', of: ({ proposals }) => formatRatio(proposals.correctRate.value) },
  { title: 'false', of: ({ proposals }) => String(proposals.false) },
  { title: 'applied', of: ({ gate }) => String(gate.applied) },
  { title: 'unsafe', of: ({ gate }) => String(gate.unsafe) },
  { title: 'worse', of: ({ gate }) => String(gate.regressions) },
]

const scenarioFigures: readonly Figure<ResultRow>[] = [
  { title: 'trials', of: row => String(row.faulty.n + row.twins.n + row.scares.n) },
  recall,
  { title: 'false pos.', of: row => formatRate(falsePositives(row)) },
  ...times,
  badRequests,
]

/** The headline: each policy at each level, and the anchors that give the numbers their scale. */
export function levelTable({ levels, anchors }: Summary): Table {
  return tableOfLevels('Levels', levels, anchors)
}

/** The same over the families that no rule was made for. */
export function heldOutTable({ heldOut: { families, levels, anchors } }: Summary): Table {
  const table = tableOfLevels('Held out', levels, anchors)
  const [, , ...notes] = table.notes
  const about = `families that no rule was made for, and in no figure above: ${families.join(', ')}`
  return { ...table, notes: [about, ...notes] }
}

function tableOfLevels(title: string, levels: readonly ResultRow[], anchors: readonly ResultRow[]): Table {
  const parts = [
    ...groupBy(levels, row => row.policy).map(([policy, rows]) => ({ part: `policy ${policy}`, rows, name: levelOf })),
    { part: 'anchors, at L1', rows: anchors, name: (row: ResultRow) => row.policy },
  ]
  return {
    title,
    columns: ['level', ...levelFigures.map(({ title }) => title)],
    rows: parts.flatMap(({ part, rows, name }) =>
      rows.map((row, index) => ({
        cells: row.sameAs === null ? figures(row, name(row), levelFigures) : [name(row), `= ${row.sameAs}`],
        ...(index === 0 && { part }),
      })),
    ),
    notes: [
      'recall and false pos. (healthy twins) with 95% intervals; scare: the worst one; times: medians;',
      `${undefinedMark} means not reached before the horizon, or not defined`,
      ...levels.flatMap(splitNote),
      ...levels.flatMap(preemptedNote),
      ...[...levels, ...anchors].flatMap(silentActionNote),
      ...[...levels, ...anchors].flatMap(incidentNote),
    ],
  }
}

/** What engines that reason and act by themselves found, proposed and applied, from L2 on. */
export function engineTable({ levels, heldOut }: Summary): Table {
  const parts = [...engineParts(levels, ''), ...engineParts(heldOut.levels, ', held out')]
  return {
    title: 'Engine',
    columns: ['level', ...engineFigures.map(({ title }) => title)],
    rows: parts.flatMap(([part, rows]) =>
      rows.map((row, index) => ({ cells: figures(row, row.level, engineFigures), ...(index === 0 && { part }) })),
    ),
    notes: [
      'cause: in first place, with its 95% interval; after: median from the rollback or page; open: inconclusive; wrong: another cause;',
      'scares: the release was blamed; correct: of what one file can repair; worse: than the level below, of the trials with an action',
    ],
  }
}

function engineParts(rows: readonly ResultRow[], suffix: string): [string, ResultRow[]][] {
  const acting = rows.filter(
    ({ sameAs, diagnosis, proposals, gate }) =>
      sameAs === null && diagnosis.made + proposals.opened + gate.requested > 0,
  )
  return groupBy(acting, row => `policy ${row.policy}${suffix}`)
}

/** What a level changes for certain beside the one below it. */
export function differenceTable({ differences }: Summary): Table {
  const certain = differences.filter(row => measuresOf(row).some(({ answer }) => answer !== 'cannot tell'))
  return {
    title: 'Differences',
    columns: ['scenario', 'levels', 'resolve', 'FDRT', 'bad req', 'in 24h', 'by'],
    rows: groupBy(certain, row => `policy ${row.policy}`).flatMap(([part, rows]) =>
      rows.map((row, index) => ({
        cells: [
          row.scenario,
          `${row.level}–${row.below}`,
          formatCertain(row.timeToResolveS, formatSeconds),
          formatCertain(row.fdrtS, formatSeconds),
          formatCertain(row.badRequests, formatCount),
          formatCertain(row.badRequestsToEnd, formatCount),
          eventOf(row),
        ],
        ...(index === 0 && { part }),
      })),
    ),
    notes: [
      'means over the same seeds, only those whose 95% interval excludes 0; by: the event in which most of these trials part',
    ],
  }
}

function measuresOf({ timeToResolveS, fdrtS, badRequests, badRequestsToEnd }: DifferenceRow): Difference[] {
  return [timeToResolveS, fdrtS, badRequests, badRequestsToEnd]
}

function formatCertain({ value, answer }: Difference, format: (amount: number) => string): string {
  if (value === null || answer === 'cannot tell') return undefinedMark
  return `${value < 0 ? '−' : '+'}${format(Math.abs(value))}`
}

function eventOf(row: DifferenceRow): string {
  const { event, eventAt } = measuresOf(row).find(({ answer }) => answer !== 'cannot tell')!
  if (event === null) return undefinedMark
  return eventAt === row.level ? event : `${event} at ${eventAt}`
}

/** Each scenario at the levels that differ. */
export function scenarioTable({ scenarios }: Summary): Table {
  const groups = groupBy(
    scenarios.filter(row => row.sameAs === null),
    row => `policy ${row.policy} at ${row.level}`,
  )
  return {
    title: 'Scenarios',
    columns: ['scenario', ...scenarioFigures.map(({ title }) => title)],
    rows: groups.flatMap(([part, rows]) =>
      rows.map((row, index) => ({
        cells: figures(row, row.scenario, scenarioFigures),
        ...(index === 0 && { part }),
      })),
    ),
    notes: [],
  }
}

/** Each detector where nobody's action cuts it short. */
export function detectorTable({ detectors }: Summary): Table {
  return {
    title: 'Detectors, open loop',
    columns: ['detector', 'recall', 'false pos.', 'detect', 'p95'],
    rows: groupBy(detectors, row => row.scenario).flatMap(([scenario, rows]) =>
      rows.map((row, index) => ({
        cells: [
          row.detector,
          formatRate(row.recall),
          formatRate(row.falsePositiveRate),
          formatSeconds(row.timeToDetectS.median.value),
          formatSeconds(row.timeToDetectS.p95.value),
        ],
        ...(index === 0 && { part: scenario }),
      })),
    ),
    notes: [],
  }
}

/** What the run had to show, and whether it did. */
export function criteriaTable({ criteria }: Summary): Table {
  return {
    title: 'Criteria',
    columns: ['verdict', 'criterion', 'has to be', 'observed', '95% interval'],
    rows: criteria.map(criterion => ({ cells: criterionCells(criterion), verdict: criterion.verdict })),
    notes: [],
  }
}

/** `98.7%` and `96.6% to 99.5%`, or times where the criterion's measure is one. */
export function formatObserved({ measure, observed, low, high }: CriterionResult): {
  observed: string
  interval: string
} {
  const format = measure.includes('S.') ? formatSeconds : formatRatio
  return { observed: format(observed), interval: `${format(low)} to ${format(high)}` }
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

function figures<T>(row: T, name: string, wanted: readonly Figure<T>[]): string[] {
  return [name, ...wanted.map(({ of }) => of(row))]
}

function levelOf(row: ResultRow): string {
  return row.level
}

/** A scare has no twin: its own alarms are the false ones. */
function falsePositives({ twins, falsePositiveRate }: ResultRow): Estimate {
  return twins.n > 0 ? falsePositiveRate.twins : falsePositiveRate.worstScare
}

function splitNote({ policy, level, sameAs, fdrtS: { split, restrictedMean } }: ResultRow): string[] {
  if (sameAs !== null || split.detect === null) return []
  const parts = Object.entries(split).map(([name, seconds]) => `${name} ${formatSeconds(seconds)}`)
  return [`${policy} ${level}: restricted mean FDRT ${formatSeconds(restrictedMean.value)} = ${parts.join(' + ')}`]
}

/** Above 5% the times of two policies are over different trials. */
function preemptedNote({ policy, level, sameAs, faulty }: ResultRow): string[] {
  if (sameAs !== null || faulty.preempted <= 0.05 * faulty.n) return []
  return [
    `${policy} ${level}: ${faulty.preempted} of ${faulty.n} reverted before the fault did anything; times not comparable`,
  ]
}

/** What acts without an alarm is not seen in its false positives. */
function silentActionNote({ policy, level, sameAs, twins, falseActionRate }: ResultRow): string[] {
  if (sameAs !== null || twins.acted <= twins.alarmed) return []
  const rate = formatRatio(falseActionRate.twins.value)
  return [
    `${policy} ${level}: took action on ${rate} of the healthy twins, on ${twins.acted - twins.alarmed} of them without an alarm`,
  ]
}

/** No rate holds what is done to a good deploy in trouble that is not its fault. */
function incidentNote({ policy, level, sameAs, incidents }: ResultRow): string[] {
  if (sameAs !== null || incidents.acted === 0) return []
  return [
    `${policy} ${level}: took a wrong action in ${incidents.acted} of ${incidents.n} incidents beside a good deploy, which is in no rate`,
  ]
}

function groupBy<T>(rows: readonly T[], key: (row: T) => string): [string, T[]][] {
  return [...Map.groupBy(rows, key)]
}
