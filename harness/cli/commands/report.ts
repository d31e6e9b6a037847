import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { renderHtml } from '../../../reports/html.ts'
import { renderJunit } from '../../../reports/junit.ts'
import { renderTerminal } from '../../../reports/terminal.ts'
import type { Summary } from '../../judge/summary.ts'
import { InvalidInput } from '../../model/problem.ts'
import type { CommandContext } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'

export interface ReportOptions {
  readonly format: 'terminal' | 'html' | 'junit'
}

/** Prints the stored result of a run in one of the report formats. */
export async function report(folder: string, { format }: ReportOptions, context: CommandContext): Promise<ExitCode> {
  const summary = await readSummary(join(folder, 'summary.json'))
  const renderers = {
    terminal: () => renderTerminal(summary, { color: context.stdoutColor }),
    html: () => renderHtml(summary),
    junit: () => renderJunit(summary),
  }
  context.writeResult(renderers[format]())
  return exitCodes.pass
}

async function readSummary(file: string): Promise<Summary> {
  let content: unknown
  try {
    content = JSON.parse(await readFile(file, 'utf8'))
  } catch (error) {
    throw invalid(file, `cannot be read: ${(error as Error).message}`)
  }
  if ((content as Partial<Summary> | null)?.schemaVersion !== 1)
    throw invalid(file, 'is not the summary of a run, version 1')
  return content as Summary
}

function invalid(file: string, message: string): InvalidInput {
  return new InvalidInput([{ file, line: 1, column: 1, message, severity: 'error' }])
}
