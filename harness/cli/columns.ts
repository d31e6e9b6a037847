/** Columns that results are laid out for where there is no terminal. */
export const plainColumns = 100

/** What the last column is left at least, where others can be wrapped. */
const lastColumn = 40

/** A table as kubectl prints it: headings in capitals, columns as wide as their widest cell; the last one is wrapped, and the widest where it must. */
export function renderColumns(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  width = plainColumns,
): string {
  const all = [headings.map(heading => heading.toUpperCase()), ...rows]
  const widths = headings.slice(0, -1).map((_, column) => Math.max(...all.map(row => row[column]?.length ?? 0)))
  const last = Math.max(...all.map(row => row[headings.length - 1]?.length ?? 0))
  const missing = total(widths) + Math.min(last, lastColumn) - width
  const widest = widths.indexOf(Math.max(...widths))
  // A name that cannot be broken needs its room whatever stands beside it.
  const longest = Math.max(0, ...all.flatMap(row => (row[widest] ?? '').split(/\s+/).map(({ length }) => length)))
  const least = Math.min(widths[widest] ?? 0, Math.max(lastColumn / 2, longest))
  if (missing > 0) widths[widest] = Math.max(least, widths[widest]! - missing)
  const before = total(widths)
  return all
    .flatMap(row => {
      const cells = row.map((cell, column) => wrapText(cell, widths[column] ?? Math.max(20, width - before)))
      const lines = Array.from({ length: Math.max(...cells.map(({ length }) => length)) }, (_, n) => n)
      return lines.map(n =>
        cells
          .map((cell, column) => (cell[n] ?? '').padEnd(column < widths.length ? widths[column]! + gap.length : 0))
          .join('')
          .trimEnd(),
      )
    })
    .map(line => `${line}\n`)
    .join('')
}

function total(widths: readonly number[]): number {
  return widths.reduce((sum, column) => sum + column + gap.length, 0)
}

const gap = '   '

/** Lines of at most so many characters, broken between words; a longer word stands alone. */
export function wrapText(text: string, columns: number): string[] {
  const lines: string[] = []
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= columns) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
