import type { EventQueue } from '../queue.ts'
import { emitEvent } from './cluster-events.ts'
import { schedulePodStep } from './events.ts'
import { manifestCheckMs } from './image-pulls.ts'
import { startProbing } from './prober.ts'
import type { ProbeKind, ProbeSpec } from './probes.ts'
import { type KubernetesState, type Pod, setReady, type TerminationReason } from './state.ts'

/** The kubelet sees that a process ended when it next relists its containers, once a second (pkg/kubelet, plegRelistPeriod). */
const containerRestartMs = 1000
/** Delays between restarts: 10 s, doubled up to 300 s (pkg/kubelet, MaxContainerBackOff and initialBackOff). */
const initialBackOffMs = 10_000
const maxBackOffMs = 300_000

export function startProcess(state: KubernetesState, pod: Pod, nowMs: number, queue: EventQueue): void {
  pod.phase = 'Running'
  pod.waitingReason = ''
  pod.startedMs = nowMs
  pod.stopping = false
  const { readyFlipsMs, exitMs, container } = pod.timings
  if (exitMs !== null) schedulePodStep(queue, pod, 'exited', nowMs + exitMs)
  if (container !== undefined) {
    emitEvent(state, nowMs, 'Pod', pod.name, 'Normal', 'Created', `Created container: ${container.name}`)
    emitEvent(state, nowMs, 'Pod', pod.name, 'Normal', 'Started', `Started container ${container.name}`)
    startProbing(state, pod, nowMs, queue)
    return
  }
  const first = readyFlipsMs[0]
  if (first !== undefined) schedulePodStep(queue, pod, 'flipped', nowMs + first)
}

/** The process has ended; the kubelet starts another, at once or after a while. */
export function endProcess(
  state: KubernetesState,
  pod: Pod,
  reason: TerminationReason,
  nowMs: number,
  queue: EventQueue,
): void {
  const waitMs = pod.stopping ? backOffAfterStop(pod, nowMs) : backOffSince(pod, nowMs)
  setReady(pod, false, nowMs)
  pod.startedMs = null
  pod.applicationStarted = false
  pod.stopping = false
  pod.incarnation++
  pod.lastTerminationReason = reason
  pod.lastExitMs = nowMs
  pod.waitingReason = waitMs > 0 ? 'CrashLoopBackOff' : ''
  const { container } = pod.timings
  if (waitMs > 0 && container !== undefined) {
    const text = `Back-off restarting failed container ${container.name} in pod ${pod.name}_${state.namespace}`
    emitEvent(state, nowMs, 'Pod', pod.name, 'Warning', 'BackOff', text)
  }
  const pullMs = container?.asksRegistry === true ? manifestCheckMs : 0
  schedulePodStep(queue, pod, 'restarted', nowMs + Math.max(waitMs, containerRestartMs) + pullMs)
}

export function restartProcess(state: KubernetesState, pod: Pod, nowMs: number, queue: EventQueue): void {
  const expired = nowMs - pod.backOffSetMs > 2 * maxBackOffMs
  pod.backOffMs = pod.backOffMs === 0 || expired ? initialBackOffMs : Math.min(2 * pod.backOffMs, maxBackOffMs)
  pod.backOffSetMs = nowMs
  pod.restarts++
  const { container } = pod.timings
  if (container !== undefined) {
    const { image, asksRegistry, imageBytes } = container
    const pulled = `Successfully pulled image "${image}" in ${manifestCheckMs / 1000}s (${manifestCheckMs / 1000}s including waiting). Image size: ${imageBytes} bytes.`
    const text = asksRegistry ? pulled : `Container image "${image}" already present on machine`
    emitEvent(state, nowMs, 'Pod', pod.name, 'Normal', 'Pulled', text)
  }
  startProcess(state, pod, nowMs, queue)
}

/** A probe has failed for good: the kubelet sends SIGTERM, and SIGKILL after the grace period (kuberuntime_container.go, killContainer). */
export function stopForProbe(
  state: KubernetesState,
  pod: Pod,
  kind: ProbeKind,
  spec: ProbeSpec,
  nowMs: number,
  queue: EventQueue,
): void {
  const { name, gracePeriodMs } = pod.timings.container!
  const text = `Container ${name} failed ${kind} probe, will be restarted`
  emitEvent(state, nowMs, 'Pod', pod.name, 'Normal', 'Killing', text)
  pod.stopping = true
  const { stopMs, obeys } = stopOf(pod, spec.gracePeriodMs ?? gracePeriodMs)
  schedulePodStep(queue, pod, 'stopped', nowMs + stopMs, obeys ? 0 : killed)
}

/**
 * How long the kubelet takes to stop a process: the hook before it, at most for the grace period, then SIGTERM, and SIGKILL at the end of
 * what is left, which is at least 2 s (kuberuntime_container.go, killContainer, minimumGracePeriodInSeconds).
 */
export function stopOf({ timings, answer }: Pod, graceMs: number): { stopMs: number; obeys: boolean } {
  const { container, terminateMs } = timings
  const hookMs = Math.min(container?.preStopMs ?? 0, graceMs)
  const leftMs = Math.max(graceMs - hookMs, minGraceMs)
  const obeys = answer !== 'hung' && terminateMs <= leftMs
  return { stopMs: hookMs + (obeys ? terminateMs : leftMs), obeys }
}

const minGraceMs = 2000

/** Index of a `stopped` step whose process had to be killed. */
export const killed = 1

/**
 * How long the kubelet waits before it starts a container that exited now. The first restart is immediate; a container that ran
 * longer than twice the longest delay starts afresh (client-go, util/flowcontrol/backoff.go).
 */
function backOffSince(pod: Pod, exitedMs: number): number {
  return exitedMs - pod.backOffSetMs > 2 * maxBackOffMs ? 0 : pod.backOffMs
}

/**
 * A container that the kubelet itself stopped is started in the same pass, unless the exit before that is too recent: then the kubelet backs off
 * as from any exit (kuberuntime_manager.go, doBackOff, which looks for the latest container that had exited when the pass began).
 */
function backOffAfterStop(pod: Pod, nowMs: number): number {
  if (pod.lastExitMs === null || nowMs - pod.lastExitMs >= backOffSince(pod, pod.lastExitMs)) return 0
  return backOffSince(pod, nowMs)
}
