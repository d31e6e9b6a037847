import type { KubernetesParameters } from '../../../harness/model/parameters/kubernetes.ts'
import type { HorizontalPodAutoscaler } from '../../manifests/autoscaler-types.ts'
import { proposeReplicas } from './autoscaler-metric.ts'
import { allowedReplicas, stabilized } from './autoscaler-rules.ts'
import { emitEvent } from './cluster-events.ts'
import type { KubernetesState } from './state.ts'

/** What the controller of a HorizontalPodAutoscaler remembers. Plain data; its lists are replaced, never changed. */
export interface Autoscaler {
  readonly manifest: HorizontalPodAutoscaler
  readonly settings: KubernetesParameters['autoscaler']
  readonly recommendations: readonly { readonly atMs: number; readonly replicas: number }[]
  /** By how much it scaled, and when: up above 0, down below. */
  readonly changes: readonly { readonly atMs: number; readonly replicas: number }[]
}

/** Default of `spec.minReplicas` (Kubernetes v1.34, pkg/apis/autoscaling/v2/defaults.go). */
const defaultMinReplicas = 1
/** The longest period that a policy may have (Kubernetes v1.34, pkg/apis/autoscaling/validation, MaxPeriodSeconds). */
const longestPeriodMs = 1_800_000

export function createAutoscaler(
  manifest: HorizontalPodAutoscaler,
  settings: KubernetesParameters['autoscaler'],
): Autoscaler {
  return { manifest, settings, recommendations: [], changes: [] }
}

/**
 * One pass of the controller (Kubernetes v1.34, pkg/controller/podautoscaler/horizontal.go, reconcileAutoscaler).
 * @param current replicas that the workload's spec asks for.
 * @param cpuUse by name of pod, CPU used over CPU requested; pods without a sample are left out.
 * @returns how many replicas the spec is to ask for, and the controller as it is now.
 */
export function autoscale(
  state: KubernetesState,
  autoscaler: Autoscaler,
  current: number,
  cpuUse: Readonly<Record<string, number>>,
  nowMs: number,
): { readonly replicas: number; readonly autoscaler: Autoscaler } {
  const { spec, metadata } = autoscaler.manifest
  const { minReplicas = defaultMinReplicas, maxReplicas } = spec
  const { name } = metadata
  const known: Autoscaler =
    autoscaler.recommendations.length > 0
      ? autoscaler
      : { ...autoscaler, recommendations: [{ atMs: nowMs, replicas: current }] }
  const rescale = (replicas: number, reason: string, from: Autoscaler) => {
    if (replicas === current) return { replicas, autoscaler: from }
    const text = `New size: ${replicas}; reason: ${reason}`
    emitEvent(state, nowMs, 'HorizontalPodAutoscaler', name, 'Normal', 'SuccessfulRescale', text)
    const recent = from.changes.filter(({ atMs }) => nowMs - atMs < longestPeriodMs)
    const changes = [...recent, { atMs: nowMs, replicas: replicas - current }]
    return { replicas, autoscaler: { ...from, changes } }
  }
  // A workload that was scaled to nothing is left alone.
  if (current === 0) return { replicas: 0, autoscaler: known }
  if (current > maxReplicas) return rescale(maxReplicas, 'Current number of replicas above Spec.MaxReplicas', known)
  if (current < minReplicas) return rescale(minReplicas, 'Current number of replicas below Spec.MinReplicas', known)

  const proposal = proposeReplicas(state, known, current, cpuUse, nowMs)
  if (proposal === undefined) {
    const error = 'failed to get cpu utilization: did not receive metrics for targeted pods (pods might be unready)'
    emitEvent(state, nowMs, 'HorizontalPodAutoscaler', name, 'Warning', 'FailedGetResourceMetric', error)
    return { replicas: current, autoscaler: known }
  }
  const reason =
    proposal > current ? 'cpu resource utilization (percentage of request) above target' : 'All metrics below target'
  const settled = stabilized(known, current, proposal, nowMs)
  const replicas = allowedReplicas(settled.autoscaler, current, settled.replicas, minReplicas, nowMs)
  return rescale(replicas, reason, settled.autoscaler)
}
