import { Command, CommanderError, Option } from '@commander-js/extra-typings'
import packageJson from '../../package.json' with { type: 'json' }
import type { CommandContext } from './context.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'

const exitCodesHelp = `
Exit codes: 0 pass, 1 fail, 2 inconclusive, 64 usage, 69 environment not available,
70 bug in carmine, 78 invalid scenario, policy or manifest, 130 interrupted.`

/**
 * Runs one command line. Options are declared here; each command's module is loaded only when it is called, so that help stays fast.
 * @param args without the program's own name.
 */
export async function main(args: readonly string[]): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.pass
  const run = async (command: (context: CommandContext) => Promise<ExitCode>) => {
    const { processContext } = await import('./context.ts')
    exitCode = await command(processContext())
  }
  const program = new Command('carmine')
    .description(packageJson.description)
    .version(packageJson.version)
    .exitOverride()
    .showSuggestionAfterError()
    .addHelpText('after', exitCodesHelp)

  program
    .command('report')
    .description('print the stored result of a run')
    .argument('<folder>', 'the folder of the run, such as runs/quick-1')
    .addOption(
      new Option('--format <format>').choices(['terminal', 'html', 'junit'] as const).default('terminal' as const),
    )
    .action((folder, options) =>
      run(async context => {
        const { report } = await import('./commands/report.ts')
        return report(folder, options, context)
      }),
    )

  try {
    await program.parseAsync(args, { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.pass : exitCodes.usage
    const { reportError } = await import('./report-error.ts')
    return reportError(error, text => process.stderr.write(text))
  }
}
