import { binomialCdf } from './binomial.ts'
import { betainc, normalQuantile } from './special.ts'

export interface Planned {
  /** Of the claim (one-sided) or of the interval of a difference (two-sided), in (0, 1). */
  readonly confidence?: number
  /** Chance that the planned trials decide, in (0, 1). */
  readonly power?: number
}

/** Beyond this many events nobody waits. */
const mostEvents = 2 ** 20

/**
 * How many trials in all let the one-sided Clopper-Pearson bound show, with the chance `power`, on which side of
 * `bound` a true rate of `rate` lies: `claimHigh` below a `bound` above it, or `claimLow` above one below. Exact: the
 * least n that allows its number of events. Null where the rate equals the bound or is too near to tell.
 * @param rate in [0, 1], as observed so far
 */
export function trialsToClaim(
  rate: number,
  bound: number,
  { confidence = 0.95, power = 0.8 }: Planned = {},
): number | null {
  if (rate > bound) return trialsToClaim(1 - rate, 1 - bound, { confidence, power })
  if (!(rate < bound)) return null
  const trials = (events: number) => leastTrials(events, bound, confidence)
  const isEnough = (events: number) => binomialCdf(events, trials(events), rate) >= power
  let enough = 0
  while (!isEnough(enough)) {
    if (enough > mostEvents) return null
    enough = 2 * enough + 1
  }
  return trials(bisect(Math.floor(enough / 2) - 1, enough, isEnough))
}

/** Least n with claimHigh(events, n, confidence) < bound. */
function leastTrials(events: number, bound: number, confidence: number): number {
  const shows = (n: number) => n > events && betainc(bound, events + 1, n - events) > confidence
  let enough = events + 1
  while (!shows(enough)) enough *= 2
  return bisect(events, enough, shows)
}

/** Least whole number above `no` for which `holds`, given that it holds at `yes`. */
function bisect(no: number, yes: number, holds: (n: number) => boolean): number {
  while (yes - no > 1) {
    const middle = Math.floor((no + yes) / 2)
    if (holds(middle)) yes = middle
    else no = middle
  }
  return yes
}

/**
 * How many pairs let an interval of a mean difference exclude 0, with the chance `power`: ((z + z') sd / difference)².
 * Of unpaired samples of one size, the trials of each, where `standardDeviation` is the root of both variances' sum.
 * At least as many as can tell at all: 2^(1 - n), the sign test's p where all differ one way. Null where there is no
 * difference.
 * @param standardDeviation of the paired differences
 */
export function trialsToTell(
  difference: number,
  standardDeviation: number,
  { confidence = 0.95, power = 0.8 }: Planned = {},
): number | null {
  if (difference === 0) return null
  const reach = normalQuantile((1 + confidence) / 2) + normalQuantile(power)
  return Math.max(Math.ceil(1 - Math.log2(1 - confidence)), Math.ceil(((reach * standardDeviation) / difference) ** 2))
}

/**
 * How many pairs let McNemar's test tell two rates apart, with the chance `power`, from the shares of pairs in which
 * one side alone has the event: Miettinen (1968), Duffy (1984), Connor (1987). At least as many as can tell at all:
 * 2^-n, the mid-p where n pairs part one way. Null where the shares are equal.
 */
export function trialsToTellRates(
  onlyA: number,
  onlyB: number,
  { confidence = 0.95, power = 0.8 }: Planned = {},
): number | null {
  const difference = onlyB - onlyA
  if (difference === 0) return null
  const parted = onlyA + onlyB
  const reach =
    normalQuantile((1 + confidence) / 2) * Math.sqrt(parted) +
    normalQuantile(power) * Math.sqrt(parted - difference * difference)
  const least = -Math.log2(1 - confidence) / Math.max(onlyA, onlyB)
  return Math.ceil(Math.max(least, (reach / difference) ** 2))
}
