import type { EventQueue } from '../queue.ts'
import { emitEvent } from './cluster-events.ts'
import { type PodStep, schedulePodStep } from './events.ts'
import { failureText } from './probe-texts.ts'
import type { Outcome, ProbeKind, Prober, ProbeSpec } from './probes.ts'
import { type KubernetesState, type Pod, setReady } from './state.ts'

/**
 * The kubelet's probe workers (Kubernetes v1.34, pkg/kubelet/prober/worker.go, doProbe; prober_manager.go, UpdatePodStatus). Their ticks
 * are counted from the pod's admission, those before the initial delay is over are skipped, and readiness and liveness wait for the startup
 * probe. The random wait before the first tick is for a kubelet that has just started.
 */

const kinds = ['startup', 'readiness', 'liveness'] as const
const stepOf = {
  startup: 'startupProbed',
  readiness: 'readinessProbed',
  liveness: 'livenessProbed',
} as const satisfies {
  [K in ProbeKind]: PodStep
}

/** What the kubelet does when a probe has failed for good; called with the process still running. */
export type StopForProbe = (kind: ProbeKind, spec: ProbeSpec) => void

/** A process has started: its probes begin, and a pod without probes is ready. */
export function startProbing(state: KubernetesState, pod: Pod, nowMs: number, queue: EventQueue): void {
  const { probes, applicationStartMs } = pod.timings.container!
  pod.applicationStarted = applicationStartMs === 0
  pod.startupDone = probes.startup === undefined
  pod.probers = kinds.flatMap(kind => {
    const spec = probes[kind]
    if (spec === undefined) return []
    const before = pod.probers.find(one => one.kind === kind)
    const told = kind === 'startup' ? null : kind === 'liveness'
    const { last = null, run = 0, plan = 0 } = before ?? {}
    const outcome = outcomeOf(pod, kind, spec)
    return [{ kind, nextTickMs: 0, outcome, last, run, told, onHold: false, plan }]
  })
  if (applicationStartMs > 0) schedulePodStep(queue, pod, 'answering', nowMs + applicationStartMs)
  for (const prober of pod.probers) {
    prober.nextTickMs = firstTick(pod, specOf(pod, prober), nowMs)
    if (prober.kind === 'startup' || pod.startupDone) planProbe(pod, prober, queue)
  }
  if (pod.startupDone) allowReady(state, pod, nowMs, queue)
}

/** Something changed in what the process answers; the workers learn of it at their next ticks. */
export function answerChanged(
  state: KubernetesState,
  pod: Pod,
  nowMs: number,
  queue: EventQueue,
  stop: StopForProbe,
): void {
  for (const prober of pod.probers) {
    const spec = specOf(pod, prober)
    const outcome = outcomeOf(pod, prober.kind, spec)
    if (outcome === prober.outcome || !isProbing(pod, prober)) {
      prober.outcome = outcome
      continue
    }
    const ticks = Math.max(0, Math.ceil((nowMs - prober.nextTickMs) / spec.periodMs))
    countTicks(state, pod, prober, ticks, nowMs)
    tell(state, pod, prober, nowMs, queue, stop)
    prober.outcome = outcome
    planProbe(pod, prober, queue)
  }
}

/** A tick that may change something. */
export function probed(
  state: KubernetesState,
  pod: Pod,
  kind: ProbeKind,
  plan: number,
  nowMs: number,
  queue: EventQueue,
  stop: StopForProbe,
): void {
  const prober = pod.probers.find(one => one.kind === kind)
  if (prober === undefined || prober.plan !== plan || !isProbing(pod, prober)) return
  const spec = specOf(pod, prober)
  const tickMs = nowMs - resultDelayMs(prober, spec)
  countTicks(state, pod, prober, Math.floor((tickMs - prober.nextTickMs) / spec.periodMs) + 1, nowMs)
  tell(state, pod, prober, nowMs, queue, stop)
  planProbe(pod, prober, queue)
}

function outcomeOf(pod: Pod, kind: ProbeKind, spec: ProbeSpec): Outcome {
  if (!pod.applicationStarted) return 'refused'
  if (spec.tcpPort !== null) return 'success'
  if (pod.answer === 'hung' || pod.probeDelayMs >= spec.timeoutMs) return 'timeout'
  if (pod.answer === 'sick') return 'unavailable'
  return kind === 'readiness' && pod.timings.container!.readinessPathMissing ? 'notFound' : 'success'
}

function isProbing(pod: Pod, { kind, onHold }: Prober): boolean {
  return !onHold && (kind === 'startup') !== pod.startupDone && pod.startedMs !== null
}

/** The first tick that finds the process running and its initial delay over. */
function firstTick(pod: Pod, { initialDelayMs, periodMs }: ProbeSpec, fromMs: number): number {
  const earliestMs = Math.max(fromMs, pod.startedMs! + initialDelayMs)
  return pod.admittedMs + Math.ceil((earliestMs - pod.admittedMs) / periodMs) * periodMs
}

/** Counts ticks that found the prober's outcome. */
function countTicks(state: KubernetesState, pod: Pod, prober: Prober, ticks: number, nowMs: number): void {
  if (ticks <= 0) return
  prober.nextTickMs += ticks * specOf(pod, prober).periodMs
  countProbes(state, pod, prober, ticks, nowMs)
}

function countProbes(state: KubernetesState, pod: Pod, prober: Prober, times: number, nowMs: number): void {
  const isLikeLast = prober.last !== null && succeeds(prober.last) === succeeds(prober.outcome)
  prober.run = isLikeLast ? prober.run + times : times
  prober.last = prober.outcome
  if (succeeds(prober.outcome)) return
  const text = failureText(pod, prober.kind, specOf(pod, prober), prober.outcome)
  emitEvent(state, nowMs, 'Pod', pod.name, 'Warning', 'Unhealthy', text, times)
}

/** Tells the kubelet a result that has come often enough in a row. */
function tell(
  state: KubernetesState,
  pod: Pod,
  prober: Prober,
  nowMs: number,
  queue: EventQueue,
  stop: StopForProbe,
): void {
  const { kind, last, run } = prober
  const spec = specOf(pod, prober)
  if (last === null || succeeds(last) === prober.told) return
  if (run < thresholdOf(spec, last)) return
  prober.told = succeeds(last)
  if (kind === 'readiness') setReady(pod, prober.told, nowMs)
  else if (!prober.told) {
    prober.onHold = true
    prober.run = 0
    stop(kind, spec)
  } else if (kind === 'startup') {
    pod.startupDone = true
    for (const other of pod.probers) {
      if (other.kind === 'startup') continue
      other.nextTickMs = firstTick(pod, specOf(pod, other), nowMs)
      planProbe(pod, other, queue)
    }
    allowReady(state, pod, nowMs, queue)
  }
}

/** A started container is ready where nothing probes it; a readiness probe without a delay is made at once, besides its ticks. */
function allowReady(state: KubernetesState, pod: Pod, nowMs: number, queue: EventQueue): void {
  const prober = pod.probers.find(({ kind }) => kind === 'readiness')
  if (prober === undefined) {
    setReady(pod, true, nowMs)
    return
  }
  if (nowMs < pod.startedMs! + specOf(pod, prober).initialDelayMs || prober.nextTickMs === nowMs) return
  countProbes(state, pod, prober, 1, nowMs)
  tell(state, pod, prober, nowMs, queue, () => {})
  planProbe(pod, prober, queue)
}

/** Queues the next tick that changes something: the first one that finds a new failure, for its Event, or the one that reaches a threshold. */
function planProbe(pod: Pod, prober: Prober, queue: EventQueue): void {
  prober.plan++
  if (!isProbing(pod, prober)) return
  const spec = specOf(pod, prober)
  const { outcome, last, run, told } = prober
  const isNewFailure = !succeeds(outcome) && outcome !== last
  if (told === succeeds(outcome) && !isNewFailure) return
  const isLikeLast = last !== null && succeeds(last) === succeeds(outcome)
  const ticks = isNewFailure ? 1 : Math.max(1, thresholdOf(spec, outcome) - (isLikeLast ? run : 0))
  const tickMs = prober.nextTickMs + (ticks - 1) * spec.periodMs
  schedulePodStep(queue, pod, stepOf[prober.kind], tickMs + resultDelayMs(prober, spec), prober.plan)
}

function succeeds(outcome: Outcome): boolean {
  return outcome === 'success'
}

function thresholdOf({ successThreshold, failureThreshold }: ProbeSpec, outcome: Outcome): number {
  return succeeds(outcome) ? successThreshold : failureThreshold
}

/** From a tick to its result; an answer in time is taken to come at once. */
function resultDelayMs({ outcome }: Prober, { timeoutMs }: ProbeSpec): number {
  return outcome === 'timeout' ? timeoutMs : 0
}

function specOf(pod: Pod, { kind }: Prober): ProbeSpec {
  return pod.timings.container!.probes[kind]!
}
