import { scheduleReplicaSetSync } from '../kubernetes/events.ts'
import { podTemplateHashOf } from '../kubernetes/names.ts'
import { newReplicaSet, type ReplicaSet } from '../kubernetes/state.ts'
import type { EventQueue } from '../queue.ts'
import { currentStep } from './canary-steps.ts'
import { emit, requestReconcile, requeueAt } from './events.ts'
import { createContext, hasPause, type ReconcileContext } from './reconcile-context.ts'
import { restartPods } from './restart-pods.ts'
import { reconcileAnalysisRuns } from './rollout-analysis.ts'
import { findCondition, newCondition, removeCondition, setCondition } from './rollout-conditions.ts'
import { isScalingEvent, reconcileReplicaSets, revisionOf } from './scaling.ts'
import { pauseSeconds, replicasOf, revisionHistoryLimit } from './spec.ts'
import type { RolloutCondition, RolloutState } from './state.ts'
import { isUpdateNew, syncStatus } from './sync-status.ts'
import { pushRolloutChange } from './views.ts'
import { type DraftStatus, patchConditions, persistStatus } from './write-status.ts'

/** A refused spec is looked at again this often (rollout/controller.go, syncHandler). */
const invalidSpecRetryMs = 20_000

/** One pass of the controller over the Rollout (rollout/controller.go, syncHandler; rollout/context.go, reconcile). */
export function reconcile(state: RolloutState, queue: EventQueue, nowMs: number): void {
  if (state.invalidSpec !== null) {
    refuseSpec(state, state.invalidSpec, queue, nowMs)
    return
  }
  const existing = state.kubernetes.replicaSets.find(
    (_, index) => state.revisions[index]!.templateKey === state.templateKey,
  )
  const canary = existing ?? createReplicaSet(state, queue, nowMs)
  const context = createContext(state, queue, nowMs, canary)
  notePauses(context)
  syncRevision(context)
  if (isScalingEvent(context)) {
    syncReplicasOnly(context)
    return
  }
  reconcileCanary(context)
}

/** rollout/canary.go, rolloutCanary. */
function reconcileCanary(context: ReconcileContext): void {
  if (isUpdateNew(context)) {
    syncStatus(context)
    return
  }
  if (restartPods(context) > 0) return
  deleteOldReplicaSets(context)
  const isCreated = reconcileAnalysisRuns(context)
  if (context.addPauses.length > 0) {
    syncStatus(context)
    return
  }
  if (!isCreated) return
  if (!reconcileReplicaSets(context)) reconcilePause(context)
  syncStatus(context)
}

function refuseSpec(state: RolloutState, problem: string, queue: EventQueue, nowMs: number): void {
  const message = `The Rollout "${state.metadata.name}" is invalid: ${problem}`
  const current = findCondition(state.status.conditions, 'InvalidSpec')
  const base = state.status
  if (current?.message !== message) {
    const condition = newCondition('InvalidSpec', 'True', 'InvalidSpec', message, nowMs)
    const conditions = setCondition(removeCondition(base.conditions, 'InvalidSpec'), condition)
    if (patchConditions(state, base, conditions)) requestReconcile(state, queue, nowMs)
  } else if (base.observedGeneration !== state.generation) {
    if (patchConditions(state, base, base.conditions)) requestReconcile(state, queue, nowMs)
  }
  requeueAt(state, queue, nowMs + invalidSpecRetryMs)
}

/** rollout/sync.go, createDesiredReplicaSet. */
function createReplicaSet(state: RolloutState, queue: EventQueue, nowMs: number): ReplicaSet {
  const revision = Math.max(0, ...state.kubernetes.replicaSets.map(one => one.revision)) + 1
  const podTemplateHash = podTemplateHashOf(state.kubernetes.seed, revision)
  const name = `${state.metadata.name}-${podTemplateHash}`
  const replicaSet = newReplicaSet({
    name,
    podTemplateHash,
    createdMs: nowMs,
    revision,
    specReplicas: 0,
    minReadySeconds: state.spec.minReadySeconds ?? 0,
  })
  state.kubernetes.replicaSets.push(replicaSet)
  const { templateKey } = state
  state.revisions.push({
    podTemplateHash,
    templateKey,
    template: state.spec.template,
    desiredReplicas: replicasOf(state.spec),
  })
  setRevision(state, queue, nowMs, revision)
  emit(state, nowMs, 'NewReplicaSetCreated', `Created ReplicaSet ${name} (revision ${revision})`)
  const condition = newCondition(
    'Progressing',
    'True',
    'NewReplicaSetCreated',
    `Created new replica set "${name}"`,
    nowMs,
  )
  state.status = { ...state.status, conditions: setCondition(state.status.conditions, condition) }
  pushRolloutChange(state)
  return replicaSet
}

function setRevision(state: RolloutState, queue: EventQueue, nowMs: number, revision: number): void {
  if (state.revision === revision) return
  state.revision = revision
  requestReconcile(state, queue, nowMs)
  emit(state, nowMs, 'RolloutUpdated', `Rollout updated to revision ${revision}`)
}

/** The current ReplicaSet takes the next revision number and the spec's minReadySeconds (rollout/sync.go, syncReplicaSetRevision). */
function syncRevision(context: ReconcileContext): void {
  const { state, canary, all, queue, nowMs } = context
  const next = Math.max(0, ...all.filter(one => one !== canary).map(one => one.revision)) + 1
  if (canary.revision < next) canary.revision = next
  const minReadySeconds = state.spec.minReadySeconds ?? 0
  if (canary.minReadySeconds !== minReadySeconds) {
    canary.minReadySeconds = minReadySeconds
    scheduleReplicaSetSync(queue, canary, nowMs)
  }
  setRevision(state, queue, nowMs, canary.revision)
}

/** Notes pause, resumption and retry in the conditions before anything else (rollout/sync.go, checkPausedConditions). */
function notePauses(context: ReconcileContext): void {
  const { state, status, nowMs } = context
  const progressing = findCondition(status.conditions, 'Progressing')
  const isPaused = status.pauseConditions.length > 0 || state.spec.paused === true
  const isAbortNoted = progressing?.reason === 'RolloutAborted'
  const isCompleted = status.stableHash !== '' && status.stableHash === status.currentPodHash
  let { conditions } = status
  const add = (type: RolloutCondition['type'], value: RolloutCondition['status'], reason: string, message: string) => {
    conditions = setCondition(conditions, newCondition(type, value, reason, message, nowMs))
  }
  if (isPaused !== (progressing?.reason === 'RolloutPaused') && !isAbortNoted && !isCompleted) {
    if (isPaused) add('Progressing', 'Unknown', 'RolloutPaused', 'Rollout is paused')
    else add('Progressing', 'Unknown', 'RolloutResumed', 'Rollout is resumed')
  }
  if (!status.abort && isAbortNoted) add('Progressing', 'Unknown', 'RolloutRetry', 'Retrying Rollout after abort')
  const isPauseNoted = findCondition(status.conditions, 'Paused')?.status === 'True'
  if (isPaused !== isPauseNoted && !isAbortNoted)
    add('Paused', isPaused ? 'True' : 'False', 'RolloutPaused', 'Rollout is paused')
  if (conditions !== status.conditions && patchConditions(state, status, conditions))
    requestReconcile(state, context.queue, nowMs)
}

/** After a change of spec.replicas only the ReplicaSets are moved; the update waits for the next pass (rollout/sync.go, syncReplicasOnly). */
function syncReplicasOnly(context: ReconcileContext): void {
  reconcileReplicaSets(context)
  const { status, all } = context
  const sum = (pick: (one: ReplicaSet) => number) => all.reduce((total, one) => total + pick(one), 0)
  const draft: DraftStatus = { ...status }
  draft.availableReplicas = sum(one => one.availableReplicas)
  draft.hpaReplicas = sum(one => one.replicas)
  persistStatus(context, draft)
}

/** Begins a pause step, or wakes the controller at its end (rollout/canary.go, reconcileCanaryPause). */
function reconcilePause(context: ReconcileContext): void {
  const { state, status, queue, nowMs } = context
  if (state.spec.paused === true || status.promoteFull) return
  const { step } = currentStep(state, status)
  if (step?.pause === undefined) return
  if (!hasPause(status, 'CanaryPauseStep')) {
    if (!status.controllerPause) context.addPauses.push('CanaryPauseStep')
    return
  }
  if (step.pause.duration === undefined) return
  const start = status.pauseConditions.find(condition => condition.reason === 'CanaryPauseStep')!.startMs
  const endMs = start + pauseSeconds(step.pause) * 1000
  if (endMs > nowMs) requeueAt(state, queue, endMs)
}

/** Forgets the oldest empty ReplicaSets beyond the history limit (rollout/sync.go, reconcileRevisionHistoryLimit). */
function deleteOldReplicaSets(context: ReconcileContext): void {
  const { state, others } = context
  const excess = others.length - revisionHistoryLimit(state.spec)
  const doomed = others
    .slice(0, Math.max(0, excess))
    .filter(one => one.replicas === 0 && one.specReplicas === 0 && one.pods.length === 0)
  if (doomed.length === 0) return
  const kept = state.kubernetes.replicaSets.filter(one => !doomed.includes(one))
  state.revisions = kept.map(one => revisionOf(state, one))
  state.kubernetes.replicaSets = kept
  context.all = kept
  context.others = others.filter(one => !doomed.includes(one))
}
