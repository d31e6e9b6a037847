import type { Operator } from '../model/criterion.ts'
import { meanInterval } from '../stats/bootstrap.ts'
import { quantileRanks } from '../stats/order-statistics.ts'
import { poissonRate } from '../stats/poisson.ts'
import { claimHigh, claimLow } from '../stats/proportion.ts'
import { kaplanMeier, type Lifetime, restrictedMean, survivalQuantile } from '../stats/survival.ts'
import { streamKey, uniform } from '../stats/uniform.ts'
import type { BoundedEvidence } from './bounded-evidence.ts'
import { type Counted, claimBounds, precision } from './rates.ts'
import { isEnough } from './times.ts'

/** A figure with one-sided bounds: each holds with confidence 1 - alpha by itself; null where nothing bounds it. */
export interface Bounded {
  readonly observed: number | null
  readonly low: number | null
  readonly high: number | null
  /** Trials, or hours for a rate per hour, that it is made from. */
  readonly n: number
}

/** Under so many trials an interval of a mean that rests on its variance is too narrow. */
export const meanTrialsMin = 100

const unknown = { observed: null, low: null, high: null }

/**
 * What the evidence shows at the level `alpha`. Rates are bounded by Clopper and Pearson, quantiles of times by the same on the share that
 * was done by then, rates per hour by Garwood, means by the bootstrap or by Greenwood. Scenarios whose rates differ have less spread
 * together than one with their mean (Hoeffding 1956), so that these bounds hold for a mix as well.
 * @param key of the bootstrap's draws
 */
export function boundsOf(evidence: BoundedEvidence, alpha: number, key: readonly [number, string, string]): Bounded {
  switch (evidence.type) {
    case 'rate':
      return ofRates(evidence.shown, evidence.rates, alpha)
    case 'precision':
      return ofPrecision(evidence.recall, evidence.falseActions, alpha)
    case 'quantile':
      return ofQuantile(evidence.followed.lifetimes, evidence.share, alpha)
    case 'restrictedMean': {
      const { lifetimes, horizonS } = evidence.followed
      const { value, low, high } = restrictedMean(lifetimes, horizonS, 1 - 2 * alpha)
      const isBounded = isEnough(lifetimes)
      return { observed: value, low: isBounded ? low : null, high: isBounded ? high : null, n: lifetimes.length }
    }
    case 'perHour': {
      if (evidence.hours === 0) return { ...unknown, n: 0 }
      const { value, low, high } = poissonRate(evidence.events, evidence.hours, 1 - 2 * alpha)
      return { observed: value, low, high, n: evidence.n }
    }
    case 'mean':
      return ofMean(evidence.values, alpha, key)
  }
}

/** Whether bounds show that a figure is so, or that it is not. `<=` and `<` differ only where a bound lies on the limit. */
export function decideBy({ low, high }: Bounded, operator: Operator, limit: number): 'pass' | 'fail' | 'inconclusive' {
  const is: Readonly<Record<Operator, boolean>> = {
    '<': high !== null && high < limit,
    '<=': high !== null && high <= limit,
    '>': low !== null && low > limit,
    '>=': low !== null && low >= limit,
  }
  const opposite = ({ '<': '>=', '<=': '>', '>': '<=', '>=': '<' } as const)[operator]
  return is[operator] ? 'pass' : is[opposite] ? 'fail' : 'inconclusive'
}

function ofRates(shown: Counted, rates: readonly Counted[], alpha: number): Bounded {
  if (shown.n === 0) return { ...unknown, n: 0 }
  const { low, high } = claimBounds(rates, 1 - alpha)
  return { observed: shown.count / shown.n, low, high, n: shown.n }
}

/** Each rate has half of alpha, as both would have to err at once. */
function ofPrecision(recall: Counted, falseActions: Counted, alpha: number): Bounded {
  const n = Math.min(recall.n, falseActions.n)
  if (n === 0) return { ...unknown, n }
  const bound = (of: typeof claimLow, { count, n }: Counted) => of(count, n, 1 - alpha / 2)
  return {
    observed: precision(recall.count / recall.n, falseActions.count / falseActions.n),
    low: precision(bound(claimLow, recall), bound(claimHigh, falseActions)),
    high: precision(bound(claimHigh, recall), bound(claimLow, falseActions)),
    n,
  }
}

/**
 * The quantile is at most a time by which the share is shown to be done, and at least one before which it is shown not to be: order
 * statistics, whose ranks Clopper and Pearson give for any distribution (David and Nagaraja, Order Statistics, 3rd ed., section 7.1).
 * Whoever is censored counts as not done for the first, and as done from then on for the second.
 */
function ofQuantile(lifetimes: readonly Lifetime[], share: number, alpha: number): Bounded {
  const n = lifetimes.length
  if (n === 0) return { ...unknown, n }
  const ends = lifetimes.map(({ time }) => time).sort((a, b) => a - b)
  const done = lifetimes.flatMap(({ time, observed }) => (observed ? time : [])).sort((a, b) => a - b)
  const { low, high } = quantileRanks(n, share, 1 - alpha)
  return {
    observed: survivalQuantile(kaplanMeier(lifetimes), share).value,
    low: low === null ? 0 : ends[low - 1]!,
    high: high === null ? null : (done[high - 1] ?? null),
    n,
  }
}

function ofMean(values: readonly number[], alpha: number, key: readonly [number, string, string]): Bounded {
  const n = values.length
  if (n === 0) return { ...unknown, n }
  const draws = streamKey(...key)
  // An end is at least the 25th of the sorted resamples.
  const resamples = Math.max(999, Math.ceil(25 / alpha / 1000) * 1000 - 1)
  const { value, low, high } = meanInterval(values, i => uniform(draws, i), { confidence: 1 - 2 * alpha, resamples })
  const isEnough = n >= meanTrialsMin
  return { observed: value, low: isEnough ? low : null, high: isEnough ? high : null, n }
}
