import { Command, CommanderError } from '@commander-js/extra-typings'
import { heedBrokenStreams } from './broken-streams.ts'
import { declareClusters } from './declarations/clusters.ts'
import type { Declaration } from './declarations/declaration.ts'
import { declareDocuments } from './declarations/documents.ts'
import { declareResults } from './declarations/results.ts'
import { declareRuns } from './declarations/runs.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { describeOption, refuseTwoForms, withNearest } from './options.ts'
import { packageInfo } from './package-info.ts'
import { programName } from './program-name.ts'
import { reportError } from './report-error.ts'

const exitCodesHelp = `
Exit codes: 0 pass, 1 fail, 2 inconclusive, 64 usage, 69 environment not available,
70 bug in carmine, 78 invalid scenario, policy or manifest, 130 interrupted.`

/**
 * Runs one command line. Options are declared in `declarations/`; each command's module is loaded only when it is called, so that help
 * stays fast.
 * @param args without the program's own name.
 */
export async function main(args: readonly string[]): Promise<ExitCode> {
  heedBrokenStreams()
  let exitCode: ExitCode = exitCodes.pass
  const declaration: Declaration = {
    args,
    async run(command) {
      const { processContext } = await import('./context.ts')
      exitCode = await command(processContext())
    },
  }
  const program = new Command('carmine')
    .description(packageInfo.description)
    .version(packageInfo.version)
    .exitOverride()
    .showSuggestionAfterError()
    .configureHelp({ optionDescription: describeOption })
    .configureOutput({ outputError: (message, write) => write(withNearest(message)) })
    .addHelpText('after', exitCodesHelp)

  program.hook('preAction', (_, command) => refuseTwoForms(command))

  declareRuns(program, declaration)
  declareResults(program, declaration)
  declareDocuments(program, declaration)
  declareClusters(program, declaration)

  if (args.length === 0) {
    const { firstScreen } = await import('./first-screen.ts')
    process.stdout.write(firstScreen(program, packageInfo.version, programName(process.env)))
    return exitCodes.pass
  }
  try {
    await program.parseAsync(args, { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.pass : exitCodes.usage
    return reportError(error, text => process.stderr.write(text))
  }
}
