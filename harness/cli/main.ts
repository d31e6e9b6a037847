import { Command, CommanderError } from '@commander-js/extra-typings'
import packageJson from '../../package.json' with { type: 'json' }
import { type ExitCode, exitCodes } from './exit-codes.ts'

const exitCodesHelp = `
Exit codes: 0 pass, 1 fail, 2 inconclusive, 64 usage, 69 environment not available,
70 bug in carmine, 78 invalid scenario, policy or manifest, 130 interrupted.`

/**
 * Runs one command line. Each command's module is loaded only when it is called, so that help stays fast.
 * @param args without the program's own name.
 */
export async function main(args: readonly string[]): Promise<ExitCode> {
  const program = new Command('carmine')
    .description(packageJson.description)
    .version(packageJson.version)
    .exitOverride()
    .addHelpText('after', exitCodesHelp)
  try {
    await program.parseAsync(args, { from: 'user' })
    return exitCodes.pass
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.pass : exitCodes.usage
    const { reportError } = await import('./report-error.ts')
    return reportError(error, text => process.stderr.write(text))
  }
}
