import type { PodView } from '../../../harness/model/observation.ts'
import type { ClusterEvent, EventSeries } from './cluster-events.ts'
import { createNode, type Node } from './nodes.ts'
import type { Answer, ContainerProbes, Prober } from './probes.ts'

/**
 * What the node will do with a pod, decided when the pod is created. Durations in ms, each counted from the one before it;
 * `null` says that it never happens.
 */
export interface PodTimings {
  /** Creation to binding; null: no node has room. */
  readonly scheduleMs: number | null
  /** Time of this pod's own pull; 0: the image is on the node; null: there is no such image. */
  readonly pullMs: number | null
  /** Image present to process running. */
  readonly startMs: number
  /**
   * Where nothing is known of the container: when the pod's Ready condition changes, counted from each start of its process. At the
   * first it becomes ready, at the second unready, and so on. Empty: never ready.
   */
  readonly readyFlipsMs: readonly number[]
  /** The process exits with code 1 this long after each of its starts; null: it keeps running. */
  readonly exitMs: number | null
  /** From deletion to gone, and from SIGTERM to exit, where the process obeys. */
  readonly terminateMs: number
  /** What the kubelet knows of the container; then probes decide on readiness, and Events are written. */
  readonly container?: ContainerFacts
}

/** The first container of a pod. */
export interface ContainerFacts {
  readonly name: string
  readonly image: string
  /** The kubelet asks the registry for the image before every start, be it present or not. */
  readonly asksRegistry: boolean
  readonly imageBytes: number
  /** From the request for an image that does not exist to the registry's refusal. */
  readonly registryAnswerMs: number
  /** Why the container's configuration cannot be made, such as `couldn't find key K in ConfigMap ns/name`; empty where it can. */
  readonly configError: string
  /** From process start until it answers probes and requests. */
  readonly applicationStartMs: number
  /** The readiness probe asks for a path that the process does not know. */
  readonly readinessPathMissing: boolean
  readonly probes: ContainerProbes
  /** Init containers, from the first one's start to the last one's end. */
  readonly initMs: number
  /** From the decision to stop the container to SIGKILL. */
  readonly gracePeriodMs: number
  /** Of that, before SIGTERM. */
  readonly preStopMs: number
}

/** What the port of the pod's timings may look at. */
export interface PodIdentity {
  readonly name: string
  readonly podTemplateHash: string
  /** Counts the pods of its ReplicaSet from 0, in order of creation. */
  readonly ordinal: number
  /** Index of the node that it is for. */
  readonly node: number
}

export type PodTimingsPort = (pod: PodIdentity, nowMs: number) => PodTimings

export type TerminationReason = 'Completed' | 'Error' | 'OOMKilled'

export interface Pod extends PodIdentity {
  readonly timings: PodTimings
  readonly createdMs: number
  scheduled: boolean
  /** Binding to its node, from which the ticks of its probes are counted. */
  admittedMs: number
  ip: string
  phase: PodView['phase']
  waitingReason: string
  ready: boolean
  /** Last change of the Ready condition to true, in whole seconds as the API stores it. */
  readySinceMs: number
  /** Last change of the Ready condition in either direction, likewise. */
  readyChangedMs: number
  restarts: number
  /** Start of the running process; null while there is none. */
  startedMs: number | null
  /** Counts process starts: events of an earlier process are void. */
  incarnation: number
  /** How the last process ended; empty while none has. */
  lastTerminationReason: '' | TerminationReason
  lastExitMs: number | null
  /** Delay before the next restart, as of the last one; 0 before the first. */
  backOffMs: number
  /** When `backOffMs` was set. */
  backOffSetMs: number
  /** Delay before the next attempt to pull the image; 0 before the first failure. */
  pullBackOffMs: number
  pullStartedMs: number
  /** What the process answers once its application has started, and after which time. */
  answer: Answer
  probeDelayMs: number
  applicationStarted: boolean
  /** The startup probe has succeeded, or there is none. */
  startupDone: boolean
  /** The kubelet is stopping the process, to start another. */
  stopping: boolean
  probers: Prober[]
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

/** Pods and ReplicaSets of one workload, and the nodes that they run on. Plain data. */
export interface KubernetesState {
  /** Names of pods and hashes are functions of this text. */
  readonly seed: string
  readonly namespace: string
  nodes: Node[]
  replicaSets: ReplicaSet[]
  /** Pods as their watchers saw them change, not yet drained. */
  changedPods: PodView[]
  /** Not yet drained. */
  clusterEvents: ClusterEvent[]
  /** What the recorders of Events remember, by object; entries are replaced, never changed. */
  eventSeries: Record<string, readonly EventSeries[]>
}

export function createKubernetesState(
  seed: string,
  namespace = 'default',
  nodes: readonly string[] = ['node-1'],
): KubernetesState {
  return {
    seed,
    namespace,
    nodes: nodes.map(createNode),
    replicaSets: [],
    changedPods: [],
    clusterEvents: [],
    eventSeries: {},
  }
}

export function cloneKubernetesState(state: KubernetesState): KubernetesState {
  return {
    ...state,
    nodes: state.nodes.map(node => ({ ...node, images: node.images.map(image => ({ ...image })) })),
    replicaSets: state.replicaSets.map(replicaSet => ({
      ...replicaSet,
      pods: replicaSet.pods.map(pod => ({ ...pod, probers: pod.probers.map(prober => ({ ...prober })) })),
    })),
    changedPods: state.changedPods.slice(),
    clusterEvents: state.clusterEvents.slice(),
    eventSeries: { ...state.eventSeries },
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

/** The pod of a name; undefined where it is gone. */
export function findPod(state: KubernetesState, podTemplateHash: string, name: string): Pod | undefined {
  return findReplicaSet(state, podTemplateHash)?.pods.find(pod => pod.name === name)
}

/** Times in the API have whole seconds. */
export function setReady(pod: Pod, ready: boolean, nowMs: number): void {
  if (pod.ready === ready) return
  pod.ready = ready
  pod.readyChangedMs = Math.floor(nowMs / 1000) * 1000
  if (ready) pod.readySinceMs = pod.readyChangedMs
}

export function podView(pod: Pod): PodView {
  const { name, podTemplateHash, phase, waitingReason, restarts, ready, lastTerminationReason } = pod
  return { name, podTemplateHash, phase, waitingReason, restarts, ready, lastTerminationReason }
}
