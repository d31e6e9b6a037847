import { binomialCdf, binomialPmf } from './binomial.ts'
import type { Estimate } from './estimate.ts'
import { normalQuantile } from './special.ts'

/** Two-sided p-values, in (0, 1]. */
export interface ExactTest {
  /** Never errs more often than it says. */
  readonly p: number
  /** Counts what is as extreme as the data by half: near its level on average, seldom and little above it. */
  readonly midP: number
}

/**
 * McNemar's exact test (1947) of whether two rates over the same trials differ, from the pairs in which one side alone
 * has the event. Mid-p as in Fagerland, Lydersen and Laake, "The McNemar test for binary matched-pairs data: mid-p and
 * asymptotic are better than exact conditional" (2013), which is the one to decide by. Both are 1 without such pairs.
 */
export function mcNemar(onlyA: number, onlyB: number): ExactTest {
  const n = onlyA + onlyB
  if (n === 0) return { p: 1, midP: 1 }
  const least = Math.min(onlyA, onlyB)
  const here = binomialPmf(least, n, 0.5)
  if (onlyA === onlyB) return { p: 1, midP: 1 - here / 2 }
  const p = Math.min(1, 2 * binomialCdf(least, n, 0.5))
  return { p, midP: p - here }
}

/**
 * Rate of B minus rate of A over the same `n` trials, with Tango's score interval ("Equivalence test and confidence
 * interval for the difference in proportions for the paired-sample design", Statistics in Medicine 17, 1998, 891-908):
 * the differences that McNemar's statistic, under each of them, does not reject. Of 100 pairs of which 2 % part it covers
 * in 99 %, of 1000 in 95 %; Newcombe's in 99.8 % and 96 %. All null where `n` is 0.
 * @param onlyA pairs in which A alone has the event, as `onlyB` those in which B alone has
 */
export function pairedRateDifference(onlyA: number, onlyB: number, n: number, confidence = 0.95): Estimate {
  if (!(onlyA >= 0 && onlyB >= 0 && onlyA + onlyB <= n))
    throw new RangeError(`${onlyA} and ${onlyB} are no parts of ${n} pairs`)
  if (n === 0) return { value: null, low: null, high: null }
  const z = normalQuantile((1 + confidence) / 2)
  return {
    value: (onlyB - onlyA) / n,
    low: -greatestDifference(onlyA, onlyB, n, z),
    high: greatestDifference(onlyB, onlyA, n, z),
  }
}

/** The greatest difference, of more minus less, whose score is at most z; it falls as the difference grows. */
function greatestDifference(more: number, less: number, n: number, z: number): number {
  let low = (more - less) / n
  let high = 1
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2
    if (tangoScore(more, less, n, middle) <= z) low = middle
    else high = middle
  }
  return low
}

/** How far a true difference of `difference` lies above what was seen, in standard errors that are the likeliest under it. */
function tangoScore(more: number, less: number, n: number, difference: number): number {
  const b = (2 * n - more + less) * difference - more - less
  const c = -less * difference * (1 - difference)
  const onlyLess = (Math.sqrt(b * b - 8 * n * c) - b) / (4 * n)
  const distance = n * difference - (more - less)
  return distance === 0 ? 0 : distance / Math.sqrt(n * (2 * onlyLess + difference * (1 - difference)))
}
