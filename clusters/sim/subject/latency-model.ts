import { normalCdf } from '../../../harness/stats/special.ts'

/** A lognormal service time cut into histogram buckets. */
export interface LatencyModel {
  /** Probability of each bucket given that no bucket before it was hit; the last one is 1. */
  readonly conditional: readonly number[]
  /** Mean seconds of a request in each bucket, for the histogram's `_sum`. */
  readonly meanS: readonly number[]
}

/** Median and log-sd of one service's time: the published p99/p50 of 6.4 is exp(2.33 x 0.8). Assumption for the median. */
const serviceTime = { medianS: 0.025, sigma: 0.8 } as const

/** Models by bounds and factor. Few are kept, as every seed draws a factor of its own. */
const models = new WeakMap<readonly number[], Map<number, LatencyModel>>()
const maxModels = 100

/**
 * @param upperBoundsS finite upper bounds of the buckets, ascending; the model has one bucket more, up to +Inf.
 * @param factor how many times as long every request takes.
 */
export function latencyModel(upperBoundsS: readonly number[], factor: number): LatencyModel {
  let byFactor = models.get(upperBoundsS)
  if (byFactor === undefined) {
    byFactor = new Map()
    models.set(upperBoundsS, byFactor)
  }
  let model = byFactor.get(factor)
  if (model === undefined) {
    if (byFactor.size >= maxModels) byFactor.clear()
    model = makeModel(upperBoundsS, factor)
    byFactor.set(factor, model)
  }
  return model
}

function makeModel(upperBoundsS: readonly number[], factor: number): LatencyModel {
  const mu = Math.log(serviceTime.medianS * factor)
  const { sigma } = serviceTime
  const below = (boundS: number) =>
    boundS === Number.POSITIVE_INFINITY ? 1 : normalCdf((Math.log(boundS) - mu) / sigma)
  // Partial expectation of a lognormal: E[X; X < b] = e^(mu + sigma²/2) Φ((ln b - mu - sigma²) / sigma).
  const partialMean = (boundS: number) => {
    const shifted = boundS === Number.POSITIVE_INFINITY ? 1 : normalCdf((Math.log(boundS) - mu - sigma * sigma) / sigma)
    return Math.exp(mu + (sigma * sigma) / 2) * shifted
  }
  const bounds = [...upperBoundsS, Number.POSITIVE_INFINITY]
  const conditional: number[] = []
  const meanS: number[] = []
  let cdfBefore = 0
  let meanBefore = 0
  for (const bound of bounds) {
    const cdf = below(bound)
    const mean = partialMean(bound)
    const probability = cdf - cdfBefore
    conditional.push(cdfBefore >= 1 ? 1 : Math.min(1, probability / (1 - cdfBefore)))
    meanS.push(probability > 1e-12 ? (mean - meanBefore) / probability : Number.isFinite(bound) ? bound : 0)
    cdfBefore = cdf
    meanBefore = mean
  }
  conditional[conditional.length - 1] = 1
  return { conditional, meanS }
}
