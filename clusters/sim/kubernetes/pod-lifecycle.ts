import type { PodView } from '../../../harness/model/observation.ts'
import type { EventQueue } from '../queue.ts'
import { emitEvent, forgetEvents } from './cluster-events.ts'
import { endProcess, killed, restartProcess, startProcess, stopForProbe, stopOf } from './containers.ts'
import { type KubernetesEvent, type PodStep, schedulePodStep, scheduleReplicaSetSync } from './events.ts'
import { ensureImage, noteImage, pullBackedOff, pullFailed } from './image-pulls.ts'
import { podSuffixOf } from './names.ts'
import { nodeOf, placePod } from './nodes.ts'
import { answerChanged, probed, type StopForProbe } from './prober.ts'
import type { ProbeKind } from './probes.ts'
import {
  findReplicaSet,
  type KubernetesState,
  type Pod,
  type PodTimingsPort,
  podView,
  type ReplicaSet,
  setReady,
} from './state.ts'

/** A pod that is evicted for memory has this long (pkg/kubelet/eviction/eviction_manager.go, immediateEvictionGracePeriodSeconds). */
const evictionGraceMs = 1000

/** Between the quantity at which the kubelet evicts (its default for memory.available) and nothing; what is left is an assumption. */
const evictionText = 'The node was low on resource: memory. Threshold quantity: 100Mi, available: 81Mi. '

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
  const node = placePod(state, podTemplateHash, ordinal)
  const pod: Pod = {
    name,
    podTemplateHash,
    ordinal,
    node,
    timings: podTimings({ name, podTemplateHash, ordinal, node }, nowMs),
    createdMs: nowMs,
    scheduled: false,
    admittedMs: 0,
    ip: '',
    phase: 'Pending',
    waitingReason: '',
    ready: false,
    readySinceMs: 0,
    readyChangedMs: 0,
    restarts: 0,
    startedMs: null,
    incarnation: 0,
    lastTerminationReason: '',
    lastExitMs: null,
    backOffMs: 0,
    backOffSetMs: 0,
    pullBackOffMs: 0,
    pullStartedMs: 0,
    answer: 'up',
    probeDelayMs: 0,
    applicationStarted: false,
    startupDone: false,
    stopping: false,
    probers: [],
  }
  replicaSet.pods.push(pod)
  state.changedPods.push(podView(pod))
  const isKnown = pod.timings.container !== undefined
  if (isKnown)
    emitEvent(state, nowMs, 'ReplicaSet', replicaSet.name, 'Normal', 'SuccessfulCreate', `Created pod: ${name}`)
  const { scheduleMs } = pod.timings
  const isPressed = nodeOf(state, pod).pressureUntilMs !== null
  if (scheduleMs !== null && !isPressed) schedulePodStep(queue, pod, 'scheduled', nowMs + scheduleMs)
  else if (isKnown) emitEvent(state, nowMs, 'Pod', name, 'Warning', 'FailedScheduling', noNode(state, isPressed))
  scheduleReplicaSetSync(queue, replicaSet, nowMs)
}

/** The scheduler's words (pkg/scheduler/framework/types.go, FitError). */
function noNode({ nodes }: KubernetesState, isPressed: boolean): string {
  const why = isPressed ? 'node(s) had untolerated taint {node.kubernetes.io/memory-pressure: }' : 'Insufficient cpu'
  const count = nodes.length
  return `0/${count} nodes are available: ${count} ${why}. preemption: 0/${count} nodes are available: ${count} Preemption is not helpful for scheduling.`
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
  const { container, terminateMs } = pod.timings
  if (container !== undefined && pod.startedMs !== null)
    emitEvent(state, nowMs, 'Pod', pod.name, 'Normal', 'Killing', `Stopping container ${container.name}`)
  const graceMs = container?.gracePeriodMs ?? terminateMs
  pod.phase = 'Terminating'
  setReady(pod, false, nowMs)
  pod.waitingReason = ''
  pod.incarnation++
  state.changedPods.push(podView(pod))
  schedulePodStep(queue, pod, 'gone', nowMs + stopOf(pod, graceMs).stopMs)
  scheduleReplicaSetSync(queue, replicaSet, nowMs)
}

/** The container's process is killed from outside: by the kernel for its memory (`OOMKilled`), or by itself (`Error`). */
export function killContainer(
  state: KubernetesState,
  pod: Pod,
  reason: 'OOMKilled' | 'Error',
  nowMs: number,
  queue: EventQueue,
): void {
  const replicaSet = findReplicaSet(state, pod.podTemplateHash)
  if (replicaSet === undefined || pod.phase !== 'Running' || pod.startedMs === null || pod.stopping) return
  const before = podView(pod)
  endProcess(state, pod, reason, nowMs, queue)
  publish(state, replicaSet, pod, before, nowMs, queue)
}

/** Changes what a pod's process answers from now on; cheap where its probes find the same as before. */
export function setAnswer(
  state: KubernetesState,
  pod: Pod,
  change: Partial<Pick<Pod, 'answer' | 'probeDelayMs'>>,
  nowMs: number,
  queue: EventQueue,
): void {
  const { answer = pod.answer, probeDelayMs = pod.probeDelayMs } = change
  if (answer === pod.answer && probeDelayMs === pod.probeDelayMs) return
  pod.answer = answer
  pod.probeDelayMs = probeDelayMs
  const replicaSet = findReplicaSet(state, pod.podTemplateHash)
  if (replicaSet === undefined || pod.phase !== 'Running') return
  const before = podView(pod)
  answerChanged(state, pod, nowMs, queue, stopper(state, pod, nowMs, queue))
  publish(state, replicaSet, pod, before, nowMs, queue)
}

/** Takes one step of a pod's life; steps of a process that has ended since are void. */
export function stepPod(
  state: KubernetesState,
  event: Extract<KubernetesEvent, { type: 'pod.stepped' }>,
  queue: EventQueue,
): void {
  const replicaSet = findReplicaSet(state, event.podTemplateHash)
  const pod = replicaSet?.pods.find(one => one.name === event.pod)
  if (replicaSet === undefined || pod === undefined || pod.incarnation !== event.incarnation) return
  const before = podView(pod)
  transition[event.step]({ state, replicaSet, pod, nowMs: event.t, queue, index: event.index })
  publish(state, replicaSet, pod, before, event.t, queue)
}

/** Shows watchers of the pod what has changed; nothing where nothing has. */
function publish(
  state: KubernetesState,
  replicaSet: ReplicaSet,
  pod: Pod,
  before: PodView,
  nowMs: number,
  queue: EventQueue,
): void {
  const view = podView(pod)
  const isSame = (Object.keys(view) as (keyof PodView)[]).every(key => view[key] === before[key])
  if (isSame) return
  state.changedPods.push(view)
  if (view.ready !== before.ready || view.phase === 'Failed') scheduleReplicaSetSync(queue, replicaSet, nowMs)
}

interface Step {
  readonly state: KubernetesState
  readonly replicaSet: ReplicaSet
  readonly pod: Pod
  readonly nowMs: number
  readonly queue: EventQueue
  readonly index: number
}

const transition: Record<PodStep, (step: Step) => void> = {
  scheduled({ state, pod, nowMs, queue }) {
    const node = nodeOf(state, pod)
    pod.scheduled = true
    pod.admittedMs = nowMs
    pod.readyChangedMs = Math.floor(nowMs / 1000) * 1000
    // Pod networks of a kind cluster: one /24 a node, its first address being the node's own.
    pod.ip = `10.244.${pod.node}.${2 + (node.podsPlaced++ % 253)}`
    const { container } = pod.timings
    const initMs = container?.initMs ?? 0
    pod.waitingReason = initMs > 0 ? 'PodInitializing' : 'ContainerCreating'
    if (container !== undefined) {
      const text = `Successfully assigned ${state.namespace}/${pod.name} to ${node.name}`
      emitEvent(state, nowMs, 'Pod', pod.name, 'Normal', 'Scheduled', text)
    }
    if (initMs > 0) schedulePodStep(queue, pod, 'initialized', nowMs + initMs)
    else ensureImage(state, pod, nowMs, queue)
  },
  initialized: ({ state, pod, nowMs, queue }) => ensureImage(state, pod, nowMs, queue),
  pulled({ state, pod, nowMs, queue }) {
    noteImage(state, pod, nowMs)
    const { container, startMs } = pod.timings
    if (container === undefined || container.configError === '') {
      schedulePodStep(queue, pod, 'started', nowMs + startMs)
      return
    }
    pod.waitingReason = 'CreateContainerConfigError'
    emitEvent(state, nowMs, 'Pod', pod.name, 'Warning', 'Failed', `Error: ${container.configError}`)
  },
  pullFailed: ({ state, pod, nowMs, queue }) => pullFailed(state, pod, nowMs, queue),
  pullBackedOff: ({ state, pod, nowMs }) => pullBackedOff(state, pod, nowMs),
  pullRetried: ({ state, pod, nowMs, queue }) => ensureImage(state, pod, nowMs, queue),
  started: ({ state, pod, nowMs, queue }) => startProcess(state, pod, nowMs, queue),
  answering({ state, pod, nowMs, queue }) {
    pod.applicationStarted = true
    answerChanged(state, pod, nowMs, queue, stopper(state, pod, nowMs, queue))
  },
  startupProbed: step => afterProbe(step, 'startup'),
  readinessProbed: step => afterProbe(step, 'readiness'),
  livenessProbed: step => afterProbe(step, 'liveness'),
  flipped({ pod, nowMs, queue, index }) {
    setReady(pod, !pod.ready, nowMs)
    const next = pod.timings.readyFlipsMs[index + 1]
    if (next !== undefined) schedulePodStep(queue, pod, 'flipped', pod.startedMs! + next, index + 1)
  },
  exited: ({ state, pod, nowMs, queue }) => endProcess(state, pod, 'Error', nowMs, queue),
  stopped: ({ state, pod, nowMs, queue, index }) =>
    endProcess(state, pod, index === killed ? 'Error' : 'Completed', nowMs, queue),
  restarted: ({ state, pod, nowMs, queue }) => restartProcess(state, pod, nowMs, queue),
  evicted({ state, pod, nowMs, queue }) {
    emitEvent(state, nowMs, 'Pod', pod.name, 'Warning', 'Evicted', evictionText)
    pod.incarnation++
    pod.stopping = true
    pod.probers = []
    schedulePodStep(queue, pod, 'failed', nowMs + evictionGraceMs)
  },
  failed({ state, replicaSet, pod, nowMs }) {
    setReady(pod, false, nowMs)
    pod.phase = 'Failed'
    pod.waitingReason = ''
    pod.startedMs = null
    pod.lastTerminationReason = 'Error'
    // The object stays in the API, and no controller counts it.
    forget(state, replicaSet, pod)
  },
  gone({ state, replicaSet, pod }) {
    pod.phase = 'Gone'
    forget(state, replicaSet, pod)
  },
}

function forget(state: KubernetesState, replicaSet: ReplicaSet, pod: Pod): void {
  replicaSet.pods.splice(replicaSet.pods.indexOf(pod), 1)
  forgetEvents(state, 'Pod', pod.name)
}

function afterProbe({ state, pod, nowMs, queue, index }: Step, kind: ProbeKind): void {
  probed(state, pod, kind, index, nowMs, queue, stopper(state, pod, nowMs, queue))
}

function stopper(state: KubernetesState, pod: Pod, nowMs: number, queue: EventQueue): StopForProbe {
  return (kind, spec) => stopForProbe(state, pod, kind, spec, nowMs, queue)
}
