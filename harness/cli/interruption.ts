import { exitCodes } from './exit-codes.ts'

// A terminal and npm both pass the same Ctrl-C on: what comes this soon is no second one.
const samePressMs = 500

/**
 * Aborts at the first SIGINT, SIGTERM or SIGHUP, so that a command can clean up and end with 130; the next one ends the process at once.
 * To be called once in a process.
 */
export function watchForInterruption(say: (text: string) => void): AbortSignal {
  const controller = new AbortController()
  let firstMs: number | undefined
  const onSignal = () => {
    if (firstMs === undefined) {
      firstMs = performance.now()
      controller.abort()
      say('carmine: interrupted, cleaning up; once more to stop at once\n')
    } else if (performance.now() - firstMs >= samePressMs) {
      say('carmine: stopped before the clean-up was done\n')
      process.exit(exitCodes.interrupted)
    }
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, onSignal)
  return controller.signal
}
