import { wantsColor } from '../../reports/color.ts'
import { plainColumns } from './columns.ts'
import { exitCodes } from './exit-codes.ts'
import { type Github, githubOf } from './github.ts'
import { watchForInterruption } from './interruption.ts'
import { reportError } from './report-error.ts'

/** What a command may know of the process it runs in, and the two streams: the result goes to stdout, all else to stderr. */
export interface CommandContext {
  readonly writeResult: (text: string) => void
  readonly writeProgress: (text: string) => void
  readonly stdoutColor: boolean
  /** Width to lay results out for: the terminal's, at least 80; 100 where there is none, or what COLUMNS says. */
  readonly columns: number
  /** A terminal that no CI log is made of, where a line may be drawn over. */
  readonly stderrIsTerminal: boolean
  /** Aborted at the first Ctrl-C: clean up and end with exit code 130. */
  readonly interrupted: AbortSignal
  readonly github: Github
}

/** The context of this process; from now on a command has to heed `interrupted`. */
export function processContext(): CommandContext {
  const { stdout, stderr, env } = process
  const writeProgress = (text: string) => void stderr.write(text)
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    // A reader that has seen enough (`| head`) is no bug.
    if (error.code === 'EPIPE') process.exit(exitCodes.pass)
    process.exit(reportError(error, writeProgress))
  })
  return {
    writeResult: text => void stdout.write(text),
    writeProgress,
    stdoutColor: wantsColor(env, stdout.isTTY === true),
    columns: columnsOf(stdout.columns ?? Number(env['COLUMNS'] || plainColumns)),
    stderrIsTerminal: stderr.isTTY === true && env['TERM'] !== 'dumb' && !env['CI'],
    interrupted: watchForInterruption(writeProgress),
    github: githubOf(env, process.cwd()),
  }
}

/** Tables need 80, and beyond 200 a line is too long for an eye to follow. */
function columnsOf(columns: number): number {
  return Number.isInteger(columns) ? Math.min(200, Math.max(80, columns)) : plainColumns
}
