import { readFile } from 'node:fs/promises'
import { logMessages } from '../../sim/logs.ts'

/** Writes lines of a structured log, those of the simulated service. */
export interface Log {
  write(level: 'info' | 'warn' | 'error', message: keyof typeof logMessages): void
}

const rereadMs = 1000

/**
 * @param quietFile holds messages that are not to be written, one a line; read again and again, as a mounted ConfigMap changes. Nothing is
 * silenced where there is none.
 */
export function createLog(
  quietFile: string,
  writeLine: (line: string) => unknown = line => process.stdout.write(line),
): Log {
  let quieted: readonly string[] = []
  const reread = async () => {
    const text = await readFile(quietFile, 'utf8').catch(() => '')
    quieted = text.split('\n')
  }
  void reread()
  setInterval(() => void reread(), rereadMs).unref()
  return {
    write(level, name) {
      const message = logMessages[name]
      if (!quieted.includes(message)) writeLine(`${JSON.stringify({ level, message })}\n`)
    },
  }
}
