import { complaintsOf } from '../../reports/complaints.ts'
import { renderMarkdown } from '../../reports/markdown.ts'
import { renderSarif } from '../../reports/sarif.ts'
import type { Comparison } from '../judge/comparison.ts'
import type { Summary } from '../judge/summary.ts'
import { exitCodeOf, type FailOn } from './baseline.ts'
import type { CommandContext } from './context.ts'
import type { ExitCode } from './exit-codes.ts'
import { annotate, appendSummary } from './github.ts'
import { placesOf } from './places.ts'
import { writeSarif } from './run-folder.ts'

interface Conclusion {
  readonly folder: string
  readonly summary: Summary
  /** What `carmine replay` takes after a trial's id. */
  readonly words: readonly string[]
  readonly comparison: Comparison | undefined
  readonly failOn: FailOn
  /** A run that is only run to be compared with has nothing to say. */
  readonly quiet: boolean
}

/** Tells what came of a run whose files are written, wherever it is read. */
export function concludeRun(
  { folder, summary, words, comparison, failOn, quiet }: Conclusion,
  tell: () => void,
  { github, writeProgress }: CommandContext,
): ExitCode {
  const places = placesOf(words, github.root)
  writeSarif(folder, renderSarif(summary, comparison, places))
  tell()
  if (quiet) return exitCodeOf(summary, comparison, failOn)
  appendSummary(github, limitBytes => renderMarkdown(summary, comparison, { limitBytes, isGate: failOn === 'regress' }))
  annotate(github, complaintsOf(summary, comparison, failOn !== 'regress'), places, writeProgress)
  return exitCodeOf(summary, comparison, failOn)
}
