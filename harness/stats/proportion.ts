import type { Estimate } from './estimate.ts'
import { betaincInverse, normalQuantile } from './special.ts'

/**
 * Wilson's score interval of a proportion (1927), which describes a rate: near its nominal coverage on average, even
 * for few trials and rates at 0 or 1 (Brown, Cai and DasGupta 2001). All null where `n` is 0.
 * @param confidence two-sided, in (0, 1)
 */
export function wilson(successes: number, n: number, confidence = 0.95): Estimate {
  assertCounts(successes, n)
  if (n === 0) return { value: null, low: null, high: null }
  const z = normalQuantile((1 + confidence) / 2)
  const p = successes / n
  const centre = p + (z * z) / (2 * n)
  const margin = z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n))
  const scale = 1 + (z * z) / n
  // At 0 and n the end is exact; the formula would leave a rounding error of either sign.
  return {
    value: p,
    low: successes === 0 ? 0 : Math.max(0, (centre - margin) / scale),
    high: successes === n ? 1 : Math.min(1, (centre + margin) / scale),
  }
}

/**
 * Clopper and Pearson's exact interval (1934), whose coverage is never below the nominal one. All null where `n` is 0.
 * @param confidence two-sided, in (0, 1)
 */
export function clopperPearson(successes: number, n: number, confidence = 0.95): Estimate {
  assertCounts(successes, n)
  if (n === 0) return { value: null, low: null, high: null }
  const oneSided = (1 + confidence) / 2
  return { value: successes / n, low: claimLow(successes, n, oneSided), high: claimHigh(successes, n, oneSided) }
}

/**
 * One-sided Clopper-Pearson upper bound: the claim "rate < b" stands where it is below b. With no success it is below 1
 * % from 299 trials on. 1 where `n` is 0: nothing is known.
 * @param confidence one-sided, in (0, 1); 1 - 0.05/m for the worst of m (Bonferroni)
 */
export function claimHigh(successes: number, n: number, confidence = 0.95): number {
  assertCounts(successes, n)
  if (successes === n) return 1
  if (successes === 0) return -Math.expm1(Math.log1p(-confidence) / n)
  return betaincInverse(confidence, successes + 1, n - successes)
}

/** One-sided Clopper-Pearson lower bound, for the claim "rate > b". 0 where `n` is 0. See `claimHigh`. */
export function claimLow(successes: number, n: number, confidence = 0.95): number {
  assertCounts(successes, n)
  if (successes === 0) return 0
  if (successes === n) return Math.exp(Math.log1p(-confidence) / n)
  return betaincInverse(1 - confidence, successes, n - successes + 1)
}

function assertCounts(successes: number, n: number): void {
  if (!(Number.isInteger(successes) && Number.isInteger(n) && successes >= 0 && successes <= n))
    throw new RangeError(`${successes} successes of ${n} trials is no proportion`)
}

/** Log likelihood of a binomial sequence under the share that explains it best; nats, 0 where nothing or everything is a success. */
export function maxLogLikelihood(successes: number, n: number): number {
  if (successes <= 0 || successes >= n) return 0
  const share = successes / n
  return successes * Math.log(share) + (n - successes) * Math.log1p(-share)
}
