import { kaplanMeier, type Lifetime, restrictedMean, survivalQuantile } from '../stats/survival.ts'
import type { TrialFacts } from './instants.ts'
import { measuredFromMs } from './outcome.ts'
import type { Estimate, TimeSplit, TimeSummary } from './summary.ts'
import type { TrialResult } from './trial-result.ts'

/** A trial of which times are taken. */
export type TimedTrial = Pick<TrialResult, 'scenario' | 'facts'>

/** Below these an interval of times does not keep its coverage, and there is none. */
const trialsMin = 100
const eventsMin = 30

/** Times in seconds from one instant of each trial, censored where the trial stopped looking. */
export interface Followed {
  readonly lifetimes: readonly Lifetime[]
  /** Until when every trial was followed; 0 without trials. */
  readonly horizonS: number
}

/** From one instant of a trial to another. */
export interface Span {
  readonly scenario: string
  readonly fromMs: number
  /** When the thing happened, null where it did not before `untilMs`. */
  readonly toMs: number | null
  readonly untilMs: number
}

export function follow(trials: readonly Span[]): Followed {
  return {
    lifetimes: trials.map(({ scenario, fromMs, toMs, untilMs }) => ({
      time: ((toMs ?? untilMs) - fromMs) / 1000,
      observed: toMs !== null,
      stratum: scenario,
    })),
    horizonS: trials.length === 0 ? 0 : Math.min(...trials.map(({ fromMs, untilMs }) => untilMs - fromMs)) / 1000,
  }
}

/** Onset to detection, until the horizon. */
export function detectionTimes(trials: readonly TimedTrial[]): Followed {
  return followFromOnset(trials, ({ detectedMs, horizonMs }) => ({ toMs: detectedMs, untilMs: horizonMs }))
}

/** Onset to recovery, until people are no longer followed. */
export function recoveryTimes(trials: readonly TimedTrial[]): Followed {
  return followFromOnset(trials, ({ recoveredMs, endMs }) => ({ toMs: recoveredMs, untilMs: endMs }))
}

/** Onset to the intended change being live and healthy, until people are no longer followed. */
export function resolutionTimes(trials: readonly TimedTrial[]): Followed {
  return followFromOnset(trials, ({ resolvedMs, endMs }) => ({ toMs: resolvedMs, untilMs: endMs }))
}

function followFromOnset(
  trials: readonly TimedTrial[],
  times: (facts: TrialFacts) => { readonly toMs: number | null; readonly untilMs: number },
): Followed {
  return follow(
    trials.flatMap(({ scenario, facts }) => {
      const fromMs = measuredFromMs(facts)
      return fromMs === null ? [] : { scenario, fromMs, ...times(facts) }
    }),
  )
}

/**
 * Quantiles by Kaplan and Meier, and the mean restricted to where the first trial is censored. Their intervals are those of the luck of
 * the seeds: the scenarios are the suite's, in fixed shares.
 */
export function summarizeTime({ lifetimes, horizonS }: Followed): TimeSummary {
  const curve = kaplanMeier(lifetimes)
  const bounded = ({ value, low, high }: Estimate): Estimate =>
    isEnough(lifetimes) ? { value, low, high } : { value, low: null, high: null }
  return {
    median: bounded(survivalQuantile(curve, 0.5)),
    p95: bounded(survivalQuantile(curve, 0.95)),
    restrictedMean: bounded(restrictedMean(lifetimes, horizonS)),
    censored: lifetimes.filter(({ observed }) => !observed).length,
  }
}

/** Whether an interval of these times covers what it should: harness/checks/coverage.ts. */
export function isEnough(lifetimes: readonly Lifetime[]): boolean {
  return lifetimes.length >= trialsMin && lifetimes.filter(({ observed }) => observed).length >= eventsMin
}

/**
 * Parts of the restricted mean of the recovery times. The instants are clamped into [onset, end], where `end` is recovery or the
 * horizon of that mean; a missing one is taken at the end, and none later than the one that follows it: so an act without a detection
 * leaves nothing to decide.
 */
export function splitRecovery(facts: readonly TrialFacts[]): TimeSplit {
  const timed = facts.filter(one => measuredFromMs(one) !== null)
  if (timed.length === 0) return { detect: null, decide: null, execute: null, settle: null }
  const cutMs = Math.min(...timed.map(({ onsetMs, endMs }) => endMs - onsetMs!))
  const sums = { detect: 0, decide: 0, execute: 0, settle: 0 }
  for (const { onsetMs, detectedMs, actedMs, effectiveMs, recoveredMs } of timed) {
    const endMs = Math.min(recoveredMs ?? Infinity, onsetMs! + cutMs)
    const clamped = (t: number | null, nextMs: number) => Math.max(onsetMs!, Math.min(t ?? endMs, nextMs))
    const effective = clamped(effectiveMs, endMs)
    const acted = clamped(actedMs, effective)
    const detected = clamped(detectedMs, acted)
    sums.detect += detected - onsetMs!
    sums.decide += acted - detected
    sums.execute += effective - acted
    sums.settle += endMs - effective
  }
  const mean = (sumMs: number) => sumMs / timed.length / 1000
  return {
    detect: mean(sums.detect),
    decide: mean(sums.decide),
    execute: mean(sums.execute),
    settle: mean(sums.settle),
  }
}
