import { deletePod } from '../kubernetes/pod-lifecycle.ts'
import { requeueAt } from './events.ts'
import type { ReconcileContext } from './reconcile-context.ts'
import { toWholeSecond } from './rollout-conditions.ts'
import { podBudget, replicasOf } from './spec.ts'

/** So that a restart goes on when nothing else wakes the controller (restartPodCheckTime). */
const recheckMs = 30_000

/**
 * Ends pods that are older than `spec.restartAt`, by name, as many at a time as availability allows and at least one; their ReplicaSets replace
 * them (Argo Rollouts v1.9.1, rollout/restart.go, Reconcile).
 * @returns how many pods it ended; after that the pass goes no further, since its counts of available pods are no longer true
 */
export function restartPods(context: ReconcileContext): number {
  const { state, queue, nowMs, all } = context
  const { restartAtMs } = state
  if (restartAtMs === null) return 0
  if (restartAtMs >= nowMs) {
    requeueAt(state, queue, restartAtMs)
    return 0
  }
  if (state.status.restartedAtMs === restartAtMs) return 0

  const owned = all.flatMap(replicaSet => replicaSet.pods.map(pod => ({ replicaSet, pod })))
  const available = owned.filter(
    ({ replicaSet, pod }) => pod.ready && pod.readySinceMs + replicaSet.minReadySeconds * 1000 <= nowMs,
  ).length
  const atOnce = Math.max(1, podBudget(state.spec).maxUnavailable)
  const specified = all.reduce((sum, { specReplicas }) => sum + specReplicas, 0)
  let allowed = available - (Math.max(replicasOf(state.spec), specified) - atOnce)

  const old = owned.filter(({ pod }) => toWholeSecond(pod.createdMs) < restartAtMs)
  let restarted = 0
  for (const { replicaSet, pod } of old.sort((a, b) => (a.pod.name < b.pod.name ? -1 : 1))) {
    if (allowed <= 0 || pod.phase === 'Terminating') continue
    deletePod(state.kubernetes, replicaSet, pod, nowMs, queue)
    allowed--
    restarted++
  }
  if (old.length === restarted) context.restartedAtMs = restartAtMs
  else requeueAt(state, queue, nowMs + recheckMs)
  return restarted
}
