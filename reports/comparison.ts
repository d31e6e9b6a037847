import { styleText } from 'node:util'
import type { ComparedRow, Comparison, ComparisonVerdict } from '../harness/judge/comparison.ts'
import {
  comparisonColumns,
  comparisonNotes,
  comparisonSigns,
  measureCells,
  pairing,
  rowRemarks,
  rowTitle,
  rowTrials,
  tableMeasures,
} from './comparison-table.ts'

const width = 100

type Paint = (style: 'dim' | 'bold' | 'green' | 'red' | 'yellow', text: string) => string

const tones = { better: 'green', same: 'green', regress: 'red', worse: 'red', 'cannot tell': 'yellow' } as const

/** A comparison for a terminal. Whether to colour is the caller's to find out (`wantsColor`). */
export function renderComparison(comparison: Comparison, { color }: { readonly color: boolean }): string {
  const paint = painter(color)
  const blocks = comparison.candidates.flatMap(({ candidate, verdict, paired, commonSeeds, rows }) => [
    [headline(`${candidate} against ${comparison.baseline}`, verdict, paint), pairing(paired, commonSeeds)],
    ...rows.map(row => rowLines(row, paint)),
  ])
  return `${[...blocks, comparisonNotes(comparison).map(note => paint('dim', note))].map(lines => lines.join('\n')).join('\n\n')}\n`
}

/** What came of each candidate, and nothing else. */
export function comparisonLines({ baseline, candidates }: Comparison, { color }: { readonly color: boolean }): string {
  const paint = painter(color)
  return candidates
    .map(({ candidate, verdict }) => `${headline(`${candidate} against ${baseline}`, verdict, paint)}\n`)
    .join('')
}

function painter(color: boolean): Paint {
  return color ? (style, text) => styleText(style, text, { validateStream: false }) : (_, text) => text
}

function headline(text: string, verdict: ComparisonVerdict, paint: Paint): string {
  const told = `${comparisonSigns[verdict]} ${verdict}`
  return `${text.padEnd(width - told.length - 2)}  ${paint(tones[verdict], told)}`
}

function rowLines(row: ComparedRow, paint: Paint): string[] {
  const title = paint('bold', rowTitle(row))
  if (row.sameAs !== null) return [`${title}  = ${row.sameAs}`]
  if (row.trials.different === 0) return [`${title}  no difference in any of ${row.trials.pairs} pairs of trials`]
  const measures = tableMeasures(row)
  const cells = [
    comparisonColumns.map((column, i) => (i === 0 ? column.toUpperCase() : column)),
    ...measures.map(measureCells),
  ]
  const widths = comparisonColumns.map((_, column) => Math.max(...cells.map(line => line[column]!.length)))
  const isText = (column: number) => column === 0 || column === comparisonColumns.length - 1
  const lines = cells.map(line =>
    line.map((cell, column) => (isText(column) ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))),
  )
  return [
    `${title}  ${rowTrials(row)}`,
    paint('dim', lines[0]!.join('  ').trimEnd()),
    ...lines.slice(1).map((line, i) => {
      const answer = line.at(-1)!.trimEnd()
      return [...line.slice(0, -1), paint(tones[measures[i]!.answer], answer)].join('  ')
    }),
    ...rowRemarks(row)
      .flatMap(wrap)
      .map(line => paint('dim', line)),
  ]
}

/** Under the table, with what goes on further in. */
function wrap(text: string): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(lines.length === 0 ? `  ${word}` : `    ${word}`)
  }
  return lines
}
