import type { Summary } from '../../judge/summary.ts'
import type { CommandContext } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { afterPractice } from '../next-steps.ts'
import { practicePage, practiceSuite } from '../practice-page.ts'
import { run } from './run.ts'

export interface PracticeOptions {
  /** These instead of the whole catalogue. */
  readonly scenario?: readonly string[] | undefined
  readonly seed: number
  readonly seeds?: number | undefined
  readonly workers?: number | undefined
  readonly out?: string | undefined
}

/** Runs the gates that teams ship over the whole catalogue, and prints the page about them. */
export async function practice(options: PracticeOptions, context: CommandContext): Promise<ExitCode> {
  let summary = ''
  const exitCode = await run(
    { ...options, suite: practiceSuite, logs: 'failing', lenient: false, retain: false, output: 'json', quiet: false },
    { ...context, writeResult: text => (summary += text) },
  )
  if (exitCode === exitCodes.bug || exitCode === exitCodes.interrupted) return exitCode
  const { dir } = (JSON.parse(summary) as Summary).artifacts
  context.writeResult(practicePage(dir))
  context.suggest(afterPractice(dir))
  return exitCodes.pass
}
