import { escapeMarkdown } from './markdown-text.ts'

/** A part of a document for people: sentences, a table, and sentences under it. All of it is Markdown already, apart from the cells. */
export interface MarkdownSection {
  readonly heading: string
  /** Of the heading, 1 to 6. */
  readonly depth: number
  readonly before: readonly string[]
  readonly table: MarkdownTable | null
  readonly after: readonly string[]
}

interface MarkdownTable {
  readonly columns: readonly string[]
  /** Plain text. */
  readonly rows: readonly (readonly string[])[]
  /** Columns of words, which begin at the same place, where figures end there. */
  readonly words: readonly number[]
}

const rest = 'the rest is in the files of the run'

/**
 * The sections as one document of at most `limitBytes` bytes of UTF-8. What is too long loses the ends of its tables first, all of them at
 * the same row, then whole sections from the end; each says so where it was cut.
 */
export function renderSections(sections: readonly MarkdownSection[], limitBytes: number): string {
  const whole = document(sections, Infinity)
  if (sizeOf(whole) <= limitBytes) return whole
  const longest = Math.max(0, ...sections.map(({ table }) => table?.rows.length ?? 0))
  const most = greatest(longest, rows => sizeOf(document(sections, rows)) <= limitBytes)
  if (most !== undefined) return document(sections, most)
  const kept = greatest(sections.length, count => sizeOf(cutDocument(sections, count)) <= limitBytes)
  return kept === undefined ? '' : cutDocument(sections, kept)
}

/** Without tables, and only the first sections. */
function cutDocument(sections: readonly MarkdownSection[], count: number): string {
  return `${document(sections.slice(0, count), 0)}\n_${sections.length - count} more parts are left out: ${rest}._\n`
}

/** The greatest whole number up to `most` for which `fits`, which holds for all below one for which it does; undefined where 0 does not. */
function greatest(most: number, fits: (value: number) => boolean): number | undefined {
  if (!fits(0)) return undefined
  let [low, high] = [0, most + 1]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (fits(middle)) low = middle
    else high = middle
  }
  return low
}

function document(sections: readonly MarkdownSection[], mostRows: number): string {
  return `${sections.flatMap(section => sectionParts(section, mostRows)).join('\n\n')}\n`
}

function sectionParts({ heading, depth, before, table, after }: MarkdownSection, mostRows: number): string[] {
  const cut = (table?.rows.length ?? 0) - mostRows
  return [
    `${'#'.repeat(depth)} ${heading}`,
    ...before,
    ...(table === null || mostRows === 0 ? [] : [tableLines(table, mostRows)]),
    ...(cut > 0 ? [`_${cut} of ${table!.rows.length} rows are left out: ${rest}._`] : []),
    ...after,
  ]
}

function tableLines({ columns, rows, words }: MarkdownTable, mostRows: number): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [
    line(columns.map(escapeMarkdown)),
    line(columns.map((_, i) => (words.includes(i) ? ':--' : '--:'))),
    ...rows.slice(0, mostRows).map(cells => line(cells.map(escapeMarkdown))),
  ].join('\n')
}

function sizeOf(text: string): number {
  return Buffer.byteLength(text)
}
