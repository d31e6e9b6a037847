import { execa } from 'execa'
import { Unavailable } from './unavailable.ts'

export interface ToolOptions {
  readonly input?: string
  readonly env?: Readonly<Record<string, string>>
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

/** A command-line tool that failed, with the last lines of what it said. */
export class ToolFailed extends Unavailable {
  /** All of its stderr. */
  readonly stderr: string
  constructor(message: string, stderr: string) {
    super(message)
    this.stderr = stderr
  }
}

/**
 * Runs a command-line tool without a shell. @returns its stdout. @throws ToolFailed, or the signal's reason when it was aborted.
 */
export async function runTool(tool: string, args: readonly string[], options: ToolOptions = {}): Promise<string> {
  const { input, env, timeoutMs = 120_000, signal } = options
  signal?.throwIfAborted()
  const result = await execa(tool, args, {
    reject: false,
    timeout: timeoutMs,
    forceKillAfterDelay: 5000,
    ...(signal && { cancelSignal: signal }),
    ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
    ...(env && { env }),
  })
  signal?.throwIfAborted()
  if (!result.failed) return result.stdout
  if (result.code === 'ENOENT')
    throw new ToolFailed(`${tool} is not on the PATH: \`carmine doctor\` says where to get it`, '')
  const said = result.stderr.trim().split('\n').slice(-5).join('\n')
  const why = result.timedOut
    ? `did not end within ${timeoutMs / 1000} s`
    : `failed (exit code ${result.exitCode ?? 'none'})`
  throw new ToolFailed(`${tool} ${args.slice(0, 4).join(' ')} ${why}: ${said || result.shortMessage}`, result.stderr)
}
