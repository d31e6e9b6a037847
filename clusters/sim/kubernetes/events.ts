import { type EventQueue, type QueuedEvent, schedule } from '../queue.ts'
import type { Pod, ReplicaSet } from './state.ts'

/** Among events of one time: pods change before their ReplicaSet is counted. */
const podPriority = 10
const replicaSetPriority = 20

/** Time from a change of a pod to the ReplicaSet controller's pass: seen at once, there is one call to make. */
const podReactionMs = 10
/** Time from a new scale to the pods created or deleted for it: through API, informer, work queue and API again. */
export const scaleReactionMs = 90

export type PodStep =
  | 'scheduled'
  /** Its init containers are done. */
  | 'initialized'
  | 'pulled'
  | 'pullFailed'
  | 'pullBackedOff'
  | 'pullRetried'
  | 'started'
  /** The application of the process has started. */
  | 'answering'
  | 'startupProbed'
  | 'readinessProbed'
  | 'livenessProbed'
  | 'flipped'
  | 'exited'
  /** The process has ended because the kubelet stopped it. */
  | 'stopped'
  | 'restarted'
  | 'evicted'
  | 'failed'
  | 'gone'

export type KubernetesEvent = QueuedEvent &
  (
    | { readonly type: 'replicaSet.sync'; readonly podTemplateHash: string }
    | { readonly type: 'node.relieved'; readonly node: string }
    | {
        readonly type: 'pod.stepped'
        readonly podTemplateHash: string
        readonly pod: string
        readonly step: PodStep
        readonly incarnation: number
        /** Which readiness flip this is, counted from 0, or which plan of a prober. */
        readonly index: number
      }
  )

export function schedulePodStep(queue: EventQueue, pod: Pod, step: PodStep, t: number, index = 0): void {
  const { podTemplateHash, name, incarnation } = pod
  const event = { t, priority: podPriority, type: 'pod.stepped', podTemplateHash, pod: name, step, incarnation, index }
  schedule(queue, event)
}

/** Queues a pass of the ReplicaSet controller, unless one is queued for no later. */
export function scheduleReplicaSetSync(
  queue: EventQueue,
  replicaSet: ReplicaSet,
  nowMs: number,
  delayMs = podReactionMs,
): void {
  const t = nowMs + delayMs
  if (replicaSet.syncAtMs !== null && replicaSet.syncAtMs <= t) return
  replicaSet.syncAtMs = t
  schedule(queue, {
    t,
    priority: replicaSetPriority,
    type: 'replicaSet.sync',
    podTemplateHash: replicaSet.podTemplateHash,
  } as never)
}

export function scheduleNodeRelief(queue: EventQueue, node: string, t: number): void {
  schedule(queue, { t, priority: podPriority, type: 'node.relieved', node } as never)
}
