/**
 * Bets of experts on classes of outcomes. For each class an expert has the ratio of its probability under the judged version to that
 * under the baseline, and all share the ratio that is tolerated; where both are equal there is no bet. Flat arrays, by expert, then class.
 */
export interface RatioTable {
  readonly classes: number
  readonly tolerated: Float64Array
  readonly ratio: Float64Array
  /** ln(ratio / tolerated); 0 for no bet. */
  readonly logGain: Float64Array
}

/** Counts of one version in one look: its trials, and how many of them fell into each class. */
export interface ClassCounts {
  readonly trials: number
  readonly counts: ArrayLike<number>
}

/**
 * Evidence of one look for an expert's bets on the classes from `from` up to `to`: the log of an e-variable.
 *
 * With ratios q_c/q_b and no tolerance this is the block e-variable of Turner, Ly and Grünwald (arXiv 2106.02693); with one class,
 * the conditional likelihood ratio of two Poisson counts. Whatever the common law of both versions is in a look, the mean is at
 * most 1: a class of probability p in the baseline and r p in the judged version contributes to the mean a factor of at most
 * exp(n_c r p (θ1/θ0 - 1) + n_b p ((1 - θ1)/(1 - θ0) - 1)), with θ the judged share of the class's trials under a ratio, and the
 * exponent is at most 0 when the true ratio is on the baseline's side of the tolerated one: r <= r0 < r1, or r >= r0 > r1. Every
 * tolerated ratio has therefore to lie between 1 and the bet. Of the ratios nothing else is asked than that they do not know the look.
 *
 * @returns nats; 0 when one side has no trials.
 */
export function logEvidenceOf(
  { classes, tolerated, ratio, logGain }: RatioTable,
  expert: number,
  from: number,
  to: number,
  judged: ClassCounts,
  baseline: ClassCounts,
): number {
  if (judged.trials === 0 || baseline.trials === 0) return 0
  let nats = 0
  for (let k = from; k < to; k++) {
    const at = expert * classes + k
    const gain = logGain[at]!
    const count = judged.counts[k]!
    const both = count + baseline.counts[k]!
    if (gain === 0 || both === 0) continue
    const mean = judged.trials * ratio[at]! + baseline.trials
    const toleratedMean = judged.trials * tolerated[k]! + baseline.trials
    nats += count * gain - both * Math.log(mean / toleratedMean)
  }
  return nats
}
