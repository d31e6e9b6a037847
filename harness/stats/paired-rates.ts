import { binomialCdf, binomialPmf } from './binomial.ts'

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
