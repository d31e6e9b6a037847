import type { EventQueue } from '../queue.ts'
import { emitEvent } from './cluster-events.ts'
import { scheduleNodeRelief, schedulePodStep } from './events.ts'
import { hashOf } from './names.ts'
import type { KubernetesState, Pod } from './state.ts'

/** A machine of the cluster. */
export interface Node {
  readonly name: string
  /** It has too little memory, and no new pod is bound to it, until then; null: it has enough. */
  pressureUntilMs: number | null
  /** End of the last pull: the kubelet pulls one image at a time (KubeletConfiguration, serializeImagePulls). */
  pullsUntilMs: number
  /** Images that were pulled here, and from when on they are present. */
  images: { readonly image: string; readonly presentMs: number }[]
  podsPlaced: number
}

/** The kubelet looks for pressure this often, and evicts one pod each time (pkg/kubelet/kubelet.go, evictionMonitoringPeriod). */
const evictionPeriodMs = 10_000
/** How long after its end the pressure is still reported (KubeletConfiguration, evictionPressureTransitionPeriod). */
const pressureTransitionMs = 300_000

export function createNode(name: string): Node {
  return { name, pressureUntilMs: null, pullsUntilMs: Number.NEGATIVE_INFINITY, images: [], podsPlaced: 0 }
}

/** The node that a pod is on, or is to be on. */
export function nodeOf(state: KubernetesState, pod: Pod): Node {
  return state.nodes[pod.node]!
}

/**
 * The node for a pod: one after the other, as the scheduler spreads the pods of a ReplicaSet (pkg/scheduler, PodTopologySpread's
 * system defaults), leaving out those under pressure; where all are, the one whose turn it is.
 */
export function placePod(state: KubernetesState, podTemplateHash: string, ordinal: number): number {
  const { nodes } = state
  const first = (hashOf(podTemplateHash) + ordinal) % nodes.length
  for (let i = 0; i < nodes.length; i++) {
    const index = (first + i) % nodes.length
    if (nodes[index]!.pressureUntilMs === null) return index
  }
  return first
}

/**
 * A node runs out of memory through something else that runs on it: the kubelet evicts pods of the workload, those that use most memory
 * first, one at each look, and keeps the node free of new ones (pkg/kubelet/eviction/eviction_manager.go, synchronize).
 * @param evictions at most how many pods
 * @param untilMs when the pressure is over
 * @param memoryOf memory that a pod uses, in any unit, as all request the same; equal ones in order of creation
 */
export function evictPods(
  state: KubernetesState,
  node: Node,
  evictions: number,
  untilMs: number,
  nowMs: number,
  queue: EventQueue,
  memoryOf: (pod: Pod) => number = () => 0,
): void {
  if (node.pressureUntilMs === null)
    emitEvent(
      state,
      nowMs,
      'Node',
      node.name,
      'Normal',
      'NodeHasInsufficientMemory',
      `Node ${node.name} status is now: NodeHasInsufficientMemory`,
    )
  node.pressureUntilMs = Math.max(node.pressureUntilMs ?? 0, untilMs + pressureTransitionMs)
  emitEvent(state, nowMs, 'Node', node.name, 'Warning', 'EvictionThresholdMet', 'Attempting to reclaim memory')
  const running = state.replicaSets
    .flatMap(({ pods }) => pods)
    .filter(pod => nodeOf(state, pod) === node && pod.phase === 'Running')
    .sort((a, b) => memoryOf(b) - memoryOf(a) || a.createdMs - b.createdMs || a.ordinal - b.ordinal)
  for (const [index, pod] of running.slice(0, evictions).entries())
    schedulePodStep(queue, pod, 'evicted', nowMs + index * evictionPeriodMs)
  scheduleNodeRelief(queue, node.name, node.pressureUntilMs)
}

/** The pressure is over: pods that found no other node are bound. */
export function relieveNode(state: KubernetesState, name: string, nowMs: number, queue: EventQueue): void {
  const node = state.nodes.find(one => one.name === name)
  if (node === undefined || node.pressureUntilMs === null || node.pressureUntilMs > nowMs) return
  node.pressureUntilMs = null
  const message = `Node ${name} status is now: NodeHasSufficientMemory`
  emitEvent(state, nowMs, 'Node', name, 'Normal', 'NodeHasSufficientMemory', message)
  for (const { pods } of state.replicaSets) {
    for (const pod of pods) {
      const { scheduleMs } = pod.timings
      if (pod.scheduled || pod.phase !== 'Pending' || nodeOf(state, pod) !== node || scheduleMs === null) continue
      schedulePodStep(queue, pod, 'scheduled', nowMs + scheduleMs)
    }
  }
}
