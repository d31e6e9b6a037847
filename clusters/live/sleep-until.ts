import { setTimeout as sleep } from 'node:timers/promises'

/** Goes on at an instant of the epoch, and never before it as a timer may, by a millisecond. Rejects when the signal aborts. */
export async function sleepUntil(epochMs: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  for (let leftMs = epochMs - Date.now(); leftMs > 0; leftMs = epochMs - Date.now())
    await sleep(leftMs, undefined, { signal })
}
