import type { TrialEvent } from '../model/event.ts'

/** Bad requests of users, to the horizon. */
export function badRequests(events: readonly TrialEvent[]): number {
  return events.reduce((sum, { type, data }) => sum + (type === 'truth.cell' ? data.bad : 0), 0)
}

/** All of them. */
export function requestsOf(events: readonly TrialEvent[]): number {
  return events.reduce((sum, { type, data }) => sum + (type === 'truth.cell' ? data.requests : 0), 0)
}
