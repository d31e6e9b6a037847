/** A table of text and numbers; null is an empty cell. */
export type CsvRow = readonly (string | number | null)[]

/** As RFC 4180 has it: quoted where it must be, lines end with CRLF. Numbers keep all their digits. */
export function toCsv(rows: readonly CsvRow[]): string {
  return rows.map(row => `${row.map(cellOf).join(',')}\r\n`).join('')
}

function cellOf(cell: string | number | null): string {
  if (cell === null) return ''
  const text = String(cell)
  // A text that a spreadsheet would take for a formula is shown as text.
  const safe = typeof cell === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
