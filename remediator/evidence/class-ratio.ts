/**
 * Evidence of one look that two versions differ, as the log of an e-variable over an alphabet of outcomes (latency buckets of
 * successes, errors). An expert names for each outcome class the ratio of its probability under the judged version to that under
 * the baseline, and the ratio that is tolerated; where both are equal it does not bet.
 *
 * With ratios q_c/q_b and no tolerance this is the block e-variable of Turner, Ly and Grünwald (arXiv 2106.02693); with one class,
 * the conditional likelihood ratio of two Poisson counts. Whatever the common law of both versions is in a look, the mean is at
 * most 1: for a class with true ratio r the factor of E is at most exp(n_c r p (θ1/θ0 - 1) + n_b p ((1 - θ1)/(1 - θ0) - 1)), whose
 * exponent is at most 0 when r is on the baseline's side of the tolerated ratio (r <= r0 < r1, or r >= r0 > r1). So for every
 * class 1 has to be on that side too, which `towards` of experts.ts sees to. Nothing but predictability is asked of the ratios.
 *
 * @param judged counts per class, of `judgedRequests` requests; a class that is not listed is one without a bet.
 * @param logGain ln(ratio / tolerated), from `at` on, one per class; 0 for no bet.
 * @returns nats; 0 when one side has no requests.
 */
export function blockLogEvidence(
  judged: ArrayLike<number>,
  baseline: ArrayLike<number>,
  judgedRequests: number,
  baselineRequests: number,
  ratio: ArrayLike<number>,
  tolerated: ArrayLike<number>,
  logGain: ArrayLike<number>,
  at: number,
): number {
  if (judgedRequests === 0 || baselineRequests === 0) return 0
  let nats = 0
  for (let k = 0; k < judged.length; k++) {
    const gain = logGain[at + k]!
    const count = judged[k]!
    const both = count + baseline[k]!
    if (gain === 0 || both === 0) continue
    const mean = judgedRequests * ratio[at + k]! + baselineRequests
    const toleratedMean = judgedRequests * tolerated[k]! + baselineRequests
    nats += count * gain - both * Math.log(mean / toleratedMean)
  }
  return nats
}
