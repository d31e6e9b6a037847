import { binomialCdf } from './binomial.ts'
import type { Estimate } from './estimate.ts'

/**
 * Ranks from 1 of the order statistics that bound a quantile, each with at least `confidence` by itself: the quantile
 * is not below the `low`-th of n sorted values, and not above the `high`-th, whatever their distribution (David and
 * Nagaraja, Order Statistics, 3rd ed., section 7.1). Null where no rank is: no value of 58 bounds a 95th percentile
 * from above at 95 %, the highest of 59 does.
 * @param share of the values that are at most the quantile, in (0, 1)
 */
export function quantileRanks(
  n: number,
  share: number,
  confidence: number,
): { readonly low: number | null; readonly high: number | null } {
  // So that the rounding of 1 - 0.975 decides nothing.
  const alpha = (1 - confidence) * (1 + 1e-12)
  const low = leastRank(n, rank => binomialCdf(rank - 1, n, share) > alpha) - 1
  const high = leastRank(n, rank => binomialCdf(n - rank, n, 1 - share) <= alpha)
  return { low: low === 0 ? null : low, high: high > n ? null : high }
}

/** The first rank from 1 for which `holds`; n + 1 where none. */
function leastRank(n: number, holds: (rank: number) => boolean): number {
  let [no, yes] = [0, n + 1]
  while (yes - no > 1) {
    const middle = Math.floor((no + yes) / 2)
    if (holds(middle)) yes = middle
    else no = middle
  }
  return yes
}

/**
 * A quantile of values none of which is censored: the first by which at least `share` of them lie, between order
 * statistics. Never below its nominal coverage. All null without values.
 */
export function quantileInterval(values: readonly number[], share: number, confidence = 0.95): Estimate {
  const sorted = values.toSorted((a, b) => a - b)
  const { low, high } = quantileRanks(sorted.length, share, (1 + confidence) / 2)
  const at = (rank: number | null) => (rank === null ? null : sorted[rank - 1]!)
  return { value: sorted[Math.ceil(sorted.length * share - 1e-9) - 1] ?? null, low: at(low), high: at(high) }
}
