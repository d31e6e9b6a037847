import type { Path } from '../../harness/model/yaml-source.ts'
import type { Rollout } from './argo-types.ts'
import type { HorizontalPodAutoscaler, ScalingRules } from './autoscaler-types.ts'
import { areApart, type ManifestObject } from './manifest-object.ts'
import { type Report, tell, tellInert, tellUnlessLenient } from './report.ts'

/** Kubernetes v1.34, pkg/apis/autoscaling/validation/validation.go, MaxPeriodSeconds, MaxStabilizationWindowSeconds. */
const longestPeriodSeconds = 1800
const longestWindowSeconds = 3600

/**
 * What Kubernetes refuses in a HorizontalPodAutoscaler with the right shape, and what is not simulated of it.
 * @returns whether it scales the Rollout; one that scales something else changes nothing here.
 */
export function checkAutoscaler(report: Report, object: ManifestObject, rollout: ManifestObject): boolean {
  const { spec } = object.value as unknown as HorizontalPodAutoscaler
  const { scaleTargetRef, minReplicas = 1, maxReplicas, metrics = [], behavior = {} } = spec
  const isMeant = scaleTargetRef.kind === 'Rollout' && scaleTargetRef.name === rollout.name
  if (!isMeant || areApart(object, rollout)) {
    tellInert(report, 'it does not scale the Rollout', `HorizontalPodAutoscaler ${object.name}`)
    return false
  }
  const error = (path: Path, message: string) => tell(report, object, ['spec', ...path], message)
  if (minReplicas < 1) error(['minReplicas'], '`spec.minReplicas` is below 1')
  if (maxReplicas < minReplicas)
    error(['maxReplicas'], `\`spec.maxReplicas\` (${maxReplicas}) is below \`spec.minReplicas\` (${minReplicas})`)
  if (metrics.length > 1) error(['metrics', 1], 'more than one metric is not supported')
  for (const [index, { type, resource }] of metrics.entries()) {
    const at = ['metrics', index]
    if (type !== 'Resource') {
      error([...at, 'type'], `metrics of type \`${type}\` are not supported: only the use of CPU is measured here`)
      continue
    }
    if (resource === undefined) error([...at, 'type'], 'a metric of type `Resource` needs `resource`')
    else if (resource.name !== 'cpu')
      error([...at, 'resource', 'name'], `\`${resource.name}\` is not measured here, only \`cpu\``)
    else if (resource.target.type !== 'Utilization' || (resource.target.averageUtilization ?? 0) < 1) {
      const message = 'the target needs `type: Utilization` and an `averageUtilization` of at least 1'
      error([...at, 'resource', 'target'], message)
    }
  }
  for (const direction of ['scaleUp', 'scaleDown'] as const)
    checkRules(error, ['behavior', direction], behavior[direction] ?? {})
  checkRequest(report, rollout)
  return true
}

function checkRules(error: (path: Path, message: string) => void, at: Path, rules: ScalingRules): void {
  const { stabilizationWindowSeconds: window = 0, selectPolicy = 'Max', policies } = rules
  if (window < 0 || window > longestWindowSeconds)
    error([...at, 'stabilizationWindowSeconds'], `the window is from 0 to ${longestWindowSeconds} s`)
  if (!['Max', 'Min', 'Disabled'].includes(selectPolicy))
    error([...at, 'selectPolicy'], `\`selectPolicy\`: expected Max, Min or Disabled, got \`${selectPolicy}\``)
  if (policies?.length === 0) error([...at, 'policies'], 'there must be at least one policy')
  for (const [index, { type, value, periodSeconds }] of (policies ?? []).entries()) {
    const path = [...at, 'policies', index]
    if (!['Pods', 'Percent'].includes(type))
      error([...path, 'type'], `\`type\`: expected Pods or Percent, got \`${type}\``)
    if (value < 1) error([...path, 'value'], '`value` is below 1')
    if (periodSeconds < 1 || periodSeconds > longestPeriodSeconds)
      error([...path, 'periodSeconds'], `\`periodSeconds\` is from 1 to ${longestPeriodSeconds}`)
  }
}

/** A share of what is requested needs a request. */
function checkRequest(report: Report, rollout: ManifestObject): void {
  const [container, ...others] = (rollout.value as unknown as Rollout).spec.template?.spec?.containers ?? []
  const at = ['spec', 'template', 'spec', 'containers']
  if (others.length > 0) {
    const message =
      'the HorizontalPodAutoscaler measures all containers of a pod, and the use of the first one alone is simulated'
    tellUnlessLenient(report, rollout, [...at, 1], message)
  }
  const { requests, limits } = container?.resources ?? {}
  if (container === undefined || requests?.['cpu'] !== undefined || limits?.['cpu'] !== undefined) return
  const message = 'the HorizontalPodAutoscaler measures CPU as a share of the request, and the container requests none'
  tell(report, rollout, [...at, 0], message)
}
