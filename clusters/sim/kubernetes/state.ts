import type { PodView } from '../../../harness/model/observation.ts'

/**
 * What the node will do with a pod, decided when the pod is created. Durations in ms, each counted from the one before it;
 * `null` says that it never happens.
 */
export interface PodTimings {
  /** Creation to binding; null: no node has room. */
  readonly scheduleMs: number | null
  /** Binding to image present and container created; null: the image cannot be pulled. */
  readonly pullMs: number | null
  /** Container created to process running. */
  readonly startMs: number
  /**
   * When the pod's Ready condition changes, counted from each start of its process: at the first it becomes ready, at the second
   * unready, and so on. Empty: never ready.
   */
  readonly readyFlipsMs: readonly number[]
  /** The process exits with code 1 this long after each of its starts; null: it keeps running. */
  readonly exitMs: number | null
  /** From deletion to gone. */
  readonly terminateMs: number
}

/** What the port of the pod's timings may look at. */
export interface PodIdentity {
  readonly name: string
  readonly podTemplateHash: string
  /** Counts the pods of its ReplicaSet from 0, in order of creation. */
  readonly ordinal: number
}

export type PodTimingsPort = (pod: PodIdentity, nowMs: number) => PodTimings

export interface Pod extends PodIdentity {
  readonly timings: PodTimings
  readonly createdMs: number
  scheduled: boolean
  phase: PodView['phase']
  waitingReason: string
  ready: boolean
  /** Last change of the Ready condition to true, in whole seconds as the API stores it. */
  readySinceMs: number
  restarts: number
  /** Start of the running process; null while there is none. */
  startedMs: number | null
  /** Counts process starts: events of an earlier process are void. */
  incarnation: number
  /** Delay before the next restart, as of the last one; 0 before the first. */
  backOffMs: number
  /** When `backOffMs` was set. */
  backOffSetMs: number
}

export interface ReplicaSet {
  readonly name: string
  readonly podTemplateHash: string
  readonly createdMs: number
  revision: number
  specReplicas: number
  minReadySeconds: number
  /** Pods that exist and are not being deleted, as of the ReplicaSet controller's last pass; so the next two. */
  replicas: number
  readyReplicas: number
  availableReplicas: number
  pods: Pod[]
  podsCreated: number
  /** Time of the controller pass that is already queued; null when there is none. */
  syncAtMs: number | null
}

/** Pods and ReplicaSets of one workload. Plain data. */
export interface KubernetesState {
  /** Names of pods and hashes are functions of this text. */
  readonly seed: string
  replicaSets: ReplicaSet[]
  /** Pods as their watchers saw them change, not yet drained. */
  changedPods: PodView[]
}

export function createKubernetesState(seed: string): KubernetesState {
  return { seed, replicaSets: [], changedPods: [] }
}

export function cloneKubernetesState(state: KubernetesState): KubernetesState {
  return {
    seed: state.seed,
    replicaSets: state.replicaSets.map(replicaSet => ({
      ...replicaSet,
      pods: replicaSet.pods.map(pod => ({ ...pod })),
    })),
    changedPods: state.changedPods.slice(),
  }
}

/** A ReplicaSet without pods, which its controller has not seen. */
export function newReplicaSet(
  made: Pick<ReplicaSet, 'name' | 'podTemplateHash' | 'createdMs' | 'revision' | 'specReplicas' | 'minReadySeconds'>,
): ReplicaSet {
  return { ...made, replicas: 0, readyReplicas: 0, availableReplicas: 0, pods: [], podsCreated: 0, syncAtMs: null }
}

export function findReplicaSet(state: KubernetesState, podTemplateHash: string): ReplicaSet | undefined {
  return state.replicaSets.find(replicaSet => replicaSet.podTemplateHash === podTemplateHash)
}

export function podView(pod: Pod): PodView {
  const { name, podTemplateHash, phase, waitingReason, restarts, ready } = pod
  return { name, podTemplateHash, phase, waitingReason, restarts, ready }
}
