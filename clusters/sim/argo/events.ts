import type { Autoscaler } from '../kubernetes/autoscaler.ts'
import type { KubernetesEvent } from '../kubernetes/events.ts'
import { type EventQueue, type QueuedEvent, schedule } from '../queue.ts'
import type { AnalysisRun } from './analysis-run.ts'
import type { EmittedEvent, RolloutState } from './state.ts'

/**
 * Among events of one time: a run's phase is computed right after its metrics were assessed, with nothing in between (`conclude`
 * must stay the lowest number of all), the Rollout is reconciled when everything else of that time has happened.
 */
const concludePriority = 0
const analysisPriority = 30
const rolloutPriority = 40
const autoscalerPriority = 35

/**
 * Time from a change that the controller watches to the end of its pass: informer, work queue, a few calls of the API. On the
 * recorded clusters, with nodes of two cores, about 0.1 s. A pass is followed at once by another that it caused by its own writes
 * and that reads its caches when it begins; what other controllers make of those writes is seen only by the one after. So the pass
 * over the Rollout must be the quickest of them.
 */
const rolloutReactionMs = 80
const analysisReactionMs = 100
/** A timer fires just after its time. */
const timerSlackMs = 1

export type RolloutEvent = KubernetesEvent | ArgoEvent

export type ArgoEvent = QueuedEvent &
  (
    | { readonly type: 'rollout.reconcile' }
    | { readonly type: 'autoscaler.sync' }
    /** Due measurements are taken; those that answer at once are assessed in the same event. */
    | { readonly type: 'analysisRun.measure'; readonly run: string }
    /** Measurements that took time have come in; they are assessed. */
    | { readonly type: 'analysisRun.measured'; readonly run: string }
    /** The run's phase is computed from its metrics. The only event in which `live` and `dryRun` differ. */
    | { readonly type: 'analysisRun.conclude'; readonly run: string }
  )

/** Queues a pass over the Rollout because something it watches changed. */
export function requestReconcile(state: RolloutState, queue: EventQueue, nowMs: number): void {
  const t = nowMs + rolloutReactionMs
  if (state.reconcileAtMs !== null && state.reconcileAtMs <= t) return
  state.reconcileAtMs = t
  schedule(queue, { t, priority: rolloutPriority, type: 'rollout.reconcile' })
}

/** Queues a pass just after a time; of several such wishes the earliest holds (client-go, util/workqueue/delaying_queue.go). */
export function requeueAt(state: RolloutState, queue: EventQueue, atMs: number): void {
  const t = atMs + timerSlackMs
  if (state.requeueAtMs !== null && state.requeueAtMs <= t) return
  state.requeueAtMs = t
  schedule(queue, { t, priority: rolloutPriority, type: 'rollout.reconcile' })
}

/** Queues the next pass of the HorizontalPodAutoscaler's controller. */
export function scheduleAutoscaler(queue: EventQueue, { settings }: Autoscaler, nowMs: number): void {
  schedule(queue, { t: nowMs + settings.sync.ms, priority: autoscalerPriority, type: 'autoscaler.sync' })
}

/** Queues a pass over a run at a time, or as soon as its controller reacts, whichever is later. */
export function requestMeasure(run: AnalysisRun, queue: EventQueue, nowMs: number, atMs = nowMs): void {
  const t = Math.max(atMs, nowMs + analysisReactionMs)
  if (run.reconcileAtMs !== null && run.reconcileAtMs <= t) return
  run.reconcileAtMs = t
  scheduleRun(queue, { t, priority: analysisPriority, type: 'analysisRun.measure', run: run.name })
}

export function scheduleMeasured(run: AnalysisRun, queue: EventQueue, t: number): void {
  scheduleRun(queue, { t, priority: analysisPriority, type: 'analysisRun.measured', run: run.name })
}

export function scheduleConclude(run: AnalysisRun, queue: EventQueue, t: number): void {
  scheduleRun(queue, { t, priority: concludePriority, type: 'analysisRun.conclude', run: run.name })
}

function scheduleRun(
  queue: EventQueue,
  event: { t: number; priority: number; type: ArgoEvent['type']; run: string },
): void {
  schedule(queue, event)
}

/** Records an Event about the Rollout. */
export function emit(
  state: RolloutState,
  t: number,
  reason: string,
  message: string,
  type: EmittedEvent['type'] = 'Normal',
): void {
  state.events.push({ t, object: 'Rollout', name: state.metadata.name, type, reason, message })
}

/** Records an Event about a run; phases Failed and Error make it a warning. */
export function emitForRun(
  state: RolloutState,
  t: number,
  run: AnalysisRun,
  reason: string,
  phase: string,
  message: string,
): void {
  const type = phase === 'Failed' || phase === 'Error' ? 'Warning' : 'Normal'
  state.events.push({ t, object: 'AnalysisRun', name: run.name, type, reason, message })
}
