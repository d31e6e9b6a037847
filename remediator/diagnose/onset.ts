import { maxLogLikelihood } from '../../harness/stats/proportion.ts'

/** Requests of one look, and how many of them were bad. */
export interface BadCount {
  readonly toMs: number
  readonly fromMs: number
  readonly requests: number
  readonly bad: number
}

export interface Onset {
  readonly atMs: number
  /** How much better a change then explains the counts than none. */
  readonly nats: number
  readonly before: number
  readonly after: number
  /** Whether a change at the first request explains the counts nearly as well. */
  readonly mayBeFirst: boolean
}

/** Nats that a change has to explain (e^-10, over some hundred places where it could be). */
const convincingNats = 10
/** Nats that tell two times of a change apart (e^-4). */
const distinctNats = 4
/** Smaller rises are what services do by themselves (assumption). */
const leastRise = 1.5

/**
 * The look from which on a larger share of the requests was bad: maximum likelihood of one change of a binomial share.
 * @param past what went before the first count; without requests the first looks have to tell.
 * @returns undefined where there is no convincing rise
 */
export function findOnset(
  counts: readonly BadCount[],
  past: { readonly requests: number; readonly bad: number },
): Onset | undefined {
  let allRequests = past.requests
  let allBad = past.bad
  for (const { requests, bad } of counts) {
    allRequests += requests
    allBad += bad
  }
  const none = maxLogLikelihood(allBad, allRequests)
  let best: Omit<Onset, 'mayBeFirst'> | undefined
  let firstNats: number | undefined
  let { requests: requestsBefore, bad: badBefore } = past
  for (const { fromMs, requests, bad } of counts) {
    const requestsAfter = allRequests - requestsBefore
    const badAfter = allBad - badBefore
    if (requests > 0 && requestsBefore > 0 && requestsAfter > 0) {
      const before = badBefore / requestsBefore
      const after = badAfter / requestsAfter
      const nats = maxLogLikelihood(badBefore, requestsBefore) + maxLogLikelihood(badAfter, requestsAfter) - none
      firstNats ??= after > before ? nats : 0
      if (after >= leastRise * before && nats > (best?.nats ?? convincingNats))
        best = { atMs: fromMs, nats, before, after }
    }
    requestsBefore += requests
    badBefore += bad
  }
  return best && { ...best, mayBeFirst: best.nats - (firstNats ?? 0) < distinctNats }
}
