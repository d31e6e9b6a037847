import { toAscii, wantsAscii } from '../../reports/ascii.ts'
import { wantsColor } from '../../reports/color.ts'
import { liveLines } from '../../reports/live-lines.ts'
import { plainColumns } from './columns.ts'
import { type Github, githubOf } from './github.ts'
import { watchForInterruption } from './interruption.ts'
import { type NextStep, renderSteps } from './next-steps.ts'
import { programName } from './program-name.ts'

/** What a command may know of the process it runs in, and the two streams: the result goes to stdout, all else to stderr. */
export interface CommandContext {
  /** A document, byte for byte. */
  readonly writeResult: (text: string) => void
  /** A result for people: in ASCII where the locale has no more. */
  readonly writeText: (text: string) => void
  readonly writeProgress: (text: string) => void
  readonly stdoutIsTerminal: boolean
  readonly stdoutColor: boolean
  /** Width to lay results out for: the terminal's, at least 80; 100 where there is none, or what COLUMNS says. */
  readonly columns: number
  /** A terminal that no CI log is made of, where a line may be drawn over. */
  readonly stderrIsTerminal: boolean
  /** Draws lines below all other output of stderr, over those it drew before; undefined where that is no such terminal. */
  readonly drawStatus: ((lines: readonly string[]) => void) | undefined
  /** Says what could be typed next, to whoever sits at a terminal. */
  readonly suggest: (steps: readonly NextStep[]) => void
  /** Aborted at the first Ctrl-C: clean up and end with exit code 130. */
  readonly interrupted: AbortSignal
  readonly github: Github
}

/** The context of this process; from now on a command has to heed `interrupted`. */
export function processContext(): CommandContext {
  const { stdout, stderr, env } = process
  const [stdoutIsTerminal, isAscii] = [stdout.isTTY === true, wantsAscii(env)]
  const stderrIsTerminal = stderr.isTTY === true && env['TERM'] !== 'dumb' && !env['CI']
  const forPeople = (text: string) => (isAscii ? toAscii(text) : text)
  const live = liveLines(text => void stderr.write(forPeople(text)))
  const writeProgress = stderrIsTerminal ? live.write : (text: string) => void stderr.write(forPeople(text))
  const writeResult = (text: string) => {
    if (stdoutIsTerminal) live.draw([])
    stdout.write(text)
  }
  return {
    writeResult,
    writeText: text => writeResult(forPeople(text)),
    writeProgress,
    stdoutIsTerminal,
    stdoutColor: wantsColor(env, stdoutIsTerminal),
    columns: columnsOf(stdout.columns ?? Number(env['COLUMNS'] || plainColumns)),
    stderrIsTerminal,
    drawStatus: stderrIsTerminal
      ? lines => live.draw(lines.map(line => line.slice(0, (stderr.columns ?? plainColumns) - 1)))
      : undefined,
    suggest: steps => {
      if (!stderrIsTerminal || !stdoutIsTerminal || steps.length === 0) return
      writeProgress(`\n${renderSteps(steps, programName(env))}`)
    },
    interrupted: watchForInterruption(writeProgress),
    github: githubOf(env, process.cwd()),
  }
}

/** Tables need 80, and beyond 200 a line is too long for an eye to follow. */
function columnsOf(columns: number): number {
  return Number.isInteger(columns) ? Math.min(200, Math.max(80, columns)) : plainColumns
}
