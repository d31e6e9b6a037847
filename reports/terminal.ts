import { styleText } from 'node:util'
import type { Finding, Summary, Verdict } from '../harness/judge/summary.ts'
import { formatSeconds, verdictSigns } from './format.ts'
import {
  criteriaTable,
  differenceTable,
  engineTable,
  heldOutTable,
  levelTable,
  type Row,
  scenarioTable,
  type Table,
} from './tables.ts'

const width = 100
const gap = '  '
const findingsShown = 10
const tones: Readonly<Record<Verdict, Style>> = { pass: 'green', fail: 'red', inconclusive: 'yellow' }

type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow'
type Paint = (style: Style, text: string) => string

/** The result of a run for a terminal of 100 columns. Whether to colour is the caller's to find out (`wantsColor`). */
export function renderTerminal(summary: Summary, { color }: { color: boolean }): string {
  const paint: Paint = color ? (style, text) => styleText(style, text, { validateStream: false }) : (_, text) => text
  const tables = [levelTable, heldOutTable, engineTable, differenceTable, scenarioTable, criteriaTable].map(table =>
    table(summary),
  )
  const parts = [
    [headline(summary, paint)],
    ...tables.filter(({ rows }) => rows.length > 0).map(table => renderTable(table, paint)),
    findings(summary, paint),
    totals(summary),
  ]
  return `${parts
    .filter(lines => lines.length > 0)
    .map(lines => lines.join('\n'))
    .join('\n\n')}\n`
}

function headline({ version, suite, backend, seed, verdict }: Summary, paint: Paint): string {
  const left = `carmine ${version}   suite ${suite}   backend ${backend}   seed ${seed}`
  const right = `${verdictSigns[verdict]} ${verdict}`
  return `${left.padEnd(width - right.length - gap.length)}${gap}${paint(tones[verdict], right)}`
}

function renderTable(table: Table, paint: Paint): string[] {
  const widths = columnWidths(table)
  // Words begin at the same place, figures end there.
  const textColumns = table.rows.some(({ verdict }) => verdict !== undefined) ? 2 : 1
  const line = (cells: readonly string[]): string[] =>
    cells.map((cell, column) => (column < textColumns ? clip(cell, widths[column]!) : cell.padStart(widths[column]!)))
  const renderRow = ({ cells, part, verdict }: Row): string[] => {
    const padded = line(cells)
    if (verdict !== undefined) padded[0] = paint(tones[verdict], padded[0]!)
    const text = padded.join(gap).trimEnd()
    return part === undefined ? [text] : [paint('bold', part), text]
  }
  return [
    paint(
      'dim',
      line([table.title.toUpperCase(), ...table.columns.slice(1)])
        .join(gap)
        .trimEnd(),
    ),
    ...table.rows.flatMap(renderRow),
    ...table.notes.flatMap(note => wrap(note).map(text => paint('dim', text))),
  ]
}

/** As wide as the widest cell; where that is too much in all, the names give way. */
function columnWidths({ title, columns, rows }: Table): number[] {
  const widths = [title, ...columns.slice(1)].map((heading, column) =>
    Math.max(heading.length, ...rows.map(({ cells }) => cells[column]?.length ?? 0)),
  )
  const figures = widths.slice(1).reduce((sum, figure) => sum + figure + gap.length, 0)
  return [Math.max(8, Math.min(widths[0]!, width - figures)), ...widths.slice(1)]
}

function clip(text: string, columns: number): string {
  return text.length > columns ? `${text.slice(0, columns - 1)}…` : text.padEnd(columns)
}

function findings({ findings: all, artifacts }: Summary, paint: Paint): string[] {
  if (all.length === 0) return []
  const more = all.length - findingsShown
  return [
    paint('dim', `FINDINGS (${all.length})`),
    ...all.slice(0, findingsShown).flatMap(finding => renderFinding(finding, paint)),
    ...(more > 0 ? [`  and ${more} more in ${artifacts.html}`] : []),
  ]
}

/** The command stands alone on its line, however long, so that it can be copied. */
function renderFinding({ trial, problem, replay }: Finding, paint: Paint): string[] {
  return [...wrap(`${trial}: ${problem}`), `  ${paint('bold', replay)}`]
}

function totals({ trials, wallMs, logDigest, artifacts }: Summary): string[] {
  const { planned, valid, invalid, skipped, looks } = trials
  return [
    `${planned} trials: ${valid} valid, ${invalid} invalid, ${skipped} skipped; ${looks} looks in ${formatSeconds(wallMs / 1000)}`,
    ...(logDigest === null ? [] : [`log digest ${logDigest}`]),
    `files in ${artifacts.dir}: report ${artifacts.html}, JUnit ${artifacts.junit}`,
  ]
}

function wrap(text: string): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(lines.length === 0 ? word : `  ${word}`)
  }
  return lines
}
