import { normalQuantile } from './normal.ts'

/**
 * Quantile search for the counts of Panjer's (a, b, 0) class: binomial, Poisson, negative binomial. All three are fixed
 * by mean, variance and `skew`, the third cumulant over the variance: 1 - 2p for a binomial, 1 for Poisson, 2D - 1 for
 * a negative binomial of dispersion index D. (Their higher cumulants are polynomials in `skew` times the variance.)
 */

/** Whether `smoothCount` settles nearly every u: below, its series is too coarse and the sequential search short. */
export function isSmooth(variance: number, skew: number): boolean {
  return variance >= 4 * Math.max(1, skew * skew)
}

/**
 * The quantile where the Cornish-Fisher series leaves no doubt about it, else -1 minus a close guess.
 *
 * The series has the terms up to the fifth cumulant (Abramowitz and Stegun 26.2.49), with the continuity correction of
 * 1/2 and Sheppard's of 1/12 to the variance. It places the step of the distribution function between k and k + 1
 * within `margin` of k + 1/2; a u whose place is nearer than that to a step is left to the exact search. `margin` is
 * more than twice the largest error found against exact values (oracle/counts.py); its growth in z and in the standard
 * deviation is that of the first term left out.
 */
export function smoothCount(u: number, mean: number, variance: number, skew: number): number {
  const z = normalQuantile(u)
  const z2 = z * z
  const z4 = z2 * z2
  const smoothVariance = variance - 1 / 12
  const sd = Math.sqrt(smoothVariance)
  const ratio = variance / smoothVariance
  const skew2 = skew * skew
  const first = (ratio * skew * (z2 - 1)) / 6
  const second = ((3 * skew2 - 1) * (z2 - 3)) / 48 - (ratio * skew2 * (2 * z2 - 5)) / 36
  const third =
    ((3 * skew2 - 2) * (z4 - 6 * z2 + 3)) / 120 -
    ((3 * skew2 - 1) * (z4 - 5 * z2 + 2)) / 48 +
    (skew2 * (12 * z4 - 53 * z2 + 17)) / 324
  const place = mean + sd * z + first + (ratio * z * second) / sd + (skew * third) / smoothVariance
  const count = Math.floor(place + 0.5)

  const wide = Math.max(1, Math.abs(skew))
  const coarseness = (wide * wide * wide) / (smoothVariance * sd)
  const margin = (0.008 + 0.0003 * (wide - 1)) * (8 + z4 * Math.abs(z)) * coarseness + 1e-12 * mean
  return Math.abs(place - count) < 0.5 - margin ? count : -1 - Math.max(0, count)
}

/**
 * The quantile by summing probabilities from 0: p(k) = p(k - 1) · (a + b/k).
 * @param none P(X = 0), above 0
 * @param max largest count of the support, or Infinity
 */
export function sequentialCount(u: number, none: number, a: number, b: number, mean: number, max: number): number {
  let k = 0
  let probability = none
  let below = none
  while (below < u && k < max) {
    probability *= a + b / (k + 1)
    const next = below + probability
    // In the last 1e-16 of the upper tail the sum stops growing short of u.
    if (next === below && k > mean) return k
    below = next
    k++
  }
  return k
}

/**
 * The least k in [0, max] with distribution(k) >= u, from a guess, in a number of evaluations that is logarithmic in
 * its error.
 */
export function exactCount(u: number, guess: number, max: number, distribution: (k: number) => number): number {
  let high = Math.min(guess, max)
  let low = high - 1
  let stride = 1
  if (high < max && distribution(high) < u) {
    do {
      low = high
      high = Math.min(max, high + stride)
      stride *= 2
    } while (high < max && distribution(high) < u)
  } else {
    while (low >= 0 && distribution(low) >= u) {
      high = low
      low = Math.max(-1, low - stride)
      stride *= 2
    }
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (distribution(middle) < u) low = middle
    else high = middle
  }
  return high
}
