import { lognormalBeyond } from './lognormal.ts'

/**
 * How long requests of a service take: a fixed delay, which is the queue ahead of them, plus one of two lognormals in seconds. The slow one is that
 * of requests of which a call below timed out or met a slow answer.
 */
export interface LatencyLaw {
  readonly shiftS: number
  readonly mu: number
  readonly sigma: number
  readonly slowRatio: number
  readonly slowMu: number
  readonly slowSigma: number
}

/**
 * Share of requests that take longer than a bound.
 * @param tailRatio a share of requests takes `tailFactor` times as long in all.
 */
export function slowerThan(law: LatencyLaw, boundS: number, tailRatio = 0, tailFactor = 1): number {
  const body = beyond(law, boundS)
  return tailRatio === 0 ? body : (1 - tailRatio) * body + tailRatio * beyond(law, boundS / tailFactor)
}

function beyond({ shiftS, mu, sigma, slowRatio, slowMu, slowSigma }: LatencyLaw, boundS: number): number {
  const share = lognormalBeyond({ mu, sigma }, boundS - shiftS)
  if (slowRatio === 0) return share
  return (1 - slowRatio) * share + slowRatio * lognormalBeyond({ mu: slowMu, sigma: slowSigma }, boundS - shiftS)
}
