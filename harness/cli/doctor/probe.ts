import { execa } from 'execa'

export const notFound = 'not on the PATH'

const timeoutMs = 10_000

/** What a tool says; undefined in `text` where it is not there or does not answer. */
export interface Answer {
  readonly text: string | undefined
  /** Why there is no text. */
  readonly problem: string
}

/** Runs a tool for a moment. @returns its whole stdout. */
export async function ask(tool: string, ...args: string[]): Promise<Answer> {
  const result = await execa(tool, args, { reject: false, timeout: timeoutMs, stdin: 'ignore' })
  if (!result.failed) return { text: result.stdout.trim(), problem: '' }
  if (result.code === 'ENOENT') return { text: undefined, problem: notFound }
  if (result.timedOut) return { text: undefined, problem: `no answer in ${timeoutMs / 1000} s` }
  return { text: undefined, problem: result.stderr.trim().split('\n').at(-1) || result.shortMessage || 'failed' }
}
