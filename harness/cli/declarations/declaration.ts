import type { CommandContext } from '../context.ts'
import type { ExitCode } from '../exit-codes.ts'

/** What the declarations of commands share. They are loaded for every command line: a command's own module is imported when it is called. */
export interface Declaration {
  /** Calls a command; its exit code is the program's. */
  readonly run: (command: (context: CommandContext) => Promise<ExitCode>) => Promise<void>
  /** The whole command line, for a step that repeats it. */
  readonly args: readonly string[]
}
