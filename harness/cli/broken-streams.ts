import { exitCodes } from './exit-codes.ts'
import { reportError } from './report-error.ts'

/** From now on a reader of our output that has seen enough (`| head`) is no bug, and a full disk below it is told. */
export function heedBrokenStreams(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(exitCodes.pass)
      process.exit(reportError(error, text => process.stderr.write(text)))
    })
  }
}
