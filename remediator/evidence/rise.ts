import { maxLogLikelihood } from '../../harness/stats/proportion.ts'
import type { Bits } from './bits.ts'

/** A rise of the share of bad requests: they are more from look `index` on. */
export interface Rise {
  readonly index: number
  readonly before: Bits
  readonly after: Bits
  /** Log likelihood ratio of two shares against one; nats. */
  readonly nats: number
}

/**
 * Where the share of bad requests rose: the split of greatest likelihood among those after which it is larger (one change-point of a
 * binomial sequence; Hinkley and Hinkley 1970).
 * @returns undefined where it is nowhere larger.
 */
export function findRise(looks: readonly Bits[]): Rise | undefined {
  let requests = 0
  let bad = 0
  for (const look of looks) {
    requests += look.requests
    bad += look.bad
  }
  const whole = maxLogLikelihood(bad, requests)
  let best: Rise | undefined
  let requestsBefore = 0
  let badBefore = 0
  looks.forEach((look, index) => {
    const after = { requests: requests - requestsBefore, bad: bad - badBefore }
    if (index > 0 && after.bad * requestsBefore > badBefore * after.requests) {
      const nats = maxLogLikelihood(badBefore, requestsBefore) + maxLogLikelihood(after.bad, after.requests) - whole
      if (best === undefined || nats > best.nats) {
        best = { index, before: { requests: requestsBefore, bad: badBefore }, after, nats }
      }
    }
    requestsBefore += look.requests
    badBefore += look.bad
  })
  return best
}

/** Bad requests after the rise that there would not be at the share of before. */
export function excessOf({ before, after }: Pick<Rise, 'before' | 'after'>): number {
  return after.bad - (before.requests === 0 ? 0 : (before.bad / before.requests) * after.requests)
}

/**
 * Log of the conditional likelihood ratio of two Poisson counts: an e-variable while the true ratio of both shares of bad requests is
 * at most the tolerated one (Lindon and Malek, arXiv 2011.03567).
 * @param ratio at least `tolerated`.
 */
export function logRatioEvidence(judged: Bits, baseline: Bits, ratio: number, tolerated: number): number {
  if (judged.requests <= 0 || baseline.requests <= 0) return 0
  const both = judged.bad + baseline.bad
  if (both <= 0) return 0
  const mean = judged.requests * ratio + baseline.requests
  const toleratedMean = judged.requests * tolerated + baseline.requests
  return judged.bad * Math.log(ratio / tolerated) - both * Math.log(mean / toleratedMean)
}

/** Log of the mean of that over several ratios. */
export function logEvidenceOfMore(judged: Bits, baseline: Bits, ratios: readonly number[], tolerated: number): number {
  const nats = ratios.map(ratio => logRatioEvidence(judged, baseline, ratio, tolerated))
  const most = Math.max(...nats)
  return most + Math.log(nats.reduce((sum, each) => sum + Math.exp(each - most), 0) / ratios.length)
}
