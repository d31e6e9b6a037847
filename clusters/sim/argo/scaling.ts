import { scaleReactionMs, scheduleReplicaSetSync } from '../kubernetes/events.ts'
import type { ReplicaSet } from '../kubernetes/state.ts'
import { desiredCounts } from './canary-steps.ts'
import { emit, requestReconcile } from './events.ts'
import { hasPause, type ReconcileContext } from './reconcile-context.ts'
import { podBudget, replicasOf } from './spec.ts'
import type { RolloutState } from './state.ts'

/** Whether `spec.replicas` changed since canary or stable were last scaled (rollout/sync.go, isScalingEvent). */
export function isScalingEvent(context: ReconcileContext): boolean {
  const { canary, stable, state } = context
  const replicas = replicasOf(state.spec)
  return [canary, stable].some(
    one => one !== null && one.specReplicas > 0 && revisionOf(state, one).desiredReplicas !== replicas,
  )
}

/**
 * Moves one of the ReplicaSets: stable first, then canary, then the others; nothing while a user or an inconclusive analysis holds
 * the rollout (rollout/canary.go, reconcileCanaryReplicaSets).
 * @returns whether one was scaled
 */
export function reconcileReplicaSets(context: ReconcileContext): boolean {
  const { state, status, stable, canary } = context
  if (state.spec.paused === true || hasPause(status, 'InconclusiveAnalysisRun')) return false
  if (stable !== null && stable !== canary && scale(context, stable, desiredCounts(context).stable)) return true
  if (scale(context, canary, desiredCounts(context).canary)) return true
  return scaleDownOthers(context)
}

/** rollout/sync.go, scaleReplicaSet. */
function scale(context: ReconcileContext, replicaSet: ReplicaSet, newScale: number): boolean {
  const { state, queue, nowMs } = context
  const revision = revisionOf(state, replicaSet)
  const oldScale = replicaSet.specReplicas
  const desiredReplicas = replicasOf(state.spec)
  if (oldScale === newScale && revision.desiredReplicas === desiredReplicas) return false
  revision.desiredReplicas = desiredReplicas
  requestReconcile(state, queue, nowMs)
  if (oldScale === newScale) return false
  replicaSet.specReplicas = newScale
  scheduleReplicaSetSync(queue, replicaSet, nowMs, scaleReactionMs)
  const direction = oldScale < newScale ? 'up' : 'down'
  const what = `ReplicaSet ${replicaSet.name} (revision ${replicaSet.revision})`
  emit(state, nowMs, 'ScalingReplicaSet', `Scaled ${direction} ${what} from ${oldScale} to ${newScale}`)
  return true
}

/**
 * Takes ReplicaSets that are neither canary nor stable down: first their unavailable pods, then what availability allows, the newest
 * revision first; none while one of them still has more available pods than it should (rollout/canary.go,
 * scaleDownOldReplicaSetsForCanary; rollout/replicaset.go, cleanupUnhealthyReplicas).
 */
function scaleDownOthers(context: ReconcileContext): boolean {
  const others = context.others.filter(one => one.specReplicas > 0)
  let scaled = false
  for (const one of others) {
    if (one.availableReplicas > one.specReplicas) return false
    if (one.specReplicas !== one.availableReplicas) scaled = scale(context, one, one.availableReplicas)
  }
  const available = context.all.reduce((sum, one) => sum + one.availableReplicas, 0)
  let surplus = available - (replicasOf(context.state.spec) - podBudget(context.state.spec).maxUnavailable)
  if (surplus <= 0) return false
  for (const one of others.sort((a, b) => b.revision - a.revision)) {
    const removed = Math.min(one.specReplicas, Math.max(0, surplus))
    if (removed === 0) continue
    scaled = scale(context, one, one.specReplicas - removed)
    surplus -= removed
  }
  return scaled
}

export function revisionOf(state: RolloutState, replicaSet: ReplicaSet): RolloutState['revisions'][number] {
  return state.revisions.find(revision => revision.podTemplateHash === replicaSet.podTemplateHash)!
}
