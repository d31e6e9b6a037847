import type { Pod } from './state.ts'

/**
 * The pods that a ReplicaSet deletes first when it has too many: unscheduled, pending, unready, ready for the shortest time, more
 * restarts, youngest. Ages are compared by powers of two, ties by the pod's identity (Kubernetes v1.34, pkg/controller/
 * controller_utils.go, ActivePodsWithRanks with LogarithmicScaleDown; on one node the rank by co-located pods is the same for all).
 */
export function podsToDelete(pods: readonly Pod[], count: number, nowMs: number): Pod[] {
  return [...pods].sort((a, b) => compare(a, b, nowMs)).slice(0, count)
}

function compare(a: Pod, b: Pod, nowMs: number): number {
  if (a.scheduled !== b.scheduled) return a.scheduled ? 1 : -1
  if (a.phase !== b.phase) return a.phase === 'Pending' ? -1 : 1
  if (a.ready !== b.ready) return a.ready ? 1 : -1
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
