import { currentStep, isProgressThresholdMet, isStepCompleted } from './canary-steps.ts'
import { emit } from './events.ts'
import { judgeConditions } from './judge-conditions.ts'
import { isAborted, isRollbackWithinWindow, type ReconcileContext } from './reconcile-context.ts'
import { removeCondition } from './rollout-conditions.ts'
import { describeStep, replicasOf, stepsOf } from './spec.ts'
import { type DraftStatus, persistStatus } from './write-status.ts'

/** Whether template or steps are not those that the status speaks of (utils/replicaset, PodTemplateOrStepsChanged). */
export function isUpdateNew(context: ReconcileContext): boolean {
  const { status, state, canary } = context
  if (status.currentStepHash === '' || status.currentStepHash !== state.stepsKey) return true
  return status.currentPodHash !== '' && status.currentPodHash !== canary.podTemplateHash
}

/** Computes and writes the status at the end of a pass; at most one step completes in it (rollout/canary.go, syncRolloutStatusCanary). */
export function syncStatus(context: ReconcileContext): void {
  const { state, status, nowMs } = context
  const draft = draftStatus(context)
  const steps = stepsOf(state.spec)
  const { step, index } = currentStep(state, status)
  if (isUpdateNew(context)) {
    resetForUpdate(context, draft, steps.length)
  } else {
    let next = index
    const skipsSteps = status.promoteFull || isRollbackWithinWindow(context)
    if (skipsSteps) {
      context.clearPauses = true
      context.removeAbort = true
      if (steps.length > 0) next = steps.length
    }
    const reason = promotionReason(context, steps.length)
    if (reason !== '') {
      promote(context, draft, steps.length, reason)
    } else if (isAborted(context)) {
      draft.currentStepIndex = steps.length === 0 ? null : draft.stableHash === draft.currentPodHash ? steps.length : 0
    } else {
      // Where steps are skipped the one that stood before may still complete: upstream then counts beyond the last, total included.
      if (step !== undefined && next !== null && isStepCompleted(context)) {
        next++
        draft.stepRun = null
        const total = skipsSteps ? next : steps.length
        emit(state, nowMs, 'RolloutStepCompleted', `Rollout step ${next}/${total} completed (${describeStep(step)})`)
        context.removePauses.push('CanaryPauseStep')
      }
      draft.currentStepIndex = next
    }
  }
  judgeConditions(context, draft)
  persistStatus(context, draft)
}

/** The common fields, from what the ReplicaSets say; all others as in a status that has just begun (calculateBaseStatus). */
function draftStatus(context: ReconcileContext): DraftStatus {
  const { state, status, canary, all } = context
  const sum = (pick: (one: (typeof all)[number]) => number) => all.reduce((total, one) => total + pick(one), 0)
  const replicas = sum(one => one.replicas)
  return {
    abort: false,
    abortedAtMs: null,
    pauseConditions: [],
    controllerPause: false,
    // Compared with a stable version that is not filled in yet, as upstream does: a promotion in full lasts until it is done.
    promoteFull: status.promoteFull,
    currentPodHash: canary.podTemplateHash,
    stableHash: status.stableHash,
    currentStepHash: state.stepsKey,
    currentStepIndex: null,
    replicas,
    updatedReplicas: canary.replicas,
    readyReplicas: sum(one => one.readyReplicas),
    availableReplicas: sum(one => one.availableReplicas),
    hpaReplicas: replicas,
    observedGeneration: state.generation,
    conditions: removeCondition(status.conditions, 'InvalidSpec'),
    restartedAtMs: context.restartedAtMs,
    stepRun: context.newStepRun,
    backgroundRun: context.newBackgroundRun,
    phase: status.phase,
    message: status.message,
  }
}

function resetForUpdate(context: ReconcileContext, draft: DraftStatus, stepCount: number): void {
  const { state, status, canary, nowMs } = context
  context.clearPauses = true
  context.removeAbort = true
  draft.restartedAtMs = state.restartAtMs
  draft.promoteFull = false
  draft.stepRun = null
  draft.backgroundRun = null
  draft.currentStepIndex = stepCount > 0 ? 0 : null
  if (stepCount === 0) return
  if (status.stableHash === canary.podTemplateHash) {
    emit(state, nowMs, 'SkipSteps', 'Rollback to stable ReplicaSets')
    draft.currentStepIndex = stepCount
  } else if (canary.specReplicas > 0 && isRollbackWithinWindow(context)) {
    emit(state, nowMs, 'SkipSteps', 'Rollback to active ReplicaSets within RollbackWindow')
    draft.currentStepIndex = stepCount
  }
}

/** Why the canary becomes stable now; empty where it does not (rollout/sync.go, shouldFullPromote). */
function promotionReason(context: ReconcileContext, stepCount: number): string {
  const { state, status, canary, stable } = context
  if (stable === null) return 'Initial deploy'
  if (isAborted(context)) return ''
  const replicas = replicasOf(state.spec)
  if (canary.availableReplicas < replicas && !isProgressThresholdMet(context, replicas)) return ''
  if (status.promoteFull) return 'Full promotion requested'
  if (isRollbackWithinWindow(context)) return 'Rollback within window'
  return stepCount === 0 || status.currentStepIndex === stepCount ? `Completed all ${stepCount} canary steps` : ''
}

function promote(context: ReconcileContext, draft: DraftStatus, stepCount: number, reason: string): void {
  const { state, nowMs } = context
  context.clearPauses = true
  context.removeAbort = true
  draft.promoteFull = false
  draft.currentStepIndex = stepCount > 0 ? stepCount : null
  if (draft.stableHash === draft.currentPodHash) return
  draft.stableHash = draft.currentPodHash
  emit(
    state,
    nowMs,
    'RolloutCompleted',
    `Rollout completed update to revision ${state.revision} (${draft.currentPodHash}): ${reason}`,
  )
}
