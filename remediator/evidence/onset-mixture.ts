/**
 * An e-process for a fault that may begin at any look: E_t = mean over experts of the sum over s <= t of π_s E_{s:t}, plus the prior
 * of the onsets still to come. P(E ever reaches 1/α) <= α while nothing is wrong (Ville), over the whole deploy. The sum over s is
 * kept by the recursion A <- (A + π) e^increment; A is held in linear scale, which is cheaper and loses nothing: an A that
 * underflows has lost its bet, and one that reaches the ceiling has long raised the alarm.
 */
export interface OnsetMixture {
  /** A per expert. */
  readonly perExpert: Float64Array
  looks: number
  /** Sum of π so far, at most 1. */
  priorSpent: number
}

const ceiling = 1e300

export function createOnsetMixture(experts: number): OnsetMixture {
  return { perExpert: new Float64Array(experts), looks: 0, priorSpent: 0 }
}

/**
 * Prior of an onset at look t, counted from 1: half at the first, as bad deploys are mostly bad at once, the rest uniform over the
 * planned looks. Later looks open no new onset.
 */
export function onsetPrior(look: number, plannedLooks: number): number {
  if (look === 1) return 0.5
  return look <= plannedLooks ? 0.5 / (plannedLooks - 1) : 0
}

/** @param increments nats per expert for this look, each decided before the look was seen. */
export function addLook(mixture: OnsetMixture, increments: ArrayLike<number>, prior: number): void {
  const { perExpert } = mixture
  mixture.looks++
  mixture.priorSpent += prior
  for (let m = 0; m < perExpert.length; m++) {
    perExpert[m] = Math.min(ceiling, (perExpert[m]! + prior) * Math.exp(increments[m]!))
  }
}

/** ln E, at least -700. */
export function logEvidence({ perExpert, priorSpent }: OnsetMixture): number {
  let sum = 0
  for (let m = 0; m < perExpert.length; m++) sum += perExpert[m]!
  return Math.max(-700, Math.log(sum / perExpert.length + Math.max(0, 1 - priorSpent)))
}

/** ln of what some experts hold of E. */
export function logEvidenceOfExperts({ perExpert }: OnsetMixture, isCounted: (expert: number) => boolean): number {
  let sum = 0
  for (let m = 0; m < perExpert.length; m++) if (isCounted(m)) sum += perExpert[m]!
  return Math.max(-700, Math.log(sum / perExpert.length))
}

/** Starts anew. What has been bet and passed is lost: an alarm needs all its evidence again, so the level stands. */
export function forget(mixture: OnsetMixture): void {
  mixture.perExpert.fill(0)
  mixture.looks = 0
  mixture.priorSpent = 0
}

/** Index of the expert that gained most. */
export function leadingExpert({ perExpert }: OnsetMixture): number {
  let best = 0
  for (let m = 1; m < perExpert.length; m++) if (perExpert[m]! > perExpert[best]!) best = m
  return best
}
