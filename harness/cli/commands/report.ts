import { dirname, resolve } from 'node:path'
import { renderCatalogue } from '../../../reports/catalogue.ts'
import { renderJunit } from '../../../reports/junit.ts'
import { renderMarkdown } from '../../../reports/markdown.ts'
import { renderSarif } from '../../../reports/sarif.ts'
import { renderTerminal } from '../../../reports/terminal.ts'
import type { CommandContext } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { makeFolder } from '../make-folder.ts'
import { placesOf } from '../places.ts'
import { practicePage } from '../practice-page.ts'
import { readComparison, readPlan, readSummary, readTrials } from '../read-run.ts'
import { reportPage } from '../report-page.ts'
import { writeWhole } from '../write-whole.ts'

export interface ReportOptions {
  readonly format: 'terminal' | 'html' | 'junit' | 'markdown' | 'sarif'
  /** What the run says of each scenario instead, as Markdown. */
  readonly catalogue?: boolean
  /** What the gates of a run of `carmine practice` catch, miss and break instead, as Markdown. */
  readonly practice?: boolean
  /** File that it is written to, instead of stdout. */
  readonly out?: string
}

/** Prints the stored result of a run in one of the report formats. */
export async function report(
  folder: string,
  { format, catalogue = false, practice = false, out }: ReportOptions,
  context: CommandContext,
): Promise<ExitCode> {
  if (practice) return deliver(practicePage(folder), context.writeResult, out)
  const summary = readSummary(folder)
  const renderers = {
    terminal: () =>
      renderTerminal(summary, { color: out === undefined && context.stdoutColor, columns: context.columns }),
    html: () => reportPage(folder, summary, readPlan(folder), readTrials(folder), readComparison(folder)),
    junit: () => renderJunit(summary),
    markdown: () => renderMarkdown(summary, readComparison(folder)),
    sarif: () =>
      renderSarif(summary, readComparison(folder), placesOf(readPlan(folder).replayArguments, context.github.root)),
  }
  const write = format === 'terminal' && !catalogue ? context.writeText : context.writeResult
  return deliver(catalogue ? renderCatalogue(summary) : await renderers[format](), write, out)
}

function deliver(text: string, write: (text: string) => void, out: string | undefined): ExitCode {
  if (out === undefined) write(text)
  else {
    makeFolder(dirname(resolve(out)))
    writeWhole(out, text)
  }
  return exitCodes.pass
}
