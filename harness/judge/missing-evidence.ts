import { trialsToClaim, trialsToTell } from '../stats/planning.ts'
import { poissonRate } from '../stats/poisson.ts'
import { restrictedMean } from '../stats/survival.ts'
import type { BoundedEvidence } from './bounded-evidence.ts'
import { type Bounded, boundsOf, meanTrialsMin } from './claims.ts'
import type { Counted } from './rates.ts'

/** Chance that the evidence asked for decides, if what was seen is what is true. */
const power = 0.8

/** More times today's evidence is too near to tell. */
const mostTimes = 4096

/**
 * How many trials in all, of those that count for the measure, are likely to show on which side of `limit` it lies; at least one more than
 * there are. Null where none was seen yet, or where what was seen is too near to the limit to tell.
 * @param alpha at which it will be decided
 */
export function trialsWanted(evidence: BoundedEvidence, limit: number, alpha: number): number | null {
  const { observed, n } = boundsOf(evidence, alpha, [0, 'missing evidence', ''])
  if (n === 0 || (observed === null && evidence.type !== 'quantile')) return null
  const wanted = wantedOf(evidence, { observed, n }, limit, alpha)
  return wanted === null ? null : Math.max(n + 1, wanted)
}

function wantedOf(
  evidence: BoundedEvidence,
  { observed, n }: Pick<Bounded, 'observed' | 'n'>,
  limit: number,
  alpha: number,
): number | null {
  switch (evidence.type) {
    case 'rate':
      return trialsToClaim(observed!, limit, { confidence: 1 - alpha / evidence.rates.length, power })
    case 'quantile': {
      const { lifetimes } = evidence.followed
      const done = lifetimes.filter(({ time, observed }) => observed && time <= limit).length
      return trialsToClaim(done / n, evidence.share, { confidence: 1 - alpha, power })
    }
    case 'mean': {
      const mean = observed!
      const variance = evidence.values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, n - 1)
      return ofMean(mean - limit, Math.sqrt(variance), alpha)
    }
    case 'restrictedMean': {
      const { lifetimes, horizonS } = evidence.followed
      const { standardError } = restrictedMean(lifetimes, horizonS)
      return ofMean(observed! - limit, (standardError ?? 0) * Math.sqrt(n), alpha)
    }
    case 'perHour':
      return scaled(n, times => {
        const { low, high } = poissonRate(Math.round(evidence.events * times), evidence.hours * times, 1 - 2 * alpha)
        return low! > limit || high! < limit
      })
    case 'precision': {
      const times = ({ count, n }: Counted, by: number) => ({ count: Math.round(count * by), n: Math.round(n * by) })
      return scaled(n, by => {
        const more = { ...evidence, recall: times(evidence.recall, by), falseActions: times(evidence.falseActions, by) }
        const { low, high } = boundsOf(more, alpha, [0, 'missing evidence', ''])
        return (low !== null && low > limit) || (high !== null && high < limit)
      })
    }
  }
}

/** As for an interval of two sides whose tails have `alpha` each. */
function ofMean(difference: number, deviation: number, alpha: number): number | null {
  const trials = trialsToTell(difference, deviation, { confidence: 1 - 2 * alpha, power })
  return trials === null ? null : Math.max(meanTrialsMin, trials)
}

/** The least power of the root of two by which the evidence has to grow in order to decide. */
function scaled(n: number, decides: (times: number) => boolean): number | null {
  for (let times = Math.SQRT2; times <= mostTimes; times *= Math.SQRT2) if (decides(times)) return Math.ceil(n * times)
  return null
}
