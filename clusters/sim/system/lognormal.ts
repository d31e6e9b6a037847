import { normalCdf } from '../../../harness/stats/normal.ts'

/** Beyond this many standard deviations a tail is below 1e-9 and counts as none. */
const farSigmas = 6

/** Log-mean and log-sd of a lognormal, and its first two moments. */
export interface Lognormal {
  mu: number
  sigma: number
  mean: number
  second: number
}

/** One that nobody takes. */
export function noTime(): Lognormal {
  return { mu: 0, sigma: 0, mean: 0, second: 0 }
}

export function copyLognormal(into: Lognormal, { mu, sigma, mean, second }: Lognormal): void {
  into.mu = mu
  into.sigma = sigma
  into.mean = mean
  into.second = second
}

/**
 * The lognormal of a mean above 0 and a variance: how sums of lognormals are described (L. F. Fenton, IRE Transactions on Communications
 * Systems 8, 1960).
 */
export function fitLognormal(into: Lognormal, mean: number, variance: number): void {
  const logVariance = Math.log1p(Math.max(0, variance) / (mean * mean))
  into.mu = Math.log(mean) - logVariance / 2
  into.sigma = Math.max(1e-6, Math.sqrt(logVariance))
  into.mean = mean
  into.second = mean * mean + Math.max(0, variance)
}

/** P(X > bound). */
export function lognormalBeyond({ mu, sigma }: Pick<Lognormal, 'mu' | 'sigma'>, bound: number): number {
  if (bound <= 0) return 1
  const z = (Math.log(bound) - mu) / sigma
  return z > farSigmas ? 0 : z < -farSigmas ? 1 : normalCdf(-z)
}

/** What is left of a time that is cut off at a limit. */
export interface LimitedTime {
  /** P(X > limit). */
  beyond: number
  /** First and second moment of min(X, limit). */
  mean: number
  second: number
}

/** min(X, limit) by the partial expectations of a lognormal, E[X^k; X < b] = E[X^k] Φ((ln b - mu) / sigma - k sigma). */
export function limitTime(into: LimitedTime, { mu, sigma, mean, second }: Lognormal, limit: number): void {
  if (limit <= 0) {
    into.beyond = 1
    into.mean = 0
    into.second = 0
    return
  }
  const z = (Math.log(limit) - mu) / sigma
  if (z > farSigmas) {
    into.beyond = 0
    into.mean = Math.min(mean, limit)
    into.second = Math.min(second, limit * limit)
    return
  }
  const beyond = z < -farSigmas ? 1 : normalCdf(-z)
  into.beyond = beyond
  into.mean = Math.min(limit, mean * normalCdf(z - sigma) + limit * beyond)
  into.second = Math.min(limit * limit, second * normalCdf(z - 2 * sigma) + limit * limit * beyond)
}
