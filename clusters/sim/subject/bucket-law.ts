import { normalCdf } from '../../../harness/stats/special.ts'
import type { LatencyLaw } from '../system/latency-law.ts'

/** How long the requests of a group of pods take; `tailRatio` of them take `tailFactor` times as long in all. */
export interface ServedLaw extends LatencyLaw {
  readonly tailRatio: number
  readonly tailFactor: number
}

/** A law cut into histogram buckets. */
export interface BucketLaw {
  /** Probability of each bucket given that no bucket before it was hit; the last one is 1. */
  readonly conditional: readonly number[]
  /** Mean seconds of a request in each bucket, for the histogram's `_sum`. */
  readonly meanS: readonly number[]
  /** Share of requests above the objective's bound. */
  readonly slowRatio: number
}

/** The upper bounds of a histogram, and how many of its buckets are within the objective. */
export interface BucketBounds {
  /** Finite, ascending; there is one bucket more, up to +Inf. */
  readonly upperBoundsS: readonly number[]
  readonly firstSlowBucket: number
}

/**
 * Whether requests take so much longer, or shorter, than their shadows that they count as touched: by a twentieth of the mean, and by a
 * millisecond, the resolution of trial time. A definition: without a bound, a queue that nobody feels would be an onset. Tails aside.
 */
export function lawsDiffer(law: LatencyLaw, shadow: LatencyLaw): boolean {
  if (law === shadow) return false
  const meanS = bodyMeanS(shadow)
  return Math.abs(bodyMeanS(law) - meanS) >= Math.max(0.001, noticeable * meanS)
}

const noticeable = 0.05

function bodyMeanS({ shiftS, mu, sigma, slowRatio, slowMu, slowSigma }: LatencyLaw): number {
  const fast = Math.exp(mu + (sigma * sigma) / 2)
  const slow = slowRatio === 0 ? 0 : Math.exp(slowMu + (slowSigma * slowSigma) / 2)
  return shiftS + (1 - slowRatio) * fast + slowRatio * slow
}

/** By the law of a group's services; the last one, as a release has one tail for ever. */
const served = new WeakMap<LatencyLaw, ServedLaw>()

/** The same object for the same law and tail, so that what is made of it can be remembered. */
export function servedLaw(law: LatencyLaw, tailRatio: number, tailFactor: number): ServedLaw {
  const known = served.get(law)
  if (known !== undefined && known.tailRatio === tailRatio && known.tailFactor === tailFactor) return known
  const made = { ...law, tailRatio, tailFactor }
  served.set(law, made)
  return made
}

/** Laws that have been cut, by law and bounds. */
const cut = new WeakMap<ServedLaw, { readonly bounds: BucketBounds; readonly buckets: BucketLaw }>()

export function bucketLaw(bounds: BucketBounds, law: ServedLaw): BucketLaw {
  const known = cut.get(law)
  if (known !== undefined && known.bounds === bounds) return known.buckets
  const buckets = cutLaw(bounds, law)
  cut.set(law, { bounds, buckets })
  return buckets
}

/** One of the lognormals that a law mixes. */
interface Component {
  readonly weight: number
  readonly mu: number
  readonly sigma: number
  readonly shiftS: number
}

function componentsOf(law: ServedLaw): Component[] {
  const { shiftS, mu, sigma, slowRatio, slowMu, slowSigma, tailRatio, tailFactor } = law
  const body = [
    { weight: 1 - slowRatio, mu, sigma, shiftS },
    { weight: slowRatio, mu: slowMu, sigma: slowSigma, shiftS },
  ].filter(({ weight }) => weight > 0)
  if (tailRatio === 0) return body
  const longer = Math.log(tailFactor)
  return [
    ...body.map(one => ({ ...one, weight: one.weight * (1 - tailRatio) })),
    ...body.map(one => ({
      weight: one.weight * tailRatio,
      mu: one.mu + longer,
      sigma: one.sigma,
      shiftS: one.shiftS * tailFactor,
    })),
  ]
}

function cutLaw({ upperBoundsS, firstSlowBucket }: BucketBounds, law: ServedLaw): BucketLaw {
  const components = componentsOf(law)
  const conditional: number[] = []
  const meanS: number[] = []
  let cdfBefore = 0
  let meanBefore = 0
  let slowRatio = 1
  for (let b = 0; b <= upperBoundsS.length; b++) {
    const bound = upperBoundsS[b] ?? Number.POSITIVE_INFINITY
    let cdf = 0
    let mean = 0
    for (const component of components) {
      cdf += component.weight * below(component, bound)
      mean += component.weight * partialMeanS(component, bound)
    }
    const probability = cdf - cdfBefore
    conditional.push(cdfBefore >= 1 ? 1 : Math.min(1, Math.max(0, probability / (1 - cdfBefore))))
    meanS.push(probability > 1e-12 ? (mean - meanBefore) / probability : Number.isFinite(bound) ? bound : 0)
    cdfBefore = cdf
    meanBefore = mean
    if (b === firstSlowBucket - 1) slowRatio = Math.max(0, 1 - cdf)
  }
  conditional[upperBoundsS.length] = 1
  return { conditional, meanS, slowRatio }
}

function below({ mu, sigma, shiftS }: Component, boundS: number): number {
  if (boundS === Number.POSITIVE_INFINITY) return 1
  return boundS <= shiftS ? 0 : normalCdf((Math.log(boundS - shiftS) - mu) / sigma)
}

/** Partial expectation of a lognormal, E[X; X < b] = e^(mu + sigma²/2) Φ((ln b - mu - sigma²) / sigma), and the shift's part. */
function partialMeanS(component: Component, boundS: number): number {
  const { mu, sigma, shiftS } = component
  if (boundS <= shiftS) return 0
  const mean = Math.exp(mu + (sigma * sigma) / 2)
  if (boundS === Number.POSITIVE_INFINITY) return shiftS + mean
  return shiftS * below(component, boundS) + mean * normalCdf((Math.log(boundS - shiftS) - mu - sigma * sigma) / sigma)
}
