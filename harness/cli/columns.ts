/** Columns of a terminal that results are laid out for. */
export const width = 100

/** A table as kubectl prints it: headings in capitals, columns as wide as their widest cell; the last one is wrapped. */
export function renderColumns(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [headings.map(heading => heading.toUpperCase()), ...rows]
  const widths = headings.map((_, column) => Math.max(...all.map(row => row[column]?.length ?? 0)))
  const before = widths.slice(0, -1).reduce((sum, column) => sum + column + gap.length, 0)
  return all
    .flatMap(row => {
      const cells = row.slice(0, -1).map((cell, column) => cell.padEnd(widths[column]!) + gap)
      const lines = wrapText(row.at(-1) ?? '', Math.max(20, width - before))
      return lines.map((line, n) => `${n === 0 ? cells.join('') : ' '.repeat(before)}${line}`.trimEnd())
    })
    .map(line => `${line}\n`)
    .join('')
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
