import type { Comparison } from '../harness/judge/comparison.ts'
import type { Summary } from '../harness/judge/summary.ts'
import { counted } from '../harness/model/counted.ts'
import { answerOf, noCriteria } from './answer.ts'
import { comparisonSections } from './comparison-markdown.ts'
import { criteriaTable, toldCriteria } from './criteria-table.ts'
import { formatSeconds } from './format.ts'
import { type MarkdownSection, renderSections } from './markdown-sections.ts'
import { escapeMarkdown, inlineCode } from './markdown-text.ts'
import { differenceTable, engineTable, heldOutTable, levelTable, scenarioTable, type Table } from './tables.ts'

/** What GitHub takes of the summary of a step: 1 MiB, else nothing of it is shown (actions/runner, CreateStepSummaryCommand). */
export const summaryLimitBytes = 1024 * 1024

const findingsTold = 20

export interface MarkdownOptions {
  readonly limitBytes?: number
  /** Whether the comparison alone decides. */
  readonly isGate?: boolean
}

/**
 * The result of a run as Markdown of GitHub's and GitLab's kind, of at most so many bytes.
 * @param comparison with the baseline, where there is one
 */
export function renderMarkdown(
  summary: Summary,
  comparison: Comparison | undefined,
  { limitBytes = summaryLimitBytes, isGate = false }: MarkdownOptions = {},
): string {
  const gate = isGate ? comparison : undefined
  const tables = [
    toldCriteria(criteriaTable(summary), gate),
    ...[levelTable, heldOutTable, engineTable, differenceTable, scenarioTable].map(table => table(summary)),
  ]
  return renderSections(
    [
      headline(summary, gate),
      ...(comparison === undefined ? [] : comparisonSections(comparison, 3)),
      ...tables.filter(({ rows }) => rows.length > 0).map(tableSection),
      ...findings(summary),
    ],
    limitBytes,
  )
}

/** A comparison alone. */
export function renderComparisonMarkdown(comparison: Comparison, limitBytes = summaryLimitBytes): string {
  return renderSections(comparisonSections(comparison, 2), limitBytes)
}

function headline(summary: Summary, gate: Comparison | undefined): MarkdownSection {
  const { version, suite, backend, seed, trials, wallMs, logDigest } = summary
  const { sign, word, verdict } = answerOf(summary, gate)
  const { planned, valid, invalid, skipped } = trials
  return {
    heading: `${sign} ${word === '' ? '' : `${word}: `}suite ${inlineCode(suite)}`,
    depth: 2,
    before: [
      ...(verdict === undefined ? [`${noCriteria[0]!.toUpperCase()}${noCriteria.slice(1)}.`] : []),
      `carmine ${version}, backend ${backend}, seed ${seed}: ${counted(planned, 'trial')} (${valid} valid, ${invalid} invalid, ${skipped} skipped) in ${formatSeconds(wallMs / 1000)}.`,
      ...(logDigest === null ? [] : [`Log digest ${inlineCode(logDigest)}`]),
    ],
    table: null,
    after: [],
  }
}

function tableSection({ title, columns, rows, notes }: Table): MarkdownSection {
  const hasVerdicts = rows.some(({ verdict }) => verdict !== undefined)
  const width = columns.length
  return {
    heading: title,
    depth: 3,
    before: [],
    table: {
      columns: hasVerdicts ? ['verdict', ...columns.slice(1)] : columns,
      rows: rows.flatMap(({ cells, part }) => [
        ...(part === undefined ? [] : [[part, ...Array<string>(width - 1).fill('')]]),
        [...cells, ...Array<string>(Math.max(0, width - cells.length)).fill('')],
      ]),
      words: hasVerdicts ? [0, 1] : [0],
    },
    after: notes.length > 0 ? [notes.map(escapeMarkdown).join('\n')] : [],
  }
}

function findings({ findings: all, artifacts }: Summary): MarkdownSection[] {
  if (all.length === 0) return []
  const told = all
    .slice(0, findingsTold)
    .map(({ trial, problem, replay }) => `- ${inlineCode(trial)}: ${escapeMarkdown(problem)}\n  ${inlineCode(replay)}`)
  const more = all.length - told.length
  return [
    {
      heading: `Findings (${all.length})`,
      depth: 3,
      before: [told.join('\n'), ...(more > 0 ? [`And ${more} more in ${inlineCode(artifacts.html)}.`] : [])],
      table: null,
      after: [],
    },
  ]
}
