import type { VerifiedOutcome } from '../harness/model/effect.ts'
import type { Look } from '../harness/model/look.ts'

/** Bad requests of the service under test: failed, or slower than the objective's bound. */
export interface Counts {
  readonly requests: number
  readonly bad: number
  /** Time that the looks cover. */
  readonly seconds: number
}

/** @param isWanted which looks count */
export function countBad(looks: readonly Look[], service: string, isWanted: (look: Look) => boolean): Counts {
  let requests = 0
  let bad = 0
  let seconds = 0
  for (const look of looks) {
    if (!isWanted(look)) continue
    seconds += (look.toMs - look.fromMs) / 1000
    const one = look.services.find(other => other.service === service)
    requests += one?.requests ?? 0
    bad += (one?.errors ?? 0) + (one?.slow ?? 0)
  }
  return { requests, bad, seconds }
}

/** Standard deviations by which two shares have to differ: one false verdict in 740 where they are the same. */
const surely = 3

/** A difference in the share of bad requests that nobody would mind (assumption). */
const negligible = 0.005

/**
 * Whether things are better after an action than before it, by the signed root of the likelihood ratio of two binomial shares, which
 * keeps its level where bad requests are rare. Where more requests are answered well than before, it is the demand that has grown: an
 * action that helps to meet it has made nothing worse.
 */
export function compare(before: Counts, after: Counts): VerifiedOutcome {
  if (before.requests === 0 || after.requests === 0) return 'unknown'
  const difference = after.bad / after.requests - before.bad / before.requests
  const root = signedRoot(before, after)
  if (root >= surely && difference > negligible && goodput(after) < goodput(before)) return 'worse'
  return root <= -surely ? 'better' : 'no worse'
}

/** Requests that were answered well and in time, per second. */
function goodput({ requests, bad, seconds }: Counts): number {
  return (requests - bad) / seconds
}

/** Above 0 where the share is higher after; standard normal where it is the same. */
export function signedRoot(before: Counts, after: Counts): number {
  const pooled = (before.bad + after.bad) / (before.requests + after.requests)
  const term = ({ bad, requests }: Counts) =>
    gain(bad, requests * pooled) + gain(requests - bad, requests * (1 - pooled))
  const deviance = 2 * (term(before) + term(after))
  const sign = Math.sign(after.bad / after.requests - before.bad / before.requests)
  return sign * Math.sqrt(Math.max(0, deviance))
}

function gain(observed: number, expected: number): number {
  return observed === 0 ? 0 : observed * Math.log(observed / expected)
}
