import { kaplanMeier, type Lifetime, restrictedMean, survivalQuantile } from '../stats/survival.ts'
import type { TrialFacts } from './instants.ts'
import { measuredFromMs } from './outcome.ts'
import type { TimeSplit, TimeSummary } from './summary.ts'

/** Times in seconds from one instant of each trial, censored where the trial stopped looking. */
export interface Followed {
  readonly lifetimes: readonly Lifetime[]
  /** Until when every trial was followed; 0 without trials. */
  readonly horizonS: number
}

/** @param toMs when the thing happened, null where it did not before `untilMs` */
export function follow(
  trials: readonly { readonly fromMs: number; readonly toMs: number | null; readonly untilMs: number }[],
): Followed {
  return {
    lifetimes: trials.map(({ fromMs, toMs, untilMs }) => ({
      time: ((toMs ?? untilMs) - fromMs) / 1000,
      observed: toMs !== null,
    })),
    horizonS: trials.length === 0 ? 0 : Math.min(...trials.map(({ fromMs, untilMs }) => untilMs - fromMs)) / 1000,
  }
}

/** Onset to detection, until the horizon. */
export function detectionTimes(facts: readonly TrialFacts[]): Followed {
  return followFromOnset(facts, ({ detectedMs, horizonMs }) => ({ toMs: detectedMs, untilMs: horizonMs }))
}

/** Onset to recovery, until people are no longer followed. */
export function recoveryTimes(facts: readonly TrialFacts[]): Followed {
  return followFromOnset(facts, ({ recoveredMs, endMs }) => ({ toMs: recoveredMs, untilMs: endMs }))
}

/** Onset to the intended change being live and healthy, until people are no longer followed. */
export function resolutionTimes(facts: readonly TrialFacts[]): Followed {
  return followFromOnset(facts, ({ resolvedMs, endMs }) => ({ toMs: resolvedMs, untilMs: endMs }))
}

function followFromOnset(
  facts: readonly TrialFacts[],
  times: (facts: TrialFacts) => { readonly toMs: number | null; readonly untilMs: number },
): Followed {
  return follow(
    facts.flatMap(one => {
      const fromMs = measuredFromMs(one)
      return fromMs === null ? [] : { fromMs, ...times(one) }
    }),
  )
}

/** Quantiles by Kaplan and Meier, and the mean restricted to where the first trial is censored. */
export function summarizeTime({ lifetimes, horizonS }: Followed): TimeSummary {
  const curve = kaplanMeier(lifetimes)
  const { value, low, high } = restrictedMean(lifetimes, horizonS)
  return {
    median: survivalQuantile(curve, 0.5),
    p95: survivalQuantile(curve, 0.95),
    restrictedMean: { value, low, high },
    censored: lifetimes.filter(({ observed }) => !observed).length,
  }
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
