import type { EventType, TrialEvent } from '../model/event.ts'

/** When the fault reached requests or pods, and the requests that were counted. */
export interface Touches {
  /** Onset: the first touched request or pod. */
  readonly firstMs: number | null
  /** End of the last touched request or pod, the trial's end when it is still going on; negative infinity where there is none. */
  readonly lastMs: number
  readonly stillTouched: boolean
  /** Of users, up to the horizon, and the bad ones among them. */
  readonly requests: number
  readonly badRequests: number
  /** Up to the trial's end: beyond the horizon the last rates are carried on. */
  readonly badRequestsToEnd: number
}

/**
 * Share of bad requests from which a lack of capacity is felt: what the service's objective of 99 % allows. It has no beginning, and makes
 * requests wait a little longer at any load, however many pods there are; in a shadow with as many pods of full capacity they would not.
 */
export const feltShare = 0.01

/** What `foldTouches` reads; it needs no other events. */
export const touchTypes: readonly EventType[] = ['truth.cell', 'truth.pod', 'truth.carried', 'trial.ended']

/**
 * @param beganMs when the deploy's pods first received traffic, or a flag was switched: a cell's touched requests are no earlier. Cells
 * last seconds, so a last touch within one is taken at the cell's end.
 * @param badShare a cell with fewer bad requests than this share counts as untouched
 */
export function foldTouches(events: readonly TrialEvent[], beganMs: number, badShare = 0): Touches {
  let firstMs: number | null = null
  let lastMs = Number.NEGATIVE_INFINITY
  let requests = 0
  let requestsPerHour = 0
  let badRequests = 0
  let badCarried = 0
  let carried = { sinceMs: 0, badPerHour: 0, touched: false }
  const touchedPods = new Set<string>()

  for (const event of events) {
    if (event.type === 'truth.cell') {
      requests += event.data.requests
      badRequests += event.data.bad
      requestsPerHour = (event.data.requests * 3_600_000) / (event.t - event.data.fromMs)
      if (event.data.touched === 0 || event.data.bad < badShare * event.data.requests) continue
      firstMs ??= Math.min(event.t, Math.max(event.data.fromMs, beganMs))
      lastMs = event.t
    } else if (event.type === 'truth.pod') {
      firstMs ??= event.t
      lastMs = event.t
      if (event.data.touched) touchedPods.add(event.data.pod)
      else touchedPods.delete(event.data.pod)
    } else if (event.type === 'truth.carried' || event.type === 'trial.ended') {
      badCarried += (carried.badPerHour * (event.t - carried.sinceMs)) / 3_600_000
      if (carried.touched) lastMs = event.t
      if (event.type === 'trial.ended') continue
      const { badPerHour, touchedPerHour } = event.data
      const touched = touchedPerHour > 0 && badPerHour >= badShare * requestsPerHour
      carried = { sinceMs: event.t, badPerHour, touched }
    }
  }
  const badRequestsToEnd = badRequests + badCarried
  const stillTouched = carried.touched || touchedPods.size > 0
  return { firstMs, lastMs, stillTouched, requests, badRequests, badRequestsToEnd }
}
