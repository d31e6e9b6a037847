import type { Pod } from './state.ts'

/**
 * The pods that a ReplicaSet deletes first when it has too many: unscheduled, pending, unready, with more pods of the workload on
 * their node, ready for the shortest time, more restarts, youngest. Ages are compared by powers of two, ties by the pod's identity
 * (Kubernetes v1.34, pkg/controller/controller_utils.go, ActivePodsWithRanks with LogarithmicScaleDown; replica_set.go,
 * getPodsRankedByRelatedPodsOnSameNode).
 * @param related the pods of all ReplicaSets of the workload that are not ending
 */
export function podsToDelete(pods: readonly Pod[], count: number, nowMs: number, related: readonly Pod[] = []): Pod[] {
  const onNode: number[] = []
  for (const { scheduled, node } of related) if (scheduled) onNode[node] = (onNode[node] ?? 0) + 1
  const rank = ({ scheduled, node }: Pod) => (scheduled ? (onNode[node] ?? 0) : 0)
  return [...pods].sort((a, b) => compare(a, b, rank(b) - rank(a), nowMs)).slice(0, count)
}

function compare(a: Pod, b: Pod, byRank: number, nowMs: number): number {
  if (a.scheduled !== b.scheduled) return a.scheduled ? 1 : -1
  if (a.phase !== b.phase) return a.phase === 'Pending' ? -1 : 1
  if (a.ready !== b.ready) return a.ready ? 1 : -1
  if (byRank !== 0) return byRank
  if (a.ready && a.readySinceMs !== b.readySinceMs) return byAge(a, b, a.readySinceMs, b.readySinceMs, nowMs)
  if (a.restarts !== b.restarts) return b.restarts - a.restarts
  if (a.createdMs !== b.createdMs) return byAge(a, b, a.createdMs, b.createdMs, nowMs)
  return byIdentity(a, b)
}

function byAge(a: Pod, b: Pod, sinceA: number, sinceB: number, nowMs: number): number {
  return bucket(nowMs - sinceA) - bucket(nowMs - sinceB) || byIdentity(a, b)
}

function bucket(ageMs: number): number {
  return ageMs <= 0 ? -1 : Math.floor(Math.log2(ageMs * 1e6))
}

function byIdentity(a: Pod, b: Pod): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0
}
