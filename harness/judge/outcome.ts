import { type GroundTruth, leaveAlone } from '../model/ground-truth.ts'
import type { Scenario, Variant } from '../model/scenario.ts'
import type { TrialFacts } from './instants.ts'

/** A rollback is right only where it ends the fault and the version before can be returned to. */
export function wantsRollback({ deploy, remedies, rollbackSafe }: GroundTruth): boolean {
  return deploy === 'revert' && remedies.length > 0 && rollbackSafe
}

/** Engine or argo reverted the deploy before the horizon. */
export function isReverted({ revertedMs, horizonMs }: TrialFacts): boolean {
  return [revertedMs.engine, revertedMs.argo].some(t => t !== undefined && t <= horizonMs)
}

/** Reverted before the fault touched anything, often so early that it never did. */
export function isPreempted({ preempted, onsetMs, revertedMs, horizonMs }: TrialFacts): boolean {
  return preempted || (onsetMs === null && Object.values(revertedMs).some(t => t <= horizonMs))
}

/** Detected by engine or argo, or reverted before there was anything to detect. */
export function isDetected(facts: TrialFacts): boolean {
  return facts.detectedMs !== null || isPreempted(facts)
}

/** From where on the times of a trial are measured; null where it has none. */
export function measuredFromMs(facts: TrialFacts): number | null {
  const { onsetMs, horizonMs } = facts
  return onsetMs === null || onsetMs >= horizonMs || isPreempted(facts) ? null : onsetMs
}
