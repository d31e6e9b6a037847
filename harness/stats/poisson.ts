import type { Estimate } from './estimate.ts'
import { gammaincP, gammaincQ } from './special.ts'

/**
 * Rate of events that come as a Poisson process, per unit of `exposure`, with Garwood's exact interval ("Fiducial limits for the
 * Poisson distribution", Biometrika 1936): the means under which as many events, or as few, have a chance of (1 - confidence) / 2,
 * which are quantiles of the gamma distribution with shape `count` and `count` + 1. All null without exposure.
 * @param count a whole number >= 0
 * @param confidence two-sided, in (0, 1)
 */
export function poissonRate(count: number, exposure: number, confidence = 0.95): Estimate {
  if (exposure === 0) return { value: null, low: null, high: null }
  const tail = (1 - confidence) / 2
  const low = count === 0 ? 0 : solve(mean => gammaincP(count, mean) >= tail)
  const high = solve(mean => gammaincQ(count + 1, mean) <= tail)
  return { value: count / exposure, low: low / exposure, high: high / exposure }
}

/** The least mean from which on the condition holds, by halving until no double lies between. */
function solve(holds: (mean: number) => boolean): number {
  let high = 1
  while (!holds(high)) high *= 2
  let low = 0
  for (;;) {
    const middle = (low + high) / 2
    if (middle === low || middle === high) return high
    if (holds(middle)) high = middle
    else low = middle
  }
}
