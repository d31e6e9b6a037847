import type { CandidateComparison, ComparedRow, Comparison } from '../harness/judge/comparison.ts'
import {
  comparisonColumns,
  comparisonSigns,
  doubtNotes,
  measureCells,
  pairing,
  rowTitle,
  rowTrials,
  tableMeasures,
} from './comparison-table.ts'
import type { Row, Table } from './tables.ts'

/** A run against its baseline: the verdict, and what decided it. Everything else stands in the run's `comparison.json`. */
export function baselineTable(comparison: Comparison): Table {
  return {
    title: 'Against the baseline',
    columns: comparisonColumns,
    rows: comparison.candidates.flatMap(({ rows }) => rows.flatMap(rowsOf)),
    notes: [
      ...comparison.candidates.map(one => headline(one, comparison)),
      'what decides a regression, and differs in any pair of trials; better or worse: beyond doubt with the others in mind (Holm, 5%)',
      ...doubtNotes(comparison),
      'pairs: in how many the candidate was better and worse; times: restricted means; the rest is in comparison.json',
    ],
  }
}

/** `▼ regress: runs/candidate against runs/baseline, paired on 20 seeds a scenario`. */
function headline({ candidate, verdict, paired, commonSeeds }: CandidateComparison, { baseline }: Comparison): string {
  const how = pairing(paired, commonSeeds)
  return `${comparisonSigns[verdict]} ${verdict}: ${candidate} against ${baseline}, ${how}`
}

function rowsOf(row: ComparedRow): Row[] {
  const part = `${rowTitle(row)}: ${comparisonSigns[row.verdict]} ${row.verdict}`
  if (row.sameAs !== null) return [{ part, cells: ['all measures', `= ${row.sameAs}`] }]
  const measures = tableMeasures(row).filter(({ decides }) => decides)
  if (measures.length === 0) return [{ part, cells: ['what decides', `no difference in ${rowTrials(row)}`] }]
  return measures.map((one, i) => {
    const [name = '', ...figures] = measureCells(one)
    return { cells: [name.slice(2), ...figures], ...(i === 0 && { part: `${part}; ${rowTrials(row)}` }) }
  })
}
