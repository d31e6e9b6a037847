import { createInterface } from 'node:readline/promises'

/** Asks whoever sits at the terminal for a line, on stderr; Ctrl-D is an empty one. Rejects with the signal's reason when it aborts. */
export async function askWord(question: string, signal: AbortSignal): Promise<string> {
  const asked = createInterface({ input: process.stdin, output: process.stderr })
  // A terminal in raw mode passes Ctrl-C on as a key.
  asked.on('SIGINT', () => process.kill(process.pid, 'SIGINT'))
  try {
    // Once it is closed, nothing answers the question.
    const closed = new Promise<string>(resolve => asked.once('close', () => resolve('')))
    return (await Promise.race([asked.question(question, { signal }), closed])).trim()
  } finally {
    asked.close()
  }
}
