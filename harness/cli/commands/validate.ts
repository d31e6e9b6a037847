import { styleText } from 'node:util'
import { formatProblem } from '../../model/problem.ts'
import { wrapText } from '../columns.ts'
import type { CommandContext } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { checkFiles } from '../load/check-files.ts'
import { shippedNames, shippedPath } from '../load/documents.ts'
import { proveFiles } from '../prove-files.ts'

export interface ValidateOptions {
  readonly lenient: boolean
  /** Play the scenarios, too. */
  readonly deep: boolean
}

/** Says everything that is wrong with files: problems on stderr, the files that are right on stdout. @param given empty: all shipped ones. */
export async function validate(
  given: readonly string[],
  { lenient, deep }: ValidateOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const paths = given.length > 0 ? given : shippedDocuments()
  const { files, problems: found, inert } = checkFiles(paths, { lenient })
  const onScenario = (name: string) => {
    if (context.stderrIsTerminal) context.writeProgress(`playing ${name}\n`)
  }
  const unproven = deep ? await proveFiles(files, { lenient, signal: context.interrupted, onScenario }) : []
  if (context.interrupted.aborted) return exitCodes.interrupted
  const problems = [...found, ...unproven]
  for (const problem of problems) context.writeProgress(`${formatProblem(problem)}\n`)
  const ok = context.stdoutColor ? styleText('green', 'ok', { validateStream: false }) : 'ok'
  for (const { file, holds, isRight } of files) {
    if (isRight && !unproven.some(problem => problem.file === file))
      context.writeText(`${ok} ${file}: ${holds.join(', ')}\n`)
  }
  for (const { reason, fields } of inert) {
    const lines = wrapText(`inert: ${reason}: ${fields.join(', ')}`, context.columns - 2)
    context.writeText(`${lines.join('\n  ')}\n`)
  }
  return problems.every(({ severity }) => severity === 'warning') ? exitCodes.pass : exitCodes.invalid
}

function shippedDocuments(): string[] {
  const kinds = ['catalogue', 'suites', 'policies', 'promotion', 'topology'] as const
  return kinds.flatMap(kind => shippedNames(kind).map(name => shippedPath(kind, name)))
}
