import type { VerifiedOutcome } from '../harness/model/effect.ts'
import type { Look } from '../harness/model/look.ts'
import { maxLogLikelihood } from '../harness/stats/proportion.ts'
import { type Bits, serviceBits, sumOf } from './evidence/bits.ts'

/** Bad requests of the service under test: failed, or slower than the objective's bound. */
export interface Counts extends Bits {
  /** Time that the looks cover. */
  readonly seconds: number
}

/** @param isWanted which looks count */
export function countBad(looks: readonly Look[], service: string, isWanted: (look: Look) => boolean): Counts {
  const wanted = looks.filter(isWanted)
  const seconds = wanted.reduce((sum, { fromMs, toMs }) => sum + (toMs - fromMs) / 1000, 0)
  return { ...sumOf(wanted, look => serviceBits(look, service)), seconds }
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
  const of = ({ bad, requests }: Bits) => maxLogLikelihood(bad, requests)
  const ofBoth = maxLogLikelihood(before.bad + after.bad, before.requests + after.requests)
  const deviance = 2 * (of(before) + of(after) - ofBoth)
  const sign = Math.sign(after.bad / after.requests - before.bad / before.requests)
  return sign * Math.sqrt(Math.max(0, deviance))
}
