import { currentStep } from './canary-steps.ts'
import { emit, requestReconcile, requeueAt } from './events.ts'
import { isSame } from './is-same.ts'
import type { ReconcileContext } from './reconcile-context.ts'
import { findCondition, isHealthy, toWholeSecond } from './rollout-conditions.ts'
import { rolloutPhase } from './rollout-phase.ts'
import { progressDeadlineSeconds } from './spec.ts'
import type { PauseCondition, RolloutCondition, RolloutState, RolloutStatus } from './state.ts'
import { pushRolloutChange } from './views.ts'

/** A status whose sums are still to be drawn. */
export type DraftStatus = { -readonly [K in keyof RolloutStatus]: RolloutStatus[K] }

/**
 * Finishes a new status and writes what differs from the one that the pass began with; asks for another pass when something did, and
 * for one at the progress deadline when nothing did (rollout/sync.go, persistRolloutStatus, requeueStuckRollout).
 */
export function persistStatus(context: ReconcileContext, draft: DraftStatus): void {
  const { state, status: before, nowMs } = context
  settlePauses(context, draft)
  draft.observedGeneration = state.generation
  Object.assign(draft, rolloutPhase(state.spec, draft))
  if (!patchStatus(state, before, draft)) {
    requeueAtDeadline(context, draft)
    return
  }
  pushRolloutChange(state)
  requestReconcile(state, context.queue, nowMs)
  const wasPaused = before.pauseConditions.length > 0
  const pause = draft.pauseConditions[0]
  if (pause !== undefined && !wasPaused) emit(state, nowMs, 'RolloutPaused', `Rollout is paused (${pause.reason})`)
  if (pause === undefined && wasPaused && draft.abortedAtMs === null)
    emit(state, nowMs, 'RolloutResumed', 'Rollout is resumed')
}

/**
 * Writes conditions outside the usual course of a pass, over the status that it began with (patchCondition).
 * @returns whether that changed anything
 */
export function patchConditions(
  state: RolloutState,
  base: RolloutStatus,
  conditions: readonly RolloutCondition[],
): boolean {
  const draft: DraftStatus = { ...base, conditions, observedGeneration: state.generation }
  Object.assign(draft, rolloutPhase(state.spec, draft))
  const isChanged = patchStatus(state, base, draft)
  if (isChanged) pushRolloutChange(state)
  return isChanged
}

/**
 * Writes the fields in which two statuses differ, as a merge patch does: a field that another patch changed meanwhile survives where
 * these two agree.
 */
function patchStatus(state: RolloutState, before: RolloutStatus, after: RolloutStatus): boolean {
  let live: DraftStatus | undefined
  for (const key in after) {
    const field = key as keyof RolloutStatus
    const value = after[field]
    if (before[field] === value || isSame(before[field], value)) continue
    live ??= { ...state.status }
    Object.assign(live, { [field]: value })
  }
  if (live !== undefined) state.status = live
  return live !== undefined
}

/** An abort drops all pauses; so does clearing them; otherwise they are added and removed (rollout/pause.go). */
function settlePauses(context: ReconcileContext, draft: DraftStatus): void {
  const { status, nowMs } = context
  const now = toWholeSecond(nowMs)
  if (context.addAbort || (!context.removeAbort && status.abort)) {
    draft.abort = true
    draft.abortedAtMs = status.abortedAtMs ?? now
    return
  }
  draft.abort = false
  draft.abortedAtMs = null
  if (context.clearPauses) return
  const pauses: PauseCondition[] = status.pauseConditions.filter(
    condition => !context.removePauses.includes(condition.reason),
  )
  let isAdded = false
  for (const reason of context.addPauses) {
    if (status.pauseConditions.some(condition => condition.reason === reason)) continue
    pauses.push({ reason, startMs: now })
    isAdded = true
  }
  if (pauses.length === 0) return
  draft.controllerPause = isAdded || status.controllerPause
  draft.pauseConditions = pauses
}

function requeueAtDeadline(context: ReconcileContext, draft: RolloutStatus): void {
  const { state, status, queue, nowMs } = context
  const condition = findCondition(status.conditions, 'Progressing')
  if (condition === undefined || condition.reason === 'ProgressDeadlineExceeded') return
  const isPaused = status.pauseConditions.length > 0 || state.spec.paused === true
  if (isPaused || status.abort || isHealthy(state, status, draft) || isIndefiniteStep(state, status)) return
  const deadlineMs = condition.lastUpdateMs + progressDeadlineSeconds(state.spec) * 1000
  if (deadlineMs - nowMs < 1000) requestReconcile(state, queue, nowMs)
  else requeueAt(state, queue, deadlineMs + 1000)
}

/** Steps on which the progress deadline is not judged (rollout/sync.go, isIndefiniteStep). */
export function isIndefiniteStep(state: RolloutState, status: RolloutStatus): boolean {
  const { step } = currentStep(state, status)
  if (step?.analysis !== undefined || step?.pause !== undefined) return true
  return findCondition(status.conditions, 'Paused')?.status === 'True'
}
