import { progressDeadlineSeconds, replicasOf, stepsOf } from './spec.ts'
import type { ConditionType, RolloutCondition, RolloutState, RolloutStatus } from './state.ts'

/** Times in the API have whole seconds. */
export function toWholeSecond(ms: number): number {
  return Math.floor(ms / 1000) * 1000
}

export function newCondition(
  type: ConditionType,
  status: RolloutCondition['status'],
  reason: string,
  message: string,
  nowMs: number,
): RolloutCondition {
  return { type, status, reason, message, lastUpdateMs: toWholeSecond(nowMs) }
}

export function findCondition(
  conditions: readonly RolloutCondition[],
  type: ConditionType,
): RolloutCondition | undefined {
  return conditions.find(condition => condition.type === type)
}

/**
 * The conditions with one set. Same status and reason: the very same array, and the message stays too (utils/conditions/conditions.go,
 * SetRolloutCondition).
 */
export function setCondition(
  conditions: readonly RolloutCondition[],
  condition: RolloutCondition,
): readonly RolloutCondition[] {
  const current = findCondition(conditions, condition.type)
  if (current !== undefined && current.status === condition.status && current.reason === condition.reason)
    return conditions
  return [...removeCondition(conditions, condition.type), condition]
}

export function removeCondition(
  conditions: readonly RolloutCondition[],
  type: ConditionType,
): readonly RolloutCondition[] {
  return conditions.some(condition => condition.type === type)
    ? conditions.filter(condition => condition.type !== type)
    : conditions
}

/**
 * Whether the new status shows progress over the old: a step, the stable version or the steps changed, updated replicas changed,
 * old ones went, more are ready or available (RolloutProgressing).
 */
export function showsProgress(old: RolloutStatus, now: RolloutStatus): boolean {
  const stepChanged =
    now.currentStepIndex !== null && old.currentStepIndex !== null && now.currentStepIndex !== old.currentStepIndex
  return (
    now.updatedReplicas !== old.updatedReplicas ||
    now.replicas - now.updatedReplicas < old.replicas - old.updatedReplicas ||
    now.readyReplicas > old.readyReplicas ||
    now.availableReplicas > old.availableReplicas ||
    now.stableHash !== old.stableHash ||
    stepChanged ||
    now.currentStepHash !== old.currentStepHash
  )
}

/** Whether everything desired is updated, available, stable and past all steps, and the spec was seen before (RolloutHealthy). */
export function isHealthy(state: RolloutState, old: RolloutStatus, now: RolloutStatus): boolean {
  const replicas = replicasOf(state.spec)
  const steps = stepsOf(state.spec).length
  return (
    now.updatedReplicas === replicas &&
    now.availableReplicas === replicas &&
    now.replicas === replicas &&
    old.observedGeneration === state.generation &&
    (steps === 0 || now.currentStepIndex === null || now.currentStepIndex === steps) &&
    isFullyPromoted(now) &&
    now.stableHash !== ''
  )
}

export function isFullyPromoted(status: Pick<RolloutStatus, 'stableHash' | 'currentPodHash'>): boolean {
  return status.stableHash === status.currentPodHash
}

/** Whether the last progress lies further back than the deadline (RolloutTimedOut). Not judged while paused or aborted. */
export function isTimedOut(state: RolloutState, conditions: readonly RolloutCondition[], nowMs: number): boolean {
  const condition = findCondition(conditions, 'Progressing')
  if (condition === undefined || condition.reason === 'RolloutAborted' || condition.reason === 'RolloutPaused')
    return false
  if (condition.reason === 'ProgressDeadlineExceeded') return true
  return condition.lastUpdateMs + progressDeadlineSeconds(state.spec) * 1000 < nowMs
}
