import { complaintsOf } from '../../reports/complaints.ts'
import { renderMarkdown } from '../../reports/markdown.ts'
import { renderSarif } from '../../reports/sarif.ts'
import type { Comparison } from '../judge/comparison.ts'
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
  /** A run that is only run to be compared with has nothing to say. */
  readonly quiet: boolean
}

/** Compares a run whose files are written with its baseline, and tells what came out wherever it is read. */
export function concludeRun(
  { folder, summary, words, baseline, failOn, quiet }: Conclusion,
  tell: (comparison: Comparison | undefined) => void,
  { github, interrupted, writeProgress }: CommandContext,
): ExitCode {
  // What was interrupted is told, and compared with nothing.
  const comparison = interrupted.aborted ? undefined : baseline?.compare(folder)
  const places = placesOf(words, github.root)
  if (comparison !== undefined) writeComparison(folder, comparison)
  writeSarif(folder, renderSarif(summary, comparison, places))
  tell(comparison)
  if (quiet) return exitCodeOf(summary, comparison, failOn)
  appendSummary(github, limitBytes => renderMarkdown(summary, comparison, limitBytes))
  annotate(github, complaintsOf(summary, comparison, failOn !== 'regress'), places, writeProgress)
  return exitCodeOf(summary, comparison, failOn)
}
