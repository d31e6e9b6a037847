import type {
  Difference,
  DifferenceRow,
  Estimate,
  ResultRow,
  ScenarioRow,
  Summary,
  Verdict,
} from '../harness/judge/summary.ts'
import { counted } from '../harness/model/counted.ts'
import type { Level } from '../harness/model/effect.ts'
import { formatCount, formatLevels, formatRate, formatRatio, formatSeconds, undefinedMark } from './format.ts'
import { levelNotes } from './level-notes.ts'

/** A table for people, the same in every kind of report. The row's name comes first, or after its verdict, and then figures. */
export interface Table {
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly Row[]
  /** Sentences under the table. */
  readonly notes: readonly string[]
  /** Columns that are left out where there is no room, the first one first. */
  readonly giveWay?: readonly string[]
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
  recall,
  { title: 'false pos.', of: row => formatRate(falsePositives(row)) },
  ...times,
  badRequests,
]

/** The headline: each policy at each level, and the anchors that give the numbers their scale. */
export function levelTable({ levels, anchors, scenarios }: Summary): Table {
  return tableOfLevels('Levels', levels, anchors, scenarios)
}

/** The same over the families that no rule was made for. */
export function heldOutTable({ heldOut: { families, levels, anchors }, scenarios }: Summary): Table {
  const table = tableOfLevels('Held out', levels, anchors, scenarios)
  const [, , ...notes] = table.notes
  const about = `families that no rule was made for, and in no figure above: ${families.join(', ')}`
  return { ...table, notes: [about, ...notes] }
}

function tableOfLevels(
  title: string,
  levels: readonly ResultRow[],
  anchors: readonly ResultRow[],
  scenarios: readonly ScenarioRow[],
): Table {
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
      ...levelNotes(levels, anchors, scenarios),
    ],
    giveWay: ['p95', 'scare'],
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
      'cause: the right one first, of what was noticed; after: median from rollback or page; open: none',
      'named; wrong: another one named; scares: the release blamed; correct: of what one file can repair;',
      'false: in controls; unsafe: harmful, or no remedy and worse; worse: than the level below',
    ],
    giveWay: ['after', 'scares', 'open'],
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
export function differenceTable({ differences, heldOut: { families } }: Summary): Table {
  const certain = differences.filter(row => measuresOf(row).some(({ answer }) => answer !== 'cannot tell'))
  return {
    title: 'Differences',
    columns: ['scenario', 'levels', 'resolve', 'FDRT', 'bad req', 'in 24h', 'by'],
    rows: groupBy(certain, ({ policy, family }) => partOf(policy, family, families)).flatMap(([part, rows]) =>
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
      'means over the same seeds, only those whose 95% interval excludes 0 (each by itself, of many); by: the event in which most of these trials part',
    ],
    giveWay: ['in 24h', 'FDRT'],
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

/** Each scenario, with one row for neighbouring levels of the same figures. */
export function scenarioTable({ scenarios, heldOut: { families } }: Summary): Table {
  const counts = scenarios.map(row => row.faulty.n + row.twins.n + row.scares.n)
  const [least, most] = [Math.min(...counts), Math.max(...counts)]
  return {
    title: 'Scenarios',
    columns: ['scenario', 'levels', ...scenarioFigures.map(({ title }) => title)],
    rows: groupBy(scenarios, ({ policy, family }) => partOf(policy, family, families)).flatMap(([part, rows]) =>
      groupBy(rows, row => row.scenario)
        .flatMap(([scenario, levels]) => levelRanges(levels).map(cells => [scenario, ...cells]))
        .map((cells, index) => ({ cells, ...(index === 0 && { part }) })),
    ),
    notes: [
      `${least === most ? '' : `${least} to `}${counted(most, 'valid trial')} of each scenario, with its fault and without`,
    ],
    giveWay: ['p95', 'detect'],
  }
}

function partOf(policy: string, family: string, heldOut: readonly string[]): string {
  return `policy ${policy}${heldOut.includes(family) ? ', held out' : ''}`
}

/** The levels and their figures, of rows of one scenario. */
function levelRanges(rows: readonly ScenarioRow[]): string[][] {
  const ranges: { readonly from: Level; to: Level; readonly cells: readonly string[] }[] = []
  for (const row of rows) {
    const cells = scenarioFigures.map(({ of }) => of(row))
    const last = ranges.at(-1)
    if (last?.cells.every((cell, i) => cell === cells[i])) last.to = row.level
    else ranges.push({ from: row.level, to: row.level, cells })
  }
  return ranges.map(({ from, to, cells }) => [formatLevels(from, to), ...cells])
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

function groupBy<T>(rows: readonly T[], key: (row: T) => string): [string, T[]][] {
  return [...Map.groupBy(rows, key)]
}
