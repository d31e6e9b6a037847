import { autoscale } from '../kubernetes/autoscaler.ts'
import { handleKubernetesEvent } from '../kubernetes/replica-set-controller.ts'
import type { PodTimingsPort } from '../kubernetes/state.ts'
import type { EventQueue } from '../queue.ts'
import { assessMetrics, conclude, measure } from './analysis-controller.ts'
import { type RolloutEvent, requestReconcile, scheduleAutoscaler } from './events.ts'
import type { MeasurePort } from './measurement.ts'
import { scaleTo } from './operations.ts'
import { reconcile } from './reconcile.ts'
import { replicasOf } from './spec.ts'
import type { RolloutState } from './state.ts'

/** What the world answers. Asked only while an event is handled, in the same order for the same events. */
export interface RolloutPorts {
  readonly measure: MeasurePort
  readonly podTimings: PodTimingsPort
  /** By name of pod, CPU used over CPU requested, as metrics-server sampled it last. Asked only where the Rollout has an autoscaler. */
  readonly cpuUse?: (nowMs: number) => Readonly<Record<string, number>>
}

/**
 * Handles one event of the Rollout, its runs, ReplicaSets or pods, and queues what follows from it. An event that a later decision
 * has made void does nothing.
 */
export function handleRolloutEvent(
  state: RolloutState,
  event: RolloutEvent,
  queue: EventQueue,
  ports: RolloutPorts,
): void {
  const { t } = event
  switch (event.type) {
    case 'pod.stepped':
    case 'replicaSet.sync':
    case 'node.relieved':
      if (handleKubernetesEvent(state.kubernetes, event, queue, ports.podTimings)) requestReconcile(state, queue, t)
      return
    case 'rollout.reconcile': {
      if (state.reconcileAtMs !== t && state.requeueAtMs !== t) return
      if (state.reconcileAtMs === t) state.reconcileAtMs = null
      if (state.requeueAtMs === t) state.requeueAtMs = null
      reconcile(state, queue, t)
      return
    }
    case 'autoscaler.sync':
      autoscaleRollout(state, queue, t, ports)
      return
    default: {
      const run = state.runs.find(one => one.name === event.run)
      if (run === undefined) return
      if (event.type === 'analysisRun.measured') assessMetrics(state, run, t, queue)
      else if (event.type === 'analysisRun.conclude') conclude(state, run, t, queue)
      else if (run.reconcileAtMs === t) measure(state, run, t, queue, ports.measure)
    }
  }
}

function autoscaleRollout(state: RolloutState, queue: EventQueue, nowMs: number, { cpuUse }: RolloutPorts): void {
  if (state.autoscaler === null) return
  const current = replicasOf(state.spec)
  const scaled = autoscale(state.kubernetes, state.autoscaler, current, cpuUse?.(nowMs) ?? {}, nowMs)
  state.autoscaler = scaled.autoscaler
  if (scaled.replicas !== current) scaleTo(state, scaled.replicas, queue, nowMs)
  scheduleAutoscaler(queue, scaled.autoscaler, nowMs)
}
