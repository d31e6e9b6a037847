import type { ScalingPolicy, ScalingRules } from '../../manifests/autoscaler-types.ts'
import type { Autoscaler } from './autoscaler.ts'

/** Without `spec.behavior` a workload may double, or grow to four, in one pass (Kubernetes v1.34, horizontal.go, calculateScaleUpLimit). */
const scaleUpFactor = 2
const scaleUpMinimum = 4

/** What `spec.behavior` leaves out (Kubernetes v1.34, pkg/apis/autoscaling/v2/defaults.go, defaultHPAScaleUpRules, defaultHPAScaleDownRules). */
const defaultUpPolicies: readonly ScalingPolicy[] = [
  { type: 'Pods', value: 4, periodSeconds: 15 },
  { type: 'Percent', value: 100, periodSeconds: 15 },
]
const defaultDownPolicies: readonly ScalingPolicy[] = [{ type: 'Percent', value: 100, periodSeconds: 15 }]

/**
 * Holds a proposal back by what was proposed before: downwards the highest of the window holds, upwards the lowest (stabilizeRecommendation,
 * stabilizeRecommendationWithBehaviors).
 */
export function stabilized(
  autoscaler: Autoscaler,
  current: number,
  proposal: number,
  nowMs: number,
): { readonly replicas: number; readonly autoscaler: Autoscaler } {
  const { manifest, settings, recommendations } = autoscaler
  const { behavior } = manifest.spec
  const defaultDownMs = settings.downscaleStabilization.ms
  const upMs = seconds(behavior?.scaleUp?.stabilizationWindowSeconds) ?? 0
  const downMs = seconds(behavior?.scaleDown?.stabilizationWindowSeconds) ?? defaultDownMs
  const isUp = behavior !== undefined && proposal >= current
  const windowMs = isUp ? upMs : downMs
  const recent = recommendations
    .filter(({ atMs }) => (behavior === undefined ? nowMs - atMs <= windowMs : nowMs - atMs < windowMs))
    .map(({ replicas }) => replicas)
  const replicas = isUp ? Math.min(proposal, ...recent) : Math.max(proposal, ...recent)
  const kept = recommendations.filter(({ atMs }) => nowMs - atMs <= Math.max(upMs, downMs))
  return { replicas, autoscaler: { ...autoscaler, recommendations: [...kept, { atMs: nowMs, replicas: proposal }] } }
}

/** What the limits and the policies leave of a wish (convertDesiredReplicasWithRules, convertDesiredReplicasWithBehaviorRate). */
export function allowedReplicas(
  { manifest, changes }: Autoscaler,
  current: number,
  wanted: number,
  minReplicas: number,
  nowMs: number,
): number {
  const { maxReplicas, behavior } = manifest.spec
  if (behavior === undefined) {
    const most = Math.min(maxReplicas, Math.max(scaleUpFactor * current, scaleUpMinimum))
    return Math.min(Math.max(wanted, minReplicas), most)
  }
  if (wanted > current) {
    const limit = limitOf(behavior.scaleUp, defaultUpPolicies, current, changes, 1, nowMs)
    return Math.min(wanted, maxReplicas, Math.max(current, limit))
  }
  const limit = limitOf(behavior.scaleDown, defaultDownPolicies, current, changes, -1, nowMs)
  return wanted < current ? Math.max(wanted, minReplicas, Math.min(current, limit)) : wanted
}

/** How far the policies let the workload go, counted from what it was at the beginning of each one's period. */
function limitOf(
  rules: ScalingRules | undefined,
  defaults: readonly ScalingPolicy[],
  current: number,
  changes: Autoscaler['changes'],
  direction: 1 | -1,
  nowMs: number,
): number {
  const { selectPolicy = 'Max', policies = defaults } = rules ?? {}
  if (selectPolicy === 'Disabled') return current
  const limits = policies.map(({ type, value, periodSeconds }) => {
    const changed = changes
      .filter(({ atMs, replicas }) => nowMs - atMs < periodSeconds * 1000 && replicas * direction > 0)
      .reduce((sum, { replicas }) => sum + replicas, 0)
    const before = current - changed
    if (type === 'Pods') return before + direction * value
    const share = before * (1 + (direction * value) / 100)
    return direction > 0 ? Math.ceil(share) : Math.trunc(share)
  })
  const isFarthest = (selectPolicy === 'Max') === direction > 0
  return isFarthest ? Math.max(...limits) : Math.min(...limits)
}

function seconds(value: number | undefined): number | undefined {
  return value === undefined ? undefined : value * 1000
}
