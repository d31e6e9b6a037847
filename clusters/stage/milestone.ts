import { formatDuration } from '../../harness/model/duration.ts'
import type { EventData, EventType } from '../../harness/model/event.ts'

/** What those who watch a run are told while it plays: the events that decide a trial. */
const sayings: { readonly [T in EventType]?: (data: EventData<T>) => string | undefined } = {
  'page.sent': ({ reason }) => `paged: ${reason}`,
  'operation.finished': ({ actor, operation, ok, message }) =>
    `${operation} by the ${actor}: ${ok ? message : `failed: ${message}`}`,
  'rollout.aborted': ({ actor, message }) => (actor === 'argo' ? `aborted by Argo Rollouts: ${message}` : undefined),
  'action.verified': ({ outcome, reason }) => `the action is verified, ${outcome}: ${reason}`,
}

/**
 * @param t ms of the trial
 * @returns a line such as `1m5s abort by the engine: status.abort set`; undefined for what decides nothing
 */
export function milestone<T extends EventType>(t: number, type: T, data: EventData<T>): string | undefined {
  const words = sayings[type]?.(data)
  return words && `${formatDuration(t)} ${words}`
}
