import type { RatioTable } from './class-ratio.ts'
import { shiftLatency } from './latency-shift.ts'

/** What the experts believe of a bad version, and what is tolerated of a good one. All ratios and factors are at least 1. */
export interface ExpertBeliefs {
  /** The error probability is this many times the baseline's. */
  readonly errorRatios: readonly number[]
  /** Requests take this many times as long. */
  readonly latencyFactors: readonly number[]
  /** This share of successes moves to the buckets above the baseline's 95th percentile. */
  readonly tailShare: number
  readonly toleratedErrorRatio: number
  readonly toleratedLatencyFactor: number
}

/** Requests that the plug-in expert's prior, centred on the baseline, is worth. */
const plugInPriorWeight = 20
const largestRatio = 100

/**
 * The experts' table, rewritten in place from what was known before a look. Classes are the latency buckets of successes, as shares
 * of successes, then errors, as a share of requests: what one part shows does not depend on the other.
 */
export interface ExpertTable extends RatioTable {
  readonly experts: number
  /** First latency bucket that a slow-down fills: from here on bets are on more, one bucket further down on less. */
  firstSlow: number
}

export function createExpertTable(beliefs: ExpertBeliefs, classes: number): ExpertTable {
  const experts = beliefs.errorRatios.length + beliefs.latencyFactors.length + 3
  return {
    experts,
    classes,
    firstSlow: 0,
    tolerated: new Float64Array(classes).fill(1),
    ratio: new Float64Array(experts * classes).fill(1),
    logGain: new Float64Array(experts * classes),
  }
}

/** Indices of the experts that bet on latency alone; the others bet on errors alone. */
export function latencyExperts({ errorRatios, latencyFactors }: ExpertBeliefs): { first: number; last: number } {
  return { first: errorRatios.length, last: errorRatios.length + latencyFactors.length + 1 }
}

/** How expert `index` is named in the reason of an alarm. */
export function expertName({ errorRatios, latencyFactors }: ExpertBeliefs, index: number): string {
  if (index < errorRatios.length) return `errors x${errorRatios[index]}`
  const shift = index - errorRatios.length
  if (shift < latencyFactors.length) return `latency x${latencyFactors[shift]}`
  return ['slow tail', 'past latency', 'past errors'][shift - latencyFactors.length]!
}

/**
 * Sets the tolerance, and the experts that are told by the baseline alone. A version whose pods are somewhat slower, or fail somewhat
 * more, is not bad.
 * @param law smoothed weight per class of the baseline, every one above 0, the last one errors.
 */
export function setBaselineExperts(
  table: ExpertTable,
  beliefs: ExpertBeliefs,
  law: Float64Array,
  upperBoundsS: readonly number[],
): void {
  const { classes, tolerated } = table
  const errors = classes - 1
  const shifted = new Float64Array(classes)
  shiftLatency(law, upperBoundsS, beliefs.toleratedLatencyFactor, shifted)
  table.firstSlow = 0
  while (table.firstSlow < errors - 1 && shifted[table.firstSlow]! <= law[table.firstSlow]!) table.firstSlow++
  for (let k = 0; k < errors; k++) {
    const grown = bounded(shifted[k]! / law[k]!)
    tolerated[k] = k < table.firstSlow ? Math.min(1, grown) : Math.max(1, grown)
  }
  tolerated[errors] = beliefs.toleratedErrorRatio

  let expert = 0
  for (const errorRatio of beliefs.errorRatios) betOnErrors(table, expert++, errorRatio)
  for (const factor of beliefs.latencyFactors) {
    shiftLatency(law, upperBoundsS, factor, shifted)
    for (let k = 0; k < errors; k++) shifted[k]! /= law[k]!
    betOnLatency(table, expert++, shifted)
  }
  let total = 0
  for (let k = 0; k < errors; k++) total += law[k]!
  const firstTail = Math.min(errors - 1, bucketAbove(law, errors, 0.95 * total))
  const bump = (beliefs.tailShare * total) / (errors - firstTail)
  for (let k = 0; k < errors; k++) shifted[k] = k < firstTail ? 1 : 1 + bump / law[k]!
  betOnLatency(table, expert, shifted)
}

/**
 * Sets the last two experts, which believe that the judged version goes on as in its past looks, shrunk towards the baseline: one in
 * its latency, the other in its errors. They compare how many were at least as slow, and how many at least as fast, which is steadier
 * than bucket by bucket.
 */
export function setPlugInExpert(
  table: ExpertTable,
  law: Float64Array,
  past: Float64Array,
  scratch: Float64Array,
): void {
  const { classes, experts } = table
  const errors = classes - 1
  let successes = 0
  let baselineSuccesses = 0
  for (let k = 0; k < errors; k++) {
    successes += past[k]!
    baselineSuccesses += law[k]!
  }
  const shrunk = (count: number, share: number, trials: number) =>
    (count / share + plugInPriorWeight) / (trials + plugInPriorWeight)
  for (let k = errors - 1, count = 0, share = 0; k >= table.firstSlow; k--) {
    count += past[k]!
    share += law[k]! / baselineSuccesses
    scratch[k] = shrunk(count, share, successes)
  }
  for (let k = 0, count = 0, share = 0; k < table.firstSlow; k++) {
    count += past[k]!
    share += law[k]! / baselineSuccesses
    scratch[k] = shrunk(count, share, successes)
  }
  betOnLatency(table, experts - 2, scratch)
  const errorShare = law[errors]! / (baselineSuccesses + law[errors]!)
  betOnErrors(table, experts - 1, shrunk(past[errors]!, errorShare, successes + past[errors]!))
}

function betOnErrors(table: ExpertTable, expert: number, belief: number): void {
  const errors = table.classes - 1
  setBet(table, expert, errors, Math.max(0, Math.log(bounded(belief) / table.tolerated[errors]!)))
}

/**
 * Bets against slower alone: the gain never falls from one bucket to the next slower one, so that a version that is faster than the
 * baseline, in whatever way, loses the bets. The bucket below the first slow one has none: whether it grows or shrinks depends on where
 * in it the requests lie, and a wrong bet there costs small slow-downs.
 */
function betOnLatency(table: ExpertTable, expert: number, beliefs: ArrayLike<number>): void {
  const { classes, tolerated, firstSlow } = table
  let gain = 0
  for (let k = firstSlow; k < classes - 1; k++) {
    gain = Math.max(gain, Math.log(bounded(beliefs[k]!) / tolerated[k]!))
    setBet(table, expert, k, gain)
  }
  if (firstSlow > 0) setBet(table, expert, firstSlow - 1, 0)
  gain = 0
  for (let k = firstSlow - 2; k >= 0; k--) {
    gain = Math.min(gain, Math.log(bounded(beliefs[k]!) / tolerated[k]!))
    setBet(table, expert, k, gain)
  }
}

function setBet({ classes, tolerated, ratio, logGain }: ExpertTable, expert: number, k: number, gain: number): void {
  const at = expert * classes + k
  ratio[at] = tolerated[k]! * Math.exp(gain)
  logGain[at] = gain
}

function bounded(ratio: number): number {
  return Math.min(largestRatio, Math.max(1 / largestRatio, ratio))
}

/** First bucket that lies above a cumulated weight. */
function bucketAbove(law: Float64Array, buckets: number, weight: number): number {
  let below = 0
  for (let k = 0; k < buckets; k++) {
    below += law[k]!
    if (below >= weight) return k + 1
  }
  return buckets
}
