import { parseDurationMs } from '../../harness/model/duration.ts'
import { didYouMean } from '../../harness/model/problem.ts'
import type { Path } from '../../harness/model/yaml-source.ts'
import type { CanaryStrategy, IntOrString, RolloutSpec } from './argo-types.ts'
import { checkSelector } from './label-selector.ts'
import type { ManifestObject } from './manifest-object.ts'
import { type Report, tell } from './report.ts'

/** utils/defaults/defaults.go. */
const defaultProgressDeadlineSeconds = 600
const defaultSurge = '25%'

/** A simulated trial of 1000 pods takes some 3 s; every one has counters of its own. */
const maxReplicas = 1000

/**
 * What the controller of Argo Rollouts v1.9.1 refuses in a Rollout with the right shape (pkg/apis/rollouts/validation/validation.go), as far as a
 * canary without traffic routing goes.
 */
export function checkRollout(report: Report, object: ManifestObject): void {
  const spec = object.value['spec'] as RolloutSpec
  const error = (path: Path, message: string) => tell(report, object, ['spec', ...path], message)
  for (const field of ['replicas', 'minReadySeconds', 'revisionHistoryLimit', 'progressDeadlineSeconds'] as const) {
    if ((spec[field] ?? 0) < 0) error([field], `\`spec.${field}\` is below 0`)
  }
  if ((spec.replicas ?? 1) > maxReplicas)
    error(['replicas'], `\`spec.replicas\` is above ${maxReplicas}, the most that is simulated`)
  const deadline = spec.progressDeadlineSeconds ?? defaultProgressDeadlineSeconds
  const ready = spec.minReadySeconds ?? 0
  if (deadline <= ready) {
    const message = `progressDeadlineSeconds (${deadline}) must be greater than minReadySeconds (${ready})`
    error([spec.progressDeadlineSeconds === undefined ? 'minReadySeconds' : 'progressDeadlineSeconds'], message)
  }
  if (!('workloadRef' in spec)) checkPods(report, object, spec)
  else if (report.lenient)
    error(['template'], 'without its workloadRef this Rollout has no pods: `spec.template` is missing')
  const { canary, blueGreen } = spec.strategy ?? {}
  if (canary !== undefined) checkCanary(report, object, canary)
  else if (blueGreen === undefined) error(['strategy', 'canary'], '`spec.strategy.canary` is missing')
  else if (report.lenient)
    error(['strategy'], 'without its blueGreen strategy this Rollout has none: `spec.strategy.canary` is missing')
}

function checkPods(report: Report, object: ManifestObject, spec: RolloutSpec): void {
  checkSelector(report, object, spec)
  if ((spec.template?.spec?.containers ?? []).length > 0) return
  const at = ['spec', 'template', 'spec', 'containers']
  tell(report, object, at, '`spec.template.spec.containers` is missing or empty')
}

function checkCanary(report: Report, object: ManifestObject, canary: CanaryStrategy): void {
  const at = ['spec', 'strategy', 'canary']
  const error = (path: Path, message: string, hint?: string) =>
    tell(report, object, [...at, ...path], message, { hint })
  const surge = amount(canary.maxSurge)
  const unavailable = amount(canary.maxUnavailable)
  if (surge === undefined) error(['maxSurge'], '`maxSurge` is a number of pods or a percentage such as 25%')
  if (unavailable === undefined)
    error(['maxUnavailable'], '`maxUnavailable` is a number of pods or a percentage such as 25%')
  if (surge === 0 && unavailable === 0) {
    error(['maxUnavailable'], 'maxSurge and maxUnavailable are both 0: no pod could ever be replaced')
  }
  if (canary.canaryService !== undefined && canary.canaryService === canary.stableService) {
    error(
      ['stableService'],
      'stableService and canaryService are the same Service, but two different ones are required',
    )
  }
  const threshold = canary.replicaProgressThreshold
  if (threshold !== undefined && !['Percent', 'Pods'].includes(threshold.type)) {
    error(['replicaProgressThreshold', 'type'], `\`type\`: expected \`Percent\` or \`Pods\`, got \`${threshold.type}\``)
  }
  const steps = canary.steps ?? []
  for (const [index, step] of steps.entries()) {
    const kinds = Object.keys(step)
    if (kinds.length === 0) error(['steps', index], 'a step without an action')
    if (kinds.length > 1)
      error(['steps', index], `a step has one action, and this one has ${kinds.length}: ${kinds.join(', ')}`)
    const { setWeight, pause } = step
    if (setWeight !== undefined && (setWeight < 0 || setWeight > 100)) {
      error(['steps', index, 'setWeight'], `\`setWeight\` is a percentage from 0 to 100, and ${setWeight} is not`)
    }
    const duration = pause?.duration
    if (duration !== undefined && !isPause(duration)) {
      const message = `\`${duration}\` is no duration for a pause; write seconds (30) or a Go duration (30s, 5m, 1h30m)`
      error(['steps', index, 'pause', 'duration'], message)
    }
  }
  const start = canary.analysis?.startingStep
  if (start !== undefined && start < 0) error(['analysis', 'startingStep'], '`startingStep` is below 0')
  if (start !== undefined && start >= steps.length && steps.length > 0) {
    const message = `the background analysis never starts: there is no step ${start}, the last one is ${steps.length - 1}`
    tell(report, object, [...at, 'analysis', 'startingStep'], message, { severity: 'warning' })
  }
  for (const [path, args] of [
    [['analysis'], canary.analysis?.args] as const,
    ...steps.map((step, index) => [['steps', index, 'analysis'], step.analysis?.args] as const),
  ]) {
    for (const [index, arg] of (args ?? []).entries()) {
      const value = arg.valueFrom?.podTemplateHashValue
      if (value === undefined || value === 'Latest' || value === 'Stable') continue
      const hint = didYouMean(value, ['Latest', 'Stable'])
      const message = `\`podTemplateHashValue\`: expected \`Latest\` or \`Stable\`, got \`${String(value)}\``
      error([...path, 'args', index, 'valueFrom', 'podTemplateHashValue'], message, hint)
    }
  }
}

/** Seconds as a number or as text, or a Go duration (v1alpha1/types.go, DurationSeconds). */
function isPause(duration: IntOrString): boolean {
  if (typeof duration === 'number') return duration >= 0
  return /^\+?\d+$/.test(duration) || parseDurationMs(duration) !== undefined
}

function amount(value: IntOrString = defaultSurge): number | undefined {
  if (typeof value === 'number') return value < 0 ? undefined : value
  const digits = /^(\d+)%$/.exec(value)?.[1]
  return digits === undefined ? undefined : Number(digits)
}
