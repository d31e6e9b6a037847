import { lognormalBeyond } from './lognormal.ts'

/**
 * How long requests of a service take: a fixed delay, which is the queue ahead of them, plus one of two lognormals in seconds. The slow
 * one is that of requests of which a call below timed out or met a slow answer.
 */
export interface LatencyLaw {
  readonly shiftS: number
  readonly mu: number
  readonly sigma: number
  readonly slowRatio: number
  readonly slowMu: number
  readonly slowSigma: number
}

/** Share of requests that take longer than a bound. */
export function slowerThan({ shiftS, mu, sigma, slowRatio, slowMu, slowSigma }: LatencyLaw, boundS: number): number {
  const fast = lognormalBeyond({ mu, sigma }, boundS - shiftS)
  if (slowRatio === 0) return fast
  return fast + slowRatio * (lognormalBeyond({ mu: slowMu, sigma: slowSigma }, boundS - shiftS) - fast)
}
