/** What the subject writes of its requests: the same lines as the simulator's processes. */
export const logMessages = {
  requestFailed: 'request failed: internal server error',
  clientGone: 'client closed the connection before the answer',
  slowRequest: 'slow request',
  callsFailed: 'request failed: a call to another service failed or timed out',
  deprecated: 'deprecated request header accepted',
  stopping: 'received SIGTERM, draining',
  exited: 'unhandled error, process exits with code 1',
} as const

export type LogMessage = (typeof logMessages)[keyof typeof logMessages]

/** Writes a line of a structured log. */
export function writeLog(level: 'info' | 'warn' | 'error' | 'fatal', message: LogMessage): void {
  process.stdout.write(`${JSON.stringify({ level, message })}\n`)
}
