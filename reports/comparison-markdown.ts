import type { ComparedRow, Comparison } from '../harness/judge/comparison.ts'
import {
  comparisonColumns,
  comparisonNotes,
  comparisonSigns,
  measureCells,
  rowRemarks,
  rowTitle,
  rowTrials,
  tableMeasures,
} from './comparison-table.ts'
import { escapeMarkdown, inlineCode } from './markdown-text.ts'

/** A comparison as Markdown of GitHub's and GitLab's kind. */
export function renderComparisonMarkdown({ baseline, candidates }: Comparison): string {
  const parts = candidates.flatMap(({ candidate, verdict, paired, commonSeeds, rows }) => [
    `## ${comparisonSigns[verdict]} ${verdict}: ${inlineCode(candidate)} against ${inlineCode(baseline)}`,
    paired ? `Paired on ${commonSeeds} seeds a scenario.` : 'Not paired: no seeds in common.',
    ...rows.flatMap(rowParts),
  ])
  return `${[...parts, escapeMarkdown(comparisonNotes.join(' '))].join('\n\n')}\n`
}

function rowParts(row: ComparedRow): string[] {
  const title = `### ${escapeMarkdown(rowTitle(row))}`
  if (row.sameAs !== null) return [title, `The same as at ${row.sameAs}.`]
  if (row.trials.different === 0) return [title, `No difference in any of ${row.trials.pairs} pairs of trials.`]
  const measures = tableMeasures(row)
  const lines = [
    comparisonColumns,
    comparisonColumns.map((_, i) => (i === 0 || i === comparisonColumns.length - 1 ? ':--' : '--:')),
  ]
  return [
    title,
    rowTrials(row),
    [
      ...lines.map(cells => cells.map(String)),
      ...measures.map(one => measureCells(one).map(cell => escapeMarkdown(cell.trim()))),
    ]
      .map(cells => `| ${cells.join(' | ')} |`)
      .join('\n'),
    ...(rowRemarks(row).length > 0
      ? [
          rowRemarks(row)
            .map(remark => `- ${escapeMarkdown(remark)}`)
            .join('\n'),
        ]
      : []),
  ]
}
