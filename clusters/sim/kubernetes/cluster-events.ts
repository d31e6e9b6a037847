import type { KubernetesState } from './state.ts'

/** An Event of Kubernetes about something other than a Rollout or AnalysisRun. */
export interface ClusterEvent {
  readonly object: 'Pod' | 'Node' | 'ReplicaSet' | 'HorizontalPodAutoscaler'
  readonly name: string
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly message: string
}

/** What a recorder remembers of one object and reason. */
export interface EventSeries {
  readonly type: ClusterEvent['type']
  readonly reason: string
  readonly lastMs: number
  /** Different messages, and how often each came. */
  readonly messages: readonly { readonly message: string; readonly count: number }[]
  /** Events that came when there were too many messages. */
  readonly combined: number
}

/**
 * From the tenth different message of one reason on, Events are combined; a reason that was silent for 10 min starts afresh
 * (client-go, tools/record/events_cache.go, defaultAggregateMaxEvents, defaultAggregateIntervalInSeconds, EventAggregate).
 */
const maxMessages = 10
const seriesEndsAfterMs = 600_000

/**
 * Records an Event as the recorders of Kubernetes do: an equal one only raises the count of the first. A count is written when it
 * doubles, not each time, so that a probe that fails for an hour takes few lines.
 * @param times how many equal Events these are; several have come since the last one without a break
 */
export function emitEvent(
  state: KubernetesState,
  nowMs: number,
  object: ClusterEvent['object'],
  name: string,
  type: ClusterEvent['type'],
  reason: string,
  message: string,
  times = 1,
): void {
  const key = `${object}/${name}`
  const known = state.eventSeries[key] ?? []
  const index = known.findIndex(series => series.reason === reason && series.type === type)
  const found = known[index]
  const before: EventSeries =
    found === undefined || (times === 1 && nowMs - found.lastMs > seriesEndsAfterMs)
      ? { type, reason, lastMs: nowMs, messages: [], combined: 0 }
      : found
  const counted = before.messages.find(one => one.message === message)
  const isCombined = counted === undefined && before.messages.length >= maxMessages - 1
  const countBefore = isCombined ? before.combined : (counted?.count ?? 0)
  const count = countBefore + times
  const messages = isCombined
    ? before.messages
    : counted === undefined
      ? [...before.messages, { message, count }]
      : before.messages.map(one => (one === counted ? { message, count } : one))
  const after: EventSeries = { ...before, lastMs: nowMs, messages, combined: isCombined ? count : before.combined }
  state.eventSeries[key] = index < 0 ? [...known, after] : known.with(index, after)
  if (countBefore > 0 && Math.floor(Math.log2(count)) === Math.floor(Math.log2(countBefore))) return
  const text = isCombined ? `(combined from similar events): ${message}` : message
  state.clusterEvents.push({ object, name, type, reason, message: count > 1 ? `${text} (x${count})` : text })
}

/** Forgets what was recorded about an object that is gone. */
export function forgetEvents(state: KubernetesState, object: ClusterEvent['object'], name: string): void {
  delete state.eventSeries[`${object}/${name}`]
}

/** The Events recorded since the last call, in order, and empties the list. */
export function drainClusterEvents(state: KubernetesState): ClusterEvent[] {
  const { clusterEvents } = state
  if (clusterEvents.length > 0) state.clusterEvents = []
  return clusterEvents
}
