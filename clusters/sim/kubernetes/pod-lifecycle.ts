import type { EventQueue } from '../queue.ts'
import { type KubernetesEvent, type PodStep, schedulePodStep, scheduleReplicaSetSync } from './events.ts'
import { podSuffixOf } from './names.ts'
import { type KubernetesState, type Pod, type PodTimingsPort, podView, type ReplicaSet } from './state.ts'

/** The kubelet sees that a process ended when it next relists its containers, once a second (pkg/kubelet, plegRelistPeriod). */
const containerRestartMs = 1000
/** Delays between restarts: 10 s, doubled up to 300 s (pkg/kubelet, MaxContainerBackOff and initialBackOff). */
const initialBackOffMs = 10_000
const maxBackOffMs = 300_000

export function createPod(
  state: KubernetesState,
  replicaSet: ReplicaSet,
  nowMs: number,
  queue: EventQueue,
  podTimings: PodTimingsPort,
): void {
  const ordinal = replicaSet.podsCreated++
  const { podTemplateHash } = replicaSet
  const name = `${replicaSet.name}-${podSuffixOf(state.seed, podTemplateHash, ordinal)}`
  const pod: Pod = {
    name,
    podTemplateHash,
    ordinal,
    timings: podTimings({ name, podTemplateHash, ordinal }, nowMs),
    createdMs: nowMs,
    scheduled: false,
    phase: 'Pending',
    waitingReason: '',
    ready: false,
    readySinceMs: 0,
    restarts: 0,
    startedMs: null,
    incarnation: 0,
    backOffMs: 0,
    backOffSetMs: 0,
  }
  replicaSet.pods.push(pod)
  state.changedPods.push(podView(pod))
  if (pod.timings.scheduleMs !== null) schedulePodStep(queue, pod, 'scheduled', nowMs + pod.timings.scheduleMs)
  scheduleReplicaSetSync(queue, replicaSet, nowMs)
}

/** Starts a pod's graceful end, as the API's DELETE does. No effect on a pod that is already ending. */
export function deletePod(
  state: KubernetesState,
  replicaSet: ReplicaSet,
  pod: Pod,
  nowMs: number,
  queue: EventQueue,
): void {
  if (pod.phase === 'Terminating') return
  pod.phase = 'Terminating'
  pod.ready = false
  pod.waitingReason = ''
  pod.incarnation++
  state.changedPods.push(podView(pod))
  schedulePodStep(queue, pod, 'gone', nowMs + pod.timings.terminateMs)
  scheduleReplicaSetSync(queue, replicaSet, nowMs)
}

/** Takes one step of a pod's life; steps of a process that has ended since are void. */
export function stepPod(
  state: KubernetesState,
  event: Extract<KubernetesEvent, { type: 'pod.stepped' }>,
  queue: EventQueue,
): void {
  const replicaSet = state.replicaSets.find(one => one.podTemplateHash === event.podTemplateHash)
  const pod = replicaSet?.pods.find(one => one.name === event.pod)
  if (replicaSet === undefined || pod === undefined || pod.incarnation !== event.incarnation) return
  const countsChanged = transition[event.step](replicaSet, pod, event.t, queue, event.flip)
  state.changedPods.push(podView(pod))
  if (countsChanged) scheduleReplicaSetSync(queue, replicaSet, event.t)
}

/** Each says whether the ReplicaSet's counts may change by it. */
const transition: Record<
  PodStep,
  (replicaSet: ReplicaSet, pod: Pod, nowMs: number, queue: EventQueue, flip: number) => boolean
> = {
  scheduled(_, pod, nowMs, queue) {
    pod.scheduled = true
    pod.waitingReason = pod.timings.pullMs === null ? 'ImagePullBackOff' : 'ContainerCreating'
    if (pod.timings.pullMs !== null) schedulePodStep(queue, pod, 'pulled', nowMs + pod.timings.pullMs)
    return false
  },
  pulled(_, pod, nowMs, queue) {
    schedulePodStep(queue, pod, 'started', nowMs + pod.timings.startMs)
    return false
  },
  started(_, pod, nowMs, queue) {
    startProcess(pod, nowMs, queue)
    return false
  },
  flipped(_, pod, nowMs, queue, flip) {
    pod.ready = !pod.ready
    if (pod.ready) pod.readySinceMs = Math.floor(nowMs / 1000) * 1000
    const next = pod.timings.readyFlipsMs[flip + 1]
    if (next !== undefined) schedulePodStep(queue, pod, 'flipped', pod.startedMs! + next, flip + 1)
    return true
  },
  exited(_, pod, nowMs, queue) {
    const wasReady = pod.ready
    pod.ready = false
    pod.startedMs = null
    pod.incarnation++
    const waitMs = backOffSince(pod, nowMs)
    pod.waitingReason = waitMs > 0 ? 'CrashLoopBackOff' : ''
    schedulePodStep(queue, pod, 'restarted', nowMs + Math.max(waitMs, containerRestartMs))
    return wasReady
  },
  restarted(_, pod, nowMs, queue) {
    const expired = nowMs - pod.backOffSetMs > 2 * maxBackOffMs
    pod.backOffMs = pod.backOffMs === 0 || expired ? initialBackOffMs : Math.min(2 * pod.backOffMs, maxBackOffMs)
    pod.backOffSetMs = nowMs
    pod.restarts++
    startProcess(pod, nowMs, queue)
    return false
  },
  gone(replicaSet, pod) {
    pod.phase = 'Gone'
    replicaSet.pods.splice(replicaSet.pods.indexOf(pod), 1)
    return false
  },
}

/**
 * How long the kubelet waits before it starts a container that exited now. The first restart is immediate; a container that ran
 * longer than twice the longest delay starts afresh (client-go, util/flowcontrol/backoff.go).
 */
function backOffSince(pod: Pod, exitedMs: number): number {
  return exitedMs - pod.backOffSetMs > 2 * maxBackOffMs ? 0 : pod.backOffMs
}

function startProcess(pod: Pod, nowMs: number, queue: EventQueue): void {
  pod.phase = 'Running'
  pod.waitingReason = ''
  pod.startedMs = nowMs
  const { readyFlipsMs, exitMs } = pod.timings
  const first = readyFlipsMs[0]
  if (first !== undefined) schedulePodStep(queue, pod, 'flipped', nowMs + first)
  if (exitMs !== null) schedulePodStep(queue, pod, 'exited', nowMs + exitMs)
}
