import { claimHigh, claimLow, wilson } from '../stats/proportion.ts'
import type { ClaimedRate, Estimate, FalseRate } from './summary.ts'

/** How often something happened in `n` trials. */
export interface Counted {
  readonly count: number
  readonly n: number
}

export interface CountedScare extends Counted {
  readonly scenario: string
}

/** Change-failure rate at which precision is stated; DORA's elite teams are at 5 % (2024). */
const statedCfr = 0.05

/** Of the claims that a summary states. */
const claimConfidence = 0.95

export function countOf<T>(items: readonly T[], holds: (item: T) => boolean): Counted {
  return { count: items.filter(holds).length, n: items.length }
}

export function rate({ count, n }: Counted): Estimate {
  return wilson(count, n)
}

/**
 * One-sided Clopper-Pearson bounds of the largest of several rates, Bonferroni-corrected: what is true of the largest upper bound
 * is true of all rates, and the largest rate lies above the largest lower bound.
 */
export function claimBounds(rates: readonly Counted[], ofClaim = claimConfidence): { low: number; high: number } {
  const confidence = 1 - (1 - ofClaim) / Math.max(1, rates.length)
  return {
    low: Math.max(0, ...rates.map(({ count, n }) => claimLow(count, n, confidence))),
    high: rates.length === 0 ? 1 : Math.max(...rates.map(({ count, n }) => claimHigh(count, n, confidence))),
  }
}

/** The scare with the highest rate, and of equal ones the least known, then the first; undefined where no scare has trials. */
export function worstScare(scares: readonly CountedScare[]): CountedScare | undefined {
  return scares
    .filter(({ n }) => n > 0)
    .toSorted((a, b) => b.count / b.n - a.count / a.n || a.n - b.n)
    .at(0)
}

export function falseRate(twins: Counted, scares: readonly CountedScare[]): FalseRate {
  const worst = worstScare(scares)
  return {
    twins: claimedRate(twins, [twins]),
    worstScare: { scenario: worst?.scenario ?? null, ...claimedRate(worst ?? { count: 0, n: 0 }, scares) },
  }
}

function claimedRate(shown: Counted, claimed: readonly Counted[]): ClaimedRate {
  return { ...rate(shown), claimHigh: shown.n === 0 ? null : claimBounds(claimed).high }
}

/**
 * Share of rollbacks that are right where a share `statedCfr` of deploys is bad and the others are like the twins:
 * c·recall / (c·recall + (1 - c)·falseActionRate). Its ends combine the worse Wilson ends of both rates, and the better ones: at least 95 %
 * between them, as both rates would have to err at once. All null where nothing is ever rolled back.
 */
export function precisionAtCfr(recall: Estimate, falseActions: Estimate): { readonly cfr: number } & Estimate {
  const value = precision(recall.value, falseActions.value)
  const ends =
    value === null
      ? { low: null, high: null }
      : { low: precision(recall.low, falseActions.high), high: precision(recall.high, falseActions.low) }
  return { cfr: statedCfr, value, ...ends }
}

/** Null where nothing is ever rolled back. */
export function precision(recall: number | null, falseActions: number | null): number | null {
  if (recall === null || falseActions === null) return null
  const right = statedCfr * recall
  const wrong = (1 - statedCfr) * falseActions
  return right + wrong === 0 ? null : right / (right + wrong)
}
