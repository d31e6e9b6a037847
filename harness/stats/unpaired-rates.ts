import { binomialPmf } from './binomial.ts'
import type { Estimate } from './estimate.ts'
import type { ExactTest } from './paired-rates.ts'
import { wilson } from './proportion.ts'

/**
 * Fisher's exact test of whether two rates over different trials differ: twice the smaller tail (the central test of
 * Fay, "Two-sided exact tests and matching confidence intervals for discrete data", R Journal 2010), so that either
 * direction errs by half the level. Its mid-p is the one to decide by (Lydersen, Fagerland and Laake 2009): Fisher's
 * own p is far too cautious, and Boschloo's would maximize over a nuisance rate for as little. Both are 1 where a side
 * has no trials.
 */
export function fisher(countA: number, nA: number, countB: number, nB: number): ExactTest {
  const events = countA + countB
  const n = nA + nB
  if (nA === 0 || nB === 0 || events === 0 || events === n) return { p: 1, midP: 1 }
  const share = events / n
  const here = (binomialPmf(countA, nA, share) * binomialPmf(countB, nB, share)) / binomialPmf(events, n, share)
  const below = tail(here, countA, nB - countB, countB + 1, nA - countA + 1)
  const above = tail(here, nA - countA, countB, nB - countB + 1, countA + 1)
  const beyond = Math.min(below, above)
  return { p: Math.min(1, 2 * (beyond + here)), midP: Math.min(1, 2 * beyond + here) }
}

/**
 * Sum of the hypergeometric probabilities beyond the table of probability `here`, moving one event at a time between
 * the sides: each factor is product of the shrinking counts over that of the growing ones.
 */
function tail(here: number, shrinkingA: number, shrinkingB: number, growingA: number, growingB: number): number {
  let sum = 0
  let term = here
  for (let i = 0; i < Math.min(shrinkingA, shrinkingB) && term > 0; i++) {
    term *= ((shrinkingA - i) * (shrinkingB - i)) / ((growingA + i) * (growingB + i))
    sum += term
  }
  return sum
}

/**
 * Rate of B minus rate of A over different trials, with Newcombe's hybrid score interval (method 10 of "Interval
 * estimation for the difference between independent proportions", Statistics in Medicine 17, 1998, 873-890). All null
 * where a side has no trials.
 */
export function rateDifference(countA: number, nA: number, countB: number, nB: number, confidence = 0.95): Estimate {
  const a = wilson(countA, nA, confidence)
  const b = wilson(countB, nB, confidence)
  if (a.value === null || b.value === null) return { value: null, low: null, high: null }
  const value = b.value - a.value
  return {
    value,
    low: value - Math.hypot(b.value - b.low!, a.high! - a.value),
    high: value + Math.hypot(b.high! - b.value, a.value - a.low!),
  }
}
