import { k6Errors } from './k6-check.ts'
import type { ProfiledLoad } from './load-stages.ts'
import { type Seen, waitFor } from './wait.ts'

/** What k6 sent and what became of it. */
export interface LoadResult {
  readonly sent: number
  readonly failed: number
  readonly dropped: number
  /** Thresholds of the script that were missed, as `http_req_failed: rate<0.01`. */
  readonly missed: readonly string[]
}

export interface LoadRun extends ProfiledLoad {
  /** Text of a k6 script; scenarios/load/main.js says what it may bring, docs/how-to/bring-your-own-load.md what it may read. */
  readonly script: string
  /** Without a slash at its end. */
  readonly targetUrl: string
}

/** A load that is set up. What rejects may be asked again. */
export interface Load {
  /** Waits until it can begin at once. */
  ready(signal: AbortSignal): Promise<void>
  /** Has it begin, unless it has. */
  begin(signal: AbortSignal): Promise<void>
  /** Its result where it has ended; it has failed where k6 failed by anything but a threshold. */
  look(signal: AbortSignal): Promise<Seen<LoadResult>>
  /** Has it end at once, though it would last longer. */
  stop(signal: AbortSignal): Promise<void>
}

/** k6 ends when it is told, or by itself soon after the trial; a machine that is busy may be late to say so. */
const resultWithinMs = 180_000

/** Ends a load, and waits for what it has to say. */
export function endOfLoad(load: Load, signal: AbortSignal): Promise<LoadResult> {
  return waitFor(
    'the end of the load',
    async () => {
      const seen = await load.look(signal)
      if ('pending' in seen) await load.stop(signal)
      return seen
    },
    { timeoutMs: resultWithinMs, signal, intervalMs: 250 },
  )
}

/** Exit codes of k6 v1 (errext/exitcodes/codes.go) that come with a result: its end, missed thresholds, and a stop over its HTTP API. */
const ended = [0, 99, 103]

/** @throws where the log has no summary or k6 failed by anything but a threshold. */
export function parseLoadResult(exitCode: number, log: string): LoadResult {
  // A script may print anything before.
  const summary = log.split('\n').findLast(line => line.startsWith('{"sent":'))
  if (summary === undefined || !ended.includes(exitCode)) {
    throw new Error(`k6 failed with exit code ${exitCode}: ${k6Errors(log)}`)
  }
  return JSON.parse(summary) as LoadResult
}
