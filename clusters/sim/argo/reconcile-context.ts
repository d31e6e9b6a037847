import type { ReplicaSet } from '../kubernetes/state.ts'
import type { EventQueue } from '../queue.ts'
import type { AnalysisRun } from './analysis-run.ts'
import { isFullyPromoted } from './rollout-conditions.ts'
import type { PauseReason, RolloutState, RolloutStatus, RunReference } from './state.ts'

/** One pass over the Rollout: what it found at its beginning and what it has decided so far (rollout/context.go, rollout/pause.go). */
export interface ReconcileContext {
  readonly state: RolloutState
  readonly queue: EventQueue
  readonly nowMs: number
  /** The status as it was at the beginning: decisions are made on it even after the pass has patched the live one. */
  status: RolloutStatus
  canary: ReplicaSet
  /** The ReplicaSet that an abort goes back to; the same as `canary` when promoted, null before the first promotion. */
  stable: ReplicaSet | null
  /** Neither canary nor stable, in order of creation. */
  others: ReplicaSet[]
  /** In order of creation. */
  all: ReplicaSet[]
  stepRun: AnalysisRun | null
  backgroundRun: AnalysisRun | null
  otherRuns: AnalysisRun[]
  /** What the new status will say of the runs; null until they have been reconciled. */
  newStepRun: RunReference | null
  newBackgroundRun: RunReference | null
  restartedAtMs: number | null
  addPauses: PauseReason[]
  removePauses: PauseReason[]
  clearPauses: boolean
  addAbort: boolean
  removeAbort: boolean
  abortMessage: string
}

export function createContext(
  state: RolloutState,
  queue: EventQueue,
  nowMs: number,
  canary: ReplicaSet,
): ReconcileContext {
  const { status } = state
  const all = state.kubernetes.replicaSets
  const stable = status.stableHash === '' ? null : (all.find(one => one.podTemplateHash === status.stableHash) ?? null)
  const context: ReconcileContext = {
    state,
    queue,
    nowMs,
    status,
    canary,
    stable,
    others: all.filter(one => one !== canary && one !== stable),
    all,
    stepRun: state.runs.find(run => run.name === status.stepRun?.name) ?? null,
    backgroundRun: state.runs.find(run => run.name === status.backgroundRun?.name) ?? null,
    otherRuns: state.runs.filter(run => run.name !== status.stepRun?.name && run.name !== status.backgroundRun?.name),
    newStepRun: null,
    newBackgroundRun: null,
    restartedAtMs: status.restartedAtMs,
    addPauses: [],
    removePauses: [],
    clearPauses: false,
    addAbort: false,
    removeAbort: false,
    abortMessage: '',
  }
  if (isFullyPromoted(status) && isAborted(context)) context.removeAbort = true
  return context
}

export function isAborted(context: ReconcileContext): boolean {
  return !context.removeAbort && (context.addAbort || context.status.abort)
}

export function hasPause(status: RolloutStatus, reason: PauseReason): boolean {
  return status.pauseConditions.some(condition => condition.reason === reason)
}

export function abortFor(context: ReconcileContext, message: string): void {
  context.addAbort = true
  context.abortMessage = message
}

/** Whether the pass goes back to a ReplicaSet older than the stable one by less than `rollbackWindow.revisions` (rollout/sync.go, isRollbackWithinWindow). */
export function isRollbackWithinWindow(context: ReconcileContext): boolean {
  const { canary, stable, all, state } = context
  const revisions = state.spec.rollbackWindow?.revisions ?? 0
  if (stable === null || revisions <= 0) return false
  if (!isCreatedBefore(canary, stable)) return false
  const between = all.filter(one => isCreatedBefore(one, stable) && isCreatedBefore(canary, one))
  return between.length < revisions
}

/** Creation times have whole seconds. */
function isCreatedBefore(a: ReplicaSet, b: ReplicaSet): boolean {
  return Math.floor(a.createdMs / 1000) < Math.floor(b.createdMs / 1000)
}
