import { createInterface } from 'node:readline/promises'

/** Asks whoever sits at the terminal for a line, on stderr. Rejects with the signal's reason when it aborts. */
export async function askWord(question: string, signal: AbortSignal): Promise<string> {
  const asked = createInterface({ input: process.stdin, output: process.stderr })
  // A terminal in raw mode passes Ctrl-C on as a key.
  asked.on('SIGINT', () => process.kill(process.pid, 'SIGINT'))
  try {
    return (await asked.question(question, { signal })).trim()
  } finally {
    asked.close()
  }
}
