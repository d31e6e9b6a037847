import type { Estimate } from './estimate.ts'
import { studentQuantile } from './special.ts'

/**
 * Mean of the first over mean of the second members of pairs, with Fieller's interval ("Some problems in interval estimation", Journal of
 * the Royal Statistical Society B 16, 1954, 175-185): the ratios `r` for which a paired t-test of `first - r * second` does not reject.
 * It has its level where the pairs are jointly normal. An end is null where the data do not bound it: with fewer than two pairs, or a
 * second mean that cannot be told from 0; the value where the second mean is 0.
 */
export function pairedRatio(pairs: readonly (readonly [number, number])[], confidence = 0.95): Estimate {
  const n = pairs.length
  const meanOf = (of: (pair: readonly [number, number]) => number) => pairs.reduce((sum, pair) => sum + of(pair), 0) / n
  const [first, second] = [meanOf(([a]) => a), meanOf(([, b]) => b)]
  if (n === 0 || second === 0) return { value: null, low: null, high: null }
  const value = first / second
  if (n === 1) return { value, low: null, high: null }
  const t = studentQuantile((1 + confidence) / 2, n - 1)
  /** Squared half-width of the interval of a mean, and its counterpart of two. */
  const width = (of: (pair: readonly [number, number]) => number) => (t * t * meanOf(of)) / (n - 1)
  const ofFirst = width(([a]) => (a - first) ** 2)
  const ofSecond = width(([, b]) => (b - second) ** 2)
  const ofBoth = width(([a, b]) => (a - first) * (b - second))
  // (first - r second)^2 <= width of (a - r b), as a quadratic in r.
  const square = second * second - ofSecond
  if (square <= 0) return { value, low: null, high: null }
  const middle = (first * second - ofBoth) / square
  const half = Math.sqrt(Math.max(0, middle * middle - (first * first - ofFirst) / square))
  return { value, low: middle - half, high: middle + half }
}
