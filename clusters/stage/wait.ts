import { setTimeout as sleep } from 'node:timers/promises'
import { Unavailable } from './unavailable.ts'

/** What a probe saw: the awaited thing, a sentence on how far it is, or why it will never be there. */
export type Seen<T> = { readonly done: T } | { readonly pending: string } | { readonly failed: Error }

/**
 * Probes until the thing is there. @throws Unavailable, which says what was seen last, when `timeoutMs` is over, and what failed at once; a
 * probe that throws counts as pending, with its message.
 */
export async function waitFor<T>(
  what: string,
  probe: () => Promise<Seen<T>>,
  { timeoutMs, signal, intervalMs = 500 }: { timeoutMs: number; signal: AbortSignal; intervalMs?: number },
): Promise<T> {
  const endMs = performance.now() + timeoutMs
  let last = 'nothing yet'
  while (performance.now() < endMs) {
    signal.throwIfAborted()
    const seen = await probe().catch((error: unknown): Seen<T> => {
      signal.throwIfAborted()
      return { pending: error instanceof Error ? error.message : String(error) }
    })
    if ('done' in seen) return seen.done
    if ('failed' in seen) throw seen.failed
    last = seen.pending
    await sleep(intervalMs, undefined, { signal })
  }
  throw new Unavailable(`${what} did not happen within ${timeoutMs / 1000} s; last seen: ${last}`)
}
