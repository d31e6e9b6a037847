import type { CanaryStep } from '../../manifests/argo-types.ts'
import type { ReconcileContext } from './reconcile-context.ts'
import { basicCanaryCounts, type CanaryCounts } from './replica-counts.ts'
import { pauseSeconds, podBudget, replicasOf, stepsOf } from './spec.ts'
import type { RolloutState, RolloutStatus } from './state.ts'

export interface CurrentStep {
  /** undefined past the last step, and where there are no steps. */
  readonly step: CanaryStep | undefined
  /** null where there are no steps. */
  readonly index: number | null
}

/** utils/replicaset/canary.go, GetCurrentCanaryStep. */
export function currentStep(state: RolloutState, status: RolloutStatus): CurrentStep {
  const steps = stepsOf(state.spec)
  if (steps.length === 0) return { step: undefined, index: null }
  const index = status.currentStepIndex ?? 0
  return { step: steps[index], index }
}

/** Percent of the pods that should be canaries now: the latest setWeight (GetCanaryReplicasOrWeight, GetCurrentSetWeight). */
function desiredWeight(state: RolloutState, status: RolloutStatus): number {
  if (status.promoteFull || status.stableHash === '' || status.currentPodHash === status.stableHash) return 100
  if (status.abort) return 0
  const { step, index } = currentStep(state, status)
  if (step === undefined || index === null) return 100
  const steps = stepsOf(state.spec)
  for (let i = index; i >= 0; i--) {
    const weight = steps[i]?.setWeight
    if (weight !== undefined) return weight
  }
  return 0
}

/** What canary and stable should be scaled to at this moment. */
export function desiredCounts(context: ReconcileContext): CanaryCounts {
  const { state, status, canary, stable, others } = context
  const counts = (one: { specReplicas: number; availableReplicas: number }) => ({
    spec: one.specReplicas,
    available: one.availableReplicas,
  })
  return basicCanaryCounts({
    replicas: replicasOf(state.spec),
    weight: desiredWeight(state, status),
    ...podBudget(state.spec),
    canary: counts(canary),
    stable: stable === null ? null : counts(stable),
    isStableDistinct: stable !== null && stable !== canary,
    olderSpec: others.reduce((sum, one) => sum + one.specReplicas, 0),
  })
}

/** Whether the step's own condition holds, so that the next one may begin (rollout/canary.go, completedCurrentCanaryStep). */
export function isStepCompleted(context: ReconcileContext): boolean {
  const { state, status } = context
  if (state.spec.paused === true) return false
  const { step } = currentStep(state, status)
  if (step === undefined) return false
  if (step.pause !== undefined) return isPauseOver(context, step.pause)
  if (step.setWeight !== undefined) return isAtDesiredCounts(context)
  return step.analysis !== undefined && context.stepRun?.phase === 'Successful'
}

/** Over when a user lifted it, or strictly after its duration, counted from a start in whole seconds (CompletedCanaryPauseStep). */
function isPauseOver(context: ReconcileContext, pause: NonNullable<CanaryStep['pause']>): boolean {
  const condition = context.status.pauseConditions.find(one => one.reason === 'CanaryPauseStep')
  if (condition === undefined) return context.status.controllerPause
  return pause.duration !== undefined && context.nowMs > condition.startMs + pauseSeconds(pause) * 1000
}

/**
 * Whether the counts are what surge and availability allow at this moment, which may be far from the weight
 * (AtDesiredReplicaCountsForCanary).
 */
function isAtDesiredCounts(context: ReconcileContext): boolean {
  const { stable, others } = context
  const desired = desiredCounts(context)
  if (!isProgressThresholdMet(context, desired.canary)) return false
  if (stable === null || stable.specReplicas !== desired.stable || stable.replicas !== desired.stable) return false
  return others.every(one => one.availableReplicas === 0)
}

/** Whether enough canaries are available: all, unless `replicaProgressThreshold` says fewer (ReplicaProgressThresholdMet). */
export function isProgressThresholdMet(context: ReconcileContext, desired: number): boolean {
  const { canary } = context
  const threshold = context.state.spec.strategy.canary?.replicaProgressThreshold
  if (threshold === undefined || threshold.value < 0)
    return canary.specReplicas === desired && canary.availableReplicas === desired
  if (threshold.type === 'Pods') return canary.availableReplicas >= threshold.value
  const share = (canary.availableReplicas / desired) * 100
  return desired === 0 || share >= threshold.value || Math.abs(share - threshold.value) <= 1e-10
}
