import { shiftLatency } from './latency-shift.ts'

/** What the experts believe of a bad version, and what is tolerated of a good one. All ratios are at least 1. */
export interface ExpertBeliefs {
  /** The error probability is this many times the baseline's. */
  readonly errorRatios: readonly number[]
  /** Requests take this many times as long. */
  readonly latencyFactors: readonly number[]
  /** This share of requests moves to the buckets above the baseline's 95th percentile. */
  readonly tailShare: number
  readonly toleratedErrorRatio: number
  readonly toleratedLatencyFactor: number
}

/** Requests that the plug-in expert's prior, centred on the baseline, is worth. */
const plugInPriorWeight = 20
const largestRatio = 100

/**
 * Ratios per expert and outcome class. Classes are the latency buckets of successes, then errors. A plain table, rewritten in place
 * from what was known before a look.
 */
export interface ExpertTable {
  readonly experts: number
  readonly classes: number
  readonly tolerated: Float64Array
  readonly ratio: Float64Array
  readonly logGain: Float64Array
}

export function createExpertTable(beliefs: ExpertBeliefs, classes: number): ExpertTable {
  const experts = beliefs.errorRatios.length + beliefs.latencyFactors.length + 2
  return {
    experts,
    classes,
    tolerated: new Float64Array(classes).fill(1),
    ratio: new Float64Array(experts * classes).fill(1),
    logGain: new Float64Array(experts * classes),
  }
}

/** How expert `index` is named in the reason of an alarm. */
export function expertName({ errorRatios, latencyFactors }: ExpertBeliefs, index: number): string {
  if (index < errorRatios.length) return `errors x${errorRatios[index]}`
  const shift = index - errorRatios.length
  if (shift < latencyFactors.length) return `latency x${latencyFactors[shift]}`
  return shift === latencyFactors.length ? 'slow tail' : 'past looks'
}

/**
 * Sets the experts that are told by the baseline alone, and the tolerance: a version whose pods are somewhat slower, or fail
 * somewhat more, is not bad. Under the tolerated slow-down some buckets grow and some shrink; only growing ones may be bet up, and
 * only shrinking ones down, so that every bet is against slower, never against faster.
 * @param law smoothed probability per class of the baseline, every one above 0, the last one errors.
 */
export function setBaselineExperts(
  table: ExpertTable,
  beliefs: ExpertBeliefs,
  law: Float64Array,
  upperBoundsS: readonly number[],
): void {
  const { classes, tolerated } = table
  const errorClass = classes - 1
  const shifted = new Float64Array(classes)
  shiftLatency(law, upperBoundsS, beliefs.toleratedLatencyFactor, shifted)
  for (let k = 0; k < errorClass; k++) tolerated[k] = bounded(shifted[k]! / law[k]!)
  tolerated[errorClass] = beliefs.toleratedErrorRatio

  let expert = 0
  for (const errorRatio of beliefs.errorRatios) {
    for (let k = 0; k < errorClass; k++) towards(table, expert, k, tolerated[k]!)
    towards(table, expert++, errorClass, errorRatio)
  }
  for (const factor of beliefs.latencyFactors) {
    shiftLatency(law, upperBoundsS, factor, shifted)
    for (let k = 0; k < errorClass; k++) towards(table, expert, k, shifted[k]! / law[k]!)
    towards(table, expert++, errorClass, beliefs.toleratedErrorRatio)
  }
  const firstTailClass = Math.min(errorClass - 1, classAbove(law, errorClass, 0.95))
  const bump = beliefs.tailShare / (errorClass - firstTailClass)
  for (let k = 0; k < errorClass; k++) {
    const moved = law[k]! * (1 - beliefs.tailShare) + (k >= firstTailClass ? bump : 0)
    towards(table, expert, k, k >= firstTailClass ? moved / law[k]! : tolerated[k]!)
  }
  towards(table, expert, errorClass, beliefs.toleratedErrorRatio)
}

/** Sets the last expert, which believes that the judged version goes on as its past looks, shrunk towards the baseline. */
export function setPlugInExpert(table: ExpertTable, law: Float64Array, past: Float64Array): void {
  const { experts, classes } = table
  let total = plugInPriorWeight
  for (let k = 0; k < classes; k++) total += past[k]!
  for (let k = 0; k < classes; k++) {
    towards(table, experts - 1, k, (past[k]! / law[k]! + plugInPriorWeight) / total)
  }
}

/** Lets an expert bet on a class, if its belief lies beyond what is tolerated, as seen from 1. */
function towards({ classes, tolerated, ratio, logGain }: ExpertTable, expert: number, k: number, belief: number): void {
  const limit = tolerated[k]!
  const believed = bounded(belief)
  const bets = limit > 1 || k === classes - 1 ? believed > limit : believed < limit
  const at = expert * classes + k
  ratio[at] = bets ? believed : limit
  logGain[at] = bets ? Math.log(believed / limit) : 0
}

function bounded(ratio: number): number {
  return Math.min(largestRatio, Math.max(1 / largestRatio, ratio))
}

function classAbove(law: Float64Array, buckets: number, quantile: number): number {
  let total = 0
  for (let k = 0; k < buckets; k++) total += law[k]!
  let below = 0
  for (let k = 0; k < buckets; k++) {
    below += law[k]!
    if (below >= quantile * total) return k + 1
  }
  return buckets
}
