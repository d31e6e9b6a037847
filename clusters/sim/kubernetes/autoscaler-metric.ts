import type { Autoscaler } from './autoscaler.ts'
import type { KubernetesState, Pod } from './state.ts'

/** Target where the manifest names no metric, in percent (Kubernetes v1.34, pkg/apis/autoscaling/v2/defaults.go, DefaultCPUUtilization). */
const defaultUtilization = 80

/**
 * How many replicas would bring the pods' use of CPU to its target (Kubernetes v1.34, pkg/controller/podautoscaler/replica_calculator.go,
 * GetResourceReplicas, groupPods). Pods that are pending, unready or young count for nothing at first: a scale-up takes them as idle, and
 * pods without a sample are taken as idle on the way up and as busy on the way down.
 * @returns undefined where no pod that counts has a sample.
 */
export function proposeReplicas(
  state: KubernetesState,
  { manifest, settings }: Autoscaler,
  current: number,
  cpuUse: Readonly<Record<string, number>>,
  nowMs: number,
): number | undefined {
  const target = manifest.spec.metrics?.[0]?.resource?.target.averageUtilization ?? defaultUtilization
  const tolerance = settings.tolerance.share
  const sampled: number[] = []
  let unready = 0
  let missing = 0
  for (const { pods } of state.replicaSets) {
    for (const pod of pods) {
      if (pod.phase === 'Terminating') continue
      const use = cpuUse[pod.name]
      if (pod.phase === 'Pending') unready++
      else if (use === undefined) missing++
      else if (isUnready(pod, settings, nowMs)) unready++
      else sampled.push(use)
    }
  }
  if (sampled.length === 0) return undefined
  const ratio = usageRatio(sampled, target)
  const countsUnready = unready > 0 && ratio > 1
  if (!countsUnready && missing === 0) {
    if (isNear(ratio, tolerance)) return current
    return Math.ceil(ratio * sampled.length)
  }
  const assumed = ratio < 1 ? Math.max(100, target) / 100 : 0
  const all = [...sampled]
  if (ratio !== 1) for (let i = 0; i < missing; i++) all.push(assumed)
  if (countsUnready) for (let i = 0; i < unready; i++) all.push(0)
  const newRatio = usageRatio(all, target)
  if (isNear(newRatio, tolerance) || (ratio < 1 && newRatio > 1) || (ratio > 1 && newRatio < 1)) return current
  const replicas = Math.ceil(newRatio * all.length)
  const turnsBack = (newRatio < 1 && replicas > current) || (newRatio > 1 && replicas < current)
  return turnsBack ? current : replicas
}

function isUnready(pod: Pod, settings: Autoscaler['settings'], nowMs: number): boolean {
  const { cpuInitialization, initialReadinessDelay, metricsResolution } = settings
  const resolutionMs = metricsResolution.ms
  const sampledMs = Math.floor(nowMs / resolutionMs) * resolutionMs
  if (pod.admittedMs + cpuInitialization.ms > nowMs) return !pod.ready || sampledMs < pod.readyChangedMs + resolutionMs
  return !pod.ready && pod.admittedMs + initialReadinessDelay.ms > pod.readyChangedMs
}

/** Whole percents of what is requested over the target; all pods request the same. */
function usageRatio(uses: readonly number[], target: number): number {
  const mean = uses.reduce((sum, use) => sum + use, 0) / uses.length
  return Math.trunc(mean * 100 + 1e-9) / target
}

function isNear(ratio: number, tolerance: number): boolean {
  return Math.abs(1 - ratio) <= tolerance
}
