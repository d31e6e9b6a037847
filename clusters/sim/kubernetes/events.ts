import { type EventQueue, type QueuedEvent, schedule } from '../queue.ts'
import type { Pod, ReplicaSet } from './state.ts'

/** Among events of one time: pods change before their ReplicaSet is counted. */
const podPriority = 10
const replicaSetPriority = 20

/** Time from a change of a pod to the ReplicaSet controller's pass: seen at once, there is one call to make. */
const podReactionMs = 10
/** Time from a new scale to the pods created or deleted for it: through API, informer, work queue and API again. */
export const scaleReactionMs = 90

export type PodStep = 'scheduled' | 'pulled' | 'started' | 'flipped' | 'exited' | 'restarted' | 'gone'

export type KubernetesEvent = QueuedEvent &
  (
    | { readonly type: 'replicaSet.sync'; readonly podTemplateHash: string }
    | {
        readonly type: 'pod.stepped'
        readonly podTemplateHash: string
        readonly pod: string
        readonly step: PodStep
        readonly incarnation: number
        /** Which readiness flip this is, counted from 0. */
        readonly flip: number
      }
  )

export function schedulePodStep(queue: EventQueue, pod: Pod, step: PodStep, t: number, flip = 0): void {
  const { podTemplateHash, name, incarnation } = pod
  const event = { t, priority: podPriority, type: 'pod.stepped', podTemplateHash, pod: name, step, incarnation, flip }
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
