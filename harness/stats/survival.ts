import type { Estimate } from './estimate.ts'
import { wilson } from './proportion.ts'
import { normalQuantile } from './special.ts'

/** A time that either ended in the event (`observed`) or was still running when we stopped looking (right-censored). */
export interface Lifetime {
  readonly time: number
  readonly observed: boolean
}

/** The Kaplan-Meier curve just after one time at which events were observed. */
export interface SurvivalStep {
  readonly time: number
  /**
   * Still running just before this time. Whatever is censored at this very time counts: events come before censorings.
   */
  readonly atRisk: number
  readonly events: number
  readonly survival: number
  /** Greenwood's sum of events / (atRisk · (atRisk - events)) to here; Infinity once nothing survives. */
  readonly greenwood: number
}

/**
 * Product-limit estimate of survival (Kaplan and Meier 1958): one step per time with events, ascending. Survival is 1
 * before the first.
 */
export function kaplanMeier(lifetimes: readonly Lifetime[]): SurvivalStep[] {
  const sorted = lifetimes.toSorted((a, b) => a.time - b.time)
  const steps: SurvivalStep[] = []
  let survival = 1
  let greenwood = 0
  for (let first = 0; first < sorted.length; ) {
    const { time } = sorted[first]!
    if (Number.isNaN(time)) throw new RangeError('a lifetime is not a number')
    let next = first
    let events = 0
    for (; next < sorted.length && sorted[next]!.time === time; next++) if (sorted[next]!.observed) events++
    const atRisk = sorted.length - first
    if (events > 0) {
      survival *= (atRisk - events) / atRisk
      greenwood += events / (atRisk * (atRisk - events))
      steps.push({ time, atRisk, events, survival, greenwood })
    }
    first = next
  }
  return steps
}

/** Slack for the rounding of a product of fractions that should equal the share asked for. */
const rounding = 1e-9

/**
 * The first time by which at least the share `share` has had the event (0.5 is the median), null where the curve does
 * not get there. Its interval is Brookmeyer and Crowley's (1982) on the complementary log-log scale (Klein and
 * Moeschberger, Survival Analysis, 2nd ed., section 4.5): the times at which the pointwise band of the curve contains 1
 * - `share`. Where all or none survive, Greenwood's formula knows no spread and the band is Clopper and Pearson's for
 * those at risk, as in Fay, Brittain and Proschan (2013), so that three trials bound no median and a hundred equal
 * times do. An end that the band does not reach is null.
 */
export function survivalQuantile(curve: readonly SurvivalStep[], share: number, confidence = 0.95): Estimate {
  const left = 1 - share + rounding
  const z = normalQuantile((1 + confidence) / 2)
  const tail = (1 - confidence) / 2
  const estimate: Estimate = { value: null, low: null, high: null }
  const unboundedBelow = curve.length > 0 && tail ** (1 / curve[0]!.atRisk) <= left
  let upper = 1
  for (const { time, atRisk, survival, greenwood } of curve) {
    const lower = survival === 0 ? 0 : logLogLimit(survival, greenwood, z)
    upper = survival === 0 ? upper * (1 - tail ** (1 / atRisk)) : logLogLimit(survival, greenwood, -z)
    if (survival <= left) estimate.value ??= time
    if (lower <= left && !unboundedBelow) estimate.low ??= time
    if (upper <= left) estimate.high ??= time
  }
  return estimate
}

/** S^exp(z · se(ln -ln S)): the lower limit of survival for z above 0, the upper one below. */
function logLogLimit(survival: number, greenwood: number, z: number): number {
  return survival ** Math.exp((z * Math.sqrt(greenwood)) / -Math.log(survival))
}

/**
 * Mean of the time cut off at `horizon`: the area under the curve to there, with its standard error from Greenwood's
 * formula and a normal interval within [0, horizon] (Klein and Moeschberger, section 4.5). Beyond the last time the
 * curve goes on level, so the figure is the restricted mean proper where nobody was censored before the horizon. All
 * null without data.
 * @param lifetimes times >= 0, in the unit of `horizon`
 */
export function restrictedMean(
  lifetimes: readonly Lifetime[],
  horizon: number,
  confidence = 0.95,
): Estimate & { standardError: number | null } {
  if (lifetimes.length === 0) return { value: null, low: null, high: null, standardError: null }
  const curve = kaplanMeier(lifetimes).filter(step => step.time < horizon)
  let area = 0
  let variance = 0
  let until = horizon
  for (const { time, survival, atRisk, events } of curve.toReversed()) {
    area += survival * (until - time)
    if (atRisk > events) variance += (area * area * events) / (atRisk * (atRisk - events))
    until = time
  }
  const value = area + until
  const standardError = Math.sqrt(variance)
  const reach = normalQuantile((1 + confidence) / 2) * standardError
  return { value, low: Math.max(0, value - reach), high: Math.min(horizon, value + reach), standardError }
}

/** Share of the lifetimes that ended in the event, with Wilson's interval. */
export function shareObserved(lifetimes: readonly Lifetime[], confidence = 0.95): Estimate {
  return wilson(lifetimes.filter(lifetime => lifetime.observed).length, lifetimes.length, confidence)
}
