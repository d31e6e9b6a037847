import type { Verdict } from '../harness/judge/summary.ts'
import type { Row, Table } from './tables.ts'

export type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow'
export type Paint = (style: Style, text: string) => string

export interface Screen {
  readonly columns: number
  readonly paint: Paint
}

export const tones: Readonly<Record<Verdict, Style>> = { pass: 'green', fail: 'red', inconclusive: 'yellow' }

const leastName = 8

/** A table in lines of at most `columns`: narrower gaps first, then the columns that give way are left out, then names are cut. */
export function renderTable(whole: Table, { columns, paint }: Screen): string[] {
  const { table, gap, left } = fitted(whole, columns)
  const widths = columnWidths(table, columns, gap)
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
  const heading = line([table.title.toUpperCase(), ...table.columns.slice(1)])
  const notes = left.length === 0 ? table.notes : [...table.notes, `at this width without ${left.join(', ')}`]
  return [
    paint('dim', heading.join(gap).trimEnd()),
    ...table.rows.flatMap(renderRow),
    ...notes.flatMap(note => wrap(note, columns).map(text => paint('dim', text))),
  ]
}

function fitted(whole: Table, columns: number): { table: Table; gap: string; left: string[] } {
  const yielding = whole.columns.filter(column => whole.giveWay?.includes(column))
  const order = (whole.giveWay ?? []).filter(column => yielding.includes(column))
  for (let n = 0; n <= order.length; n++) {
    const left = order.slice(0, n)
    const table = without(whole, left)
    for (const gap of ['  ', ' '])
      if (leastWidth(table, gap) <= columns || (n === order.length && gap === ' ')) return { table, gap, left }
  }
  return { table: whole, gap: ' ', left: [] }
}

function without(table: Table, left: readonly string[]): Table {
  if (left.length === 0) return table
  const kept = (_: string, column: number) => !left.includes(table.columns[column]!)
  const rows = table.rows.map(row => ({ ...row, cells: row.cells.filter(kept) }))
  return { ...table, columns: table.columns.filter(kept), rows }
}

function leastWidth(table: Table, gap: string): number {
  const [name, ...figures] = naturalWidths(table)
  // Names may be cut a little for a figure, and no more.
  return Math.min(name!, 24) + figures.reduce((sum, figure) => sum + figure + gap.length, 0)
}

function naturalWidths({ title, columns, rows }: Table): number[] {
  return [title, ...columns.slice(1)].map((heading, column) =>
    Math.max(heading.length, ...rows.map(({ cells }) => cells[column]?.length ?? 0)),
  )
}

/** As wide as the widest cell; where that is too much in all, the names give way. */
function columnWidths(table: Table, columns: number, gap: string): number[] {
  const [name, ...figures] = naturalWidths(table)
  const rest = figures.reduce((sum, figure) => sum + figure + gap.length, 0)
  return [Math.max(leastName, Math.min(name!, columns - rest)), ...figures]
}

function clip(text: string, columns: number): string {
  return text.length > columns ? `${text.slice(0, columns - 1)}…` : text.padEnd(columns)
}

/** Lines broken between words; those after the first are indented. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= columns) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(lines.length === 0 ? word : `  ${word}`)
  }
  return lines
}
