import { setTimeout as sleep } from 'node:timers/promises'
import { type KubeApi, KubeError, NoAnswer } from './kube-api.ts'

export interface OperationResult {
  readonly ok: boolean
  readonly message: string
}

/** Nothing to do, or not to be done; or the request that does it. */
export type Judged = OperationResult | { readonly write: () => Promise<unknown>; readonly message: string }

const conflictRetries = 5
/** An API server of a kind cluster that is restarted is back within half of that, as seen on two cores. */
const patienceMs = 45_000
const firstWaitMs = 100
const longestWaitMs = 5000

/**
 * Reads, judges and writes until it is known whether the thing is done. A conflict is read and judged again; so is a request whose answer
 * was lost or that the server failed at, which may have been carried out: then `judge` is told so, and what is done already is not done
 * again. What was met on the way is told to the API's `onRecovery`. Never throws; gives up with the last reason.
 * @param judge `isUncertain`: an earlier request may have been carried out
 */
export async function attempt<T>(
  { onRecovery }: Pick<KubeApi, 'onRecovery'>,
  read: () => Promise<T>,
  judge: (seen: T, isUncertain: boolean) => Judged,
  signal: AbortSignal,
): Promise<OperationResult> {
  const startMs = performance.now()
  let met: string | undefined
  let isUncertain = false
  let wasAway = false
  let conflicts = 0
  const ended = (result: OperationResult): OperationResult => {
    if (met !== undefined) onRecovery({ reason: met, tookMs: performance.now() - startMs })
    return result
  }
  for (let waitMs = firstWaitMs; ; ) {
    try {
      const judged = judge(await read(), isUncertain)
      if (!('write' in judged)) return ended(judged)
      try {
        await judged.write()
        return ended({ ok: true, message: judged.message })
      } catch (error) {
        isUncertain ||= isLost(error)
        throw error
      }
    } catch (error) {
      const refusal = refused(error instanceof Error ? error.message : String(error))
      if (signal.aborted) return refusal
      met ??= refusal.message
      if (isConflict(error)) {
        if (++conflicts > conflictRetries) return refusal
        continue
      }
      wasAway ||= isLost(error)
      if (!isLost(error) && !isBusy(error) && !(wasAway && isForbidden(error))) return refusal
      const delayMs = (isBusy(error) ? error.retryAfterMs : undefined) ?? waitMs
      waitMs = Math.min(2 * waitMs, longestWaitMs)
      if (performance.now() + delayMs >= startMs + patienceMs) return refusal
      await sleep(delayMs, undefined, { signal }).catch(() => undefined)
    }
  }
}

export function refused(message: string): OperationResult {
  return { ok: false, message }
}

/** The object has changed since it was read, or a `test` of a JSON patch says so. */
function isConflict(error: unknown): boolean {
  return error instanceof KubeError && (error.status === 409 || error.status === 422)
}

function isBusy(error: unknown): error is KubeError {
  return error instanceof KubeError && error.status === 429
}

/** Of a server that has just started: it does not know yet who may do what. */
function isForbidden(error: unknown): boolean {
  return error instanceof KubeError && error.status === 403
}

/** No answer, or one that does not tell whether anything was done; a mistake in a program is none. */
function isLost(error: unknown): boolean {
  return error instanceof KubeError ? error.status >= 500 : error instanceof NoAnswer
}
