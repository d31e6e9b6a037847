import { emit } from './events.ts'
import { abortFor, isAborted, type ReconcileContext } from './reconcile-context.ts'
import {
  findCondition,
  isFullyPromoted,
  isHealthy,
  isTimedOut,
  newCondition,
  removeCondition,
  setCondition,
  showsProgress,
} from './rollout-conditions.ts'
import { replicasOf } from './spec.ts'
import type { RolloutCondition } from './state.ts'
import { type DraftStatus, isIndefiniteStep } from './write-status.ts'

/** Sets the conditions of a new status, in the controller's order (rollout/sync.go, calculateRolloutConditions). */
export function judgeConditions(context: ReconcileContext, draft: DraftStatus): void {
  const { state, status, nowMs } = context
  const set = (
    type: RolloutCondition['type'],
    value: RolloutCondition['status'],
    reason: string,
    message: string,
  ): boolean => {
    const before = draft.conditions
    draft.conditions = setCondition(before, newCondition(type, value, reason, message, nowMs))
    return draft.conditions !== before
  }
  const isPaused = status.pauseConditions.length > 0 || state.spec.paused === true
  const isNowHealthy = isHealthy(state, status, draft)
  let becameUnhealthy = false
  if (isNowHealthy && !isPaused) set('Healthy', 'True', 'RolloutHealthy', 'Rollout is healthy')
  else if (findCondition(status.conditions, 'Healthy') !== undefined) {
    becameUnhealthy = set('Healthy', 'False', 'RolloutHealthy', 'Rollout is not healthy')
  }
  if (isAborted(context)) {
    const reason = context.abortMessage === '' ? '' : `: ${context.abortMessage}`
    const message = `Rollout aborted update to revision ${state.revision}${reason}`
    if (set('Progressing', 'False', 'RolloutAborted', message)) emit(state, nowMs, 'RolloutAborted', message, 'Warning')
  } else {
    judgeProgress(context, draft, isNowHealthy, becameUnhealthy, set)
  }
  const available = context.all.reduce((sum, one) => sum + one.availableReplicas, 0) >= replicasOf(state.spec)
  if (available) set('Available', 'True', 'AvailableReason', 'Rollout has minimum availability')
  else set('Available', 'False', 'AvailableReason', 'Rollout does not have minimum availability')
  if (draft.stableHash !== '' && isFullyPromoted(draft))
    set('Completed', 'True', 'RolloutCompleted', 'RolloutCompleted')
  else if (set('Completed', 'False', 'RolloutCompleted', 'RolloutCompleted')) {
    const update = `revision ${state.revision} (${draft.currentPodHash})`
    emit(state, nowMs, 'RolloutNotCompleted', `Rollout not completed, started update to ${update}`)
  }
}

type SetCondition = (
  type: RolloutCondition['type'],
  value: RolloutCondition['status'],
  reason: string,
  message: string,
) => boolean

function judgeProgress(
  context: ReconcileContext,
  draft: DraftStatus,
  isNowHealthy: boolean,
  becameUnhealthy: boolean,
  set: SetCondition,
): void {
  const { state, status, canary, nowMs } = context
  if (isNowHealthy) {
    set('Progressing', 'True', 'NewReplicaSetAvailable', `ReplicaSet "${canary.name}" has successfully progressed.`)
  } else if (showsProgress(status, draft) || becameUnhealthy) {
    // Removed first: the condition's time is that of the last progress, even when reason and status stay.
    draft.conditions = removeCondition(draft.conditions, 'Progressing')
    if (becameUnhealthy && isFullyPromoted(draft)) {
      set('Progressing', 'True', 'ReplicaSetNotAvailable', 'Rollout does not have minimum availability')
    } else set('Progressing', 'True', 'ReplicaSetUpdated', `ReplicaSet "${canary.name}" is progressing.`)
  } else if (!isIndefiniteStep(state, status) && isTimedOut(state, draft.conditions, nowMs)) {
    const message = `ReplicaSet "${canary.name}" has timed out progressing.`
    set('Progressing', 'False', 'ProgressDeadlineExceeded', message)
    if (state.spec.progressDeadlineAbort === true) {
      abortFor(context, message)
      emit(state, nowMs, 'RolloutAborted', message, 'Warning')
    }
  }
}
