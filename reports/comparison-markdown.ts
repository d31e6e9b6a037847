import type { ComparedRow, Comparison } from '../harness/judge/comparison.ts'
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
import type { MarkdownSection } from './markdown-sections.ts'
import { escapeMarkdown, inlineCode } from './markdown-text.ts'

/** A comparison for people who read Markdown. @param depth of the headings of its candidates */
export function comparisonSections(comparison: Comparison, depth: number): MarkdownSection[] {
  const { baseline, candidates } = comparison
  const sections = candidates.flatMap(({ candidate, verdict, paired, commonSeeds, rows }): MarkdownSection[] => [
    {
      heading: `${comparisonSigns[verdict]} ${verdict}: ${inlineCode(candidate)} against ${inlineCode(baseline)}`,
      depth,
      before: [`${pairing(paired, commonSeeds).replace(/^./, first => first.toUpperCase())}.`],
      table: null,
      after: [],
    },
    ...rows.map(row => rowSection(row, depth + 1)),
  ])
  const last = sections.at(-1)
  if (last === undefined) return []
  return [
    ...sections.slice(0, -1),
    { ...last, after: [...last.after, escapeMarkdown(comparisonNotes(comparison).join(' '))] },
  ]
}

function rowSection(row: ComparedRow, depth: number): MarkdownSection {
  const plain = { heading: escapeMarkdown(rowTitle(row)), depth, table: null, after: [] }
  if (row.sameAs !== null) return { ...plain, before: [`The same as at ${row.sameAs}.`] }
  if (row.trials.different === 0) {
    return { ...plain, before: [`No difference in any of ${row.trials.pairs} pairs of trials.`] }
  }
  const remarks = rowRemarks(row)
  return {
    ...plain,
    before: [rowTrials(row)],
    table: {
      columns: comparisonColumns,
      rows: tableMeasures(row).map(one => measureCells(one).map(cell => cell.trim())),
      words: [0, comparisonColumns.length - 1],
    },
    after: remarks.length > 0 ? [remarks.map(remark => `- ${escapeMarkdown(remark)}`).join('\n')] : [],
  }
}
