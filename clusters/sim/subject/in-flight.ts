import { poissonQuantile } from '../../../harness/stats/quantiles.ts'
import { type StreamKey, uniform3 } from '../../../harness/stats/uniform.ts'
import { cellMs } from './cell.ts'
import type { HungRequests, PodUsage } from './pod-usage.ts'

/**
 * The gauge of requests in progress as a scrape finds it. Those that will be answered come and go independently, so that their number
 * is a Poisson draw around what Little's law says of the cell (M/G/∞, whose stationary law depends on the times by their mean alone);
 * those that hang are counted one by one, and workers that never come back are never done.
 * @param luck null: no luck, the expected number, rounded.
 * @param scrapeKey tells the pods apart.
 */
export function inFlightAt(
  { atStart, hung, stuck }: PodUsage,
  luck: StreamKey | null,
  scrapeKey: number,
  atMs: number,
): number {
  const { inFlight } = atStart
  let count = stuck
  if (luck === null) count += Math.round(inFlight)
  else if (inFlight > 0) count += poissonQuantile(uniform3(luck, scrapeKey, atMs, 0), inFlight)
  for (const requests of hung) count += arrivedBy(requests, atMs) - arrivedBy(requests, atMs - requests.heldMs)
  return count
}

/** Those of a cell's requests that have arrived by a time: they come evenly. */
function arrivedBy({ startMs, count }: HungRequests, atMs: number): number {
  return Math.floor(count * Math.min(1, Math.max(0, (atMs - startMs) / cellMs)))
}

/** With the requests of one more cell that hang; those that have been given up by then are forgotten. Changes no list. */
export function withHung(
  hung: readonly HungRequests[],
  { startMs, count, heldMs }: HungRequests,
): readonly HungRequests[] {
  const held = hung.filter(one => one.startMs + cellMs + one.heldMs > startMs)
  if (count > 0) held.push({ startMs, count, heldMs })
  return held
}
