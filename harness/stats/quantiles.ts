import { exactCount, isSmooth, sequentialCount, smoothCount } from './count-search.ts'
import { betainc, gammaincQ, normalQuantile } from './special.ts'

/**
 * Inverse distribution functions. Each maps one uniform u in (0, 1) to a draw and never falls as u grows, so that
 * worlds that share their u's are coupled: what differs between their draws comes from their parameters alone.
 *
 * The counts return the least k with P(X <= k) >= u, exact but for the rounding of P, 1e-13. They do not fall either as
 * the mean grows at a fixed `n` or dispersion index.
 */

/** Above this mean, summing from 0 takes longer than a few incomplete beta functions. */
const mostSummed = 1000

/** @param sigma standard deviation of the logarithm, >= 0 */
export function lognormalQuantile(u: number, median: number, sigma: number): number {
  return median * Math.exp(sigma * normalQuantile(u))
}

/** Exponential time, in the unit of its mean. */
export function exponentialQuantile(u: number, mean: number): number {
  return -mean * Math.log1p(-u)
}

/** @param n an integer >= 0 */
export function binomialQuantile(u: number, n: number, p: number): number {
  if (!(n >= 0 && p >= 0 && p <= 1)) throw new RangeError(`no binomial distribution has n = ${n}, p = ${p}`)
  if (p > 0.5) return n - binomialQuantile(1 - u, n, 1 - p)
  if (n === 0 || p === 0) return 0
  const q = 1 - p
  const mean = n * p
  if (!isSmooth(mean * q, 1 - 2 * p)) {
    const odds = p / q
    return sequentialCount(u, Math.exp(n * Math.log1p(-p)), -odds, (n + 1) * odds, mean, n)
  }
  const count = smoothCount(u, mean, mean * q, 1 - 2 * p)
  return count >= 0 ? count : exactCount(u, -1 - count, n, k => 1 - betainc(p, k + 1, n - k))
}

/** @param mean >= 0 */
export function poissonQuantile(u: number, mean: number): number {
  if (!(mean >= 0 && mean < Number.POSITIVE_INFINITY)) throw new RangeError(`no Poisson distribution has mean ${mean}`)
  if (mean === 0) return 0
  if (!isSmooth(mean, 1)) return sequentialCount(u, Math.exp(-mean), 0, mean, mean, Number.POSITIVE_INFINITY)
  const count = smoothCount(u, mean, mean, 1)
  return count >= 0 ? count : exactCount(u, -1 - count, Number.POSITIVE_INFINITY, k => gammaincQ(k + 1, mean))
}

/**
 * Overdispersed count; slow, up to some microseconds, where the mean is above 100 and below 16 times the dispersion
 * index.
 * @param mean >= 0
 * @param dispersionIndex variance over mean, >= 1; 1 is Poisson
 */
export function negativeBinomialQuantile(u: number, mean: number, dispersionIndex: number): number {
  const excess = dispersionIndex - 1
  if (excess === 0) return poissonQuantile(u, mean)
  if (!(mean >= 0 && mean < Number.POSITIVE_INFINITY && excess > 0 && excess < Number.POSITIVE_INFINITY))
    throw new RangeError(`no negative binomial distribution has mean ${mean}, dispersion index ${dispersionIndex}`)
  if (mean === 0) return 0
  const size = mean / excess
  const chance = excess / dispersionIndex
  const skew = 2 * dispersionIndex - 1
  if (mean < mostSummed && !isSmooth(mean * dispersionIndex, skew)) {
    const none = Math.exp(-size * Math.log1p(excess))
    return sequentialCount(u, none, chance, (mean - excess) / dispersionIndex, mean, Number.POSITIVE_INFINITY)
  }
  const count = smoothCount(u, mean, mean * dispersionIndex, skew)
  return count >= 0 ? count : exactCount(u, -1 - count, Number.POSITIVE_INFINITY, k => 1 - betainc(chance, k + 1, size))
}
