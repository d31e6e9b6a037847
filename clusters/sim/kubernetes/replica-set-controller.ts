import type { EventQueue } from '../queue.ts'
import { emitEvent } from './cluster-events.ts'
import { podsToDelete } from './deletion-order.ts'
import { type KubernetesEvent, scheduleReplicaSetSync } from './events.ts'
import { relieveNode } from './nodes.ts'
import { createPod, deletePod, stepPod } from './pod-lifecycle.ts'
import { findReplicaSet, type KubernetesState, type PodTimingsPort, type ReplicaSet } from './state.ts'

/**
 * Handles one event of pods or ReplicaSets.
 * @returns whether a ReplicaSet's status changed, which its owner watches.
 */
export function handleKubernetesEvent(
  state: KubernetesState,
  event: KubernetesEvent,
  queue: EventQueue,
  podTimings: PodTimingsPort,
): boolean {
  if (event.type === 'pod.stepped') {
    stepPod(state, event, queue)
    return false
  }
  if (event.type === 'node.relieved') {
    relieveNode(state, event.node, event.t, queue)
    return false
  }
  const replicaSet = findReplicaSet(state, event.podTemplateHash)
  if (replicaSet === undefined || replicaSet.syncAtMs !== event.t) return false
  replicaSet.syncAtMs = null
  return syncReplicaSet(state, replicaSet, event.t, queue, podTimings)
}

/**
 * One pass of the ReplicaSet controller: creates or deletes the difference, and writes the status as it found the pods before
 * that (Kubernetes v1.34, pkg/controller/replicaset/replica_set.go, syncReplicaSet).
 */
function syncReplicaSet(
  state: KubernetesState,
  replicaSet: ReplicaSet,
  nowMs: number,
  queue: EventQueue,
  podTimings: PodTimingsPort,
): boolean {
  const active = replicaSet.pods.filter(pod => pod.phase !== 'Terminating')
  let ready = 0
  let available = 0
  let nextAvailableMs = Number.POSITIVE_INFINITY
  for (const pod of active) {
    if (!pod.ready) continue
    ready++
    const availableAtMs = pod.readySinceMs + replicaSet.minReadySeconds * 1000
    if (replicaSet.minReadySeconds === 0 || availableAtMs <= nowMs) available++
    else nextAvailableMs = Math.min(nextAvailableMs, availableAtMs)
  }
  if (nextAvailableMs !== Number.POSITIVE_INFINITY)
    scheduleReplicaSetSync(queue, replicaSet, nowMs, nextAvailableMs - nowMs)

  const missing = replicaSet.specReplicas - active.length
  for (let i = 0; i < missing; i++) createPod(state, replicaSet, nowMs, queue, podTimings)
  if (missing < 0) {
    const related = state.replicaSets.flatMap(({ pods }) => pods.filter(({ phase }) => phase !== 'Terminating'))
    for (const pod of podsToDelete(active, -missing, nowMs, related)) {
      deletePod(state, replicaSet, pod, nowMs, queue)
      if (pod.timings.container === undefined) continue
      const text = `Deleted pod: ${pod.name}`
      emitEvent(state, nowMs, 'ReplicaSet', replicaSet.name, 'Normal', 'SuccessfulDelete', text)
    }
  }

  const changed =
    active.length !== replicaSet.replicas ||
    ready !== replicaSet.readyReplicas ||
    available !== replicaSet.availableReplicas
  replicaSet.replicas = active.length
  replicaSet.readyReplicas = ready
  replicaSet.availableReplicas = available
  return changed
}
