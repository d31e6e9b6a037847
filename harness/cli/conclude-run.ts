import { renderComparison } from '../../reports/comparison.ts'
import { complaintsOf } from '../../reports/complaints.ts'
import { renderMarkdown } from '../../reports/markdown.ts'
import { renderSarif } from '../../reports/sarif.ts'
import { renderTerminal } from '../../reports/terminal.ts'
import type { Summary } from '../judge/summary.ts'
import { type Baseline, exitCodeOf, type FailOn } from './baseline.ts'
import type { CommandContext } from './context.ts'
import type { ExitCode } from './exit-codes.ts'
import { annotate, appendSummary } from './github.ts'
import { placesOf } from './places.ts'
import { writeComparison, writeSarif } from './run-folder.ts'

interface Conclusion {
  readonly folder: string
  readonly summary: Summary
  /** What `carmine replay` takes after a trial's id. */
  readonly words: readonly string[]
  readonly baseline: Baseline | undefined
  readonly failOn: FailOn
  readonly json: boolean
}

/** Compares a run whose files are written with its baseline, and tells what came out wherever it is read. */
export function concludeRun(run: Conclusion, context: CommandContext): ExitCode {
  const { folder, summary, words, baseline, failOn, json } = run
  // What was interrupted is told, and compared with nothing.
  const comparison = context.interrupted.aborted ? undefined : baseline?.compare(folder)
  const { github } = context
  const places = placesOf(words, github.root)
  if (comparison !== undefined) writeComparison(folder, comparison)
  writeSarif(folder, renderSarif(summary, comparison, places))
  if (json) context.writeResult(`${JSON.stringify(comparison === undefined ? summary : { ...summary, comparison })}\n`)
  else {
    const color = context.stdoutColor
    context.writeResult(renderTerminal(summary, { color }))
    if (comparison !== undefined) context.writeResult(`\n${renderComparison(comparison, { color })}`)
  }
  appendSummary(github, limitBytes => renderMarkdown(summary, comparison, limitBytes))
  annotate(github, complaintsOf(summary, comparison, failOn !== 'regress'), places, context.writeProgress)
  return exitCodeOf(summary, comparison, failOn)
}
