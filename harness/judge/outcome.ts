import type { GroundTruth } from '../model/ground-truth.ts'
import { isSafeClass } from './gate.ts'
import type { TrialFacts } from './instants.ts'

export function isRollback(operation: string): boolean {
  return operation === 'abort' || operation === 'undo'
}

/** A release that ends what the deploy did: only a fix leaves what the deploy is for. */
export function isRepair(operation: string): boolean {
  return operation === 'fix' || operation === 'revert'
}

/** Whether a deed is one that ends the fault. */
export function isRemedy({ operation }: { readonly operation: string }, { remedies }: GroundTruth): boolean {
  return (remedies as readonly string[]).includes(operation)
}

/** A rollback is right only where it ends the fault and the version before can be returned to. */
export function wantsRollback({ deploy, remedies, rollbackSafe }: GroundTruth): boolean {
  return deploy === 'revert' && remedies.some(isRollback) && rollbackSafe
}

/** Engine or argo reverted the deploy before the horizon. */
export function isReverted({ revertedMs, horizonMs }: TrialFacts): boolean {
  return [revertedMs.engine, revertedMs.argo].some(t => t !== undefined && t <= horizonMs)
}

/** What engine or argo did up to the horizon that is no remedy, nor tolerated. Holding a deploy, or moving it on, is none of them. */
export function falseActions({ actions }: TrialFacts, truth: GroundTruth): string[] {
  const tolerated: readonly string[] = truth.tolerated ?? []
  const acting = (operation: string) =>
    isRollback(operation) || operation === 'flagOff' || operation === 'restart' || isSafeClass(operation)
  return actions.filter(
    operation => acting(operation) && !isRemedy({ operation }, truth) && !tolerated.includes(operation),
  )
}

/** Whether what was falsely done up to the horizon is argo's own aborts, and the engine did nothing wrong. */
export function isArgoAlone(facts: TrialFacts, truth: GroundTruth): boolean {
  const { engine = Infinity } = facts.revertedMs
  const done = falseActions(facts, truth)
  return done.length > 0 && done.every(isRollback) && engine > facts.horizonMs
}

/** Detected by engine or argo, or reverted before there was anything to detect. */
export function isDetected({ detectedMs, preempted }: TrialFacts): boolean {
  return detectedMs !== null || preempted
}

/** From where on the times of a trial are measured; null where it has none. */
export function measuredFromMs({ onsetMs, horizonMs, preempted }: TrialFacts): number | null {
  return onsetMs === null || onsetMs >= horizonMs || preempted ? null : onsetMs
}
