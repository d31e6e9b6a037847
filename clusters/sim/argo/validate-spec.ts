import type {
  AnalysisTemplate,
  CanaryStep,
  ObjectMeta,
  RolloutAnalysis,
  RolloutSpec,
  Service,
} from '../../manifests/argo-types.ts'
import { putArgsIn } from './resolve-metric.ts'
import { metadataField, rolloutArgs } from './rollout-args.ts'
import { fencePostsOf, pauseSeconds, percentage, progressDeadlineSeconds, replicasOf, stepsOf } from './spec.ts'
import { findTemplates, mergeTemplates } from './template-merge.ts'

/** What a spec is checked against. `services` undefined: those that it names are taken to exist. */
export interface SpecSurroundings {
  readonly metadata: ObjectMeta
  readonly templates: readonly AnalysisTemplate[]
  readonly services?: readonly Service[] | undefined
}

/**
 * The first reason for which the controller refuses a spec, in its words; null where it takes it (pkg/apis/rollouts/validation). The
 * pod template itself is not checked.
 */
export function findInvalidSpec(spec: RolloutSpec, surroundings: SpecSurroundings): string | null {
  return (
    invalidFields(spec) ?? invalidStrategy(spec, surroundings.metadata) ?? invalidReferences(spec, surroundings) ?? null
  )
}

function invalid(path: string, value: string | number, detail: string): string {
  return `${path}: Invalid value: ${typeof value === 'string' ? JSON.stringify(value) : value}: ${detail}`
}

function required(path: string, detail: string): string {
  return `${path}: Required value: ${detail}`
}

const notNegative = 'must be greater than or equal to 0'

function invalidFields(spec: RolloutSpec): string | undefined {
  const labels = Object.entries(spec.selector?.matchLabels ?? {})
  if (replicasOf(spec) < 0) return invalid('spec.replicas', replicasOf(spec), notNegative)
  if (spec.selector === undefined) return required('spec.selector', "Rollout has missing field '.spec.selector'")
  if (labels.length === 0) return invalid('spec.selector', '', 'empty selector is invalid for deployment')
  const templateLabels = spec.template.metadata?.labels ?? {}
  if (labels.some(([key, value]) => templateLabels[key] !== value)) {
    return invalid(
      'spec.template.metadata.labels',
      JSON.stringify(templateLabels),
      '`selector` does not match template `labels`',
    )
  }
  const minReadySeconds = spec.minReadySeconds ?? 0
  if (minReadySeconds < 0) return invalid('spec.minReadySeconds', minReadySeconds, notNegative)
  const historyLimit = spec.revisionHistoryLimit ?? 0
  if (historyLimit < 0) return invalid('spec.revisionHistoryLimit', historyLimit, notNegative)
  const deadline = progressDeadlineSeconds(spec)
  if (deadline < 0) return invalid('spec.progressDeadlineSeconds', deadline, notNegative)
  if (deadline <= minReadySeconds)
    return invalid('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds')
  return undefined
}

function invalidStrategy(spec: RolloutSpec, metadata: ObjectMeta): string | undefined {
  const { canary } = spec.strategy
  if (canary === undefined) {
    const detail = "Rollout has missing field '.spec.strategy.canary or .spec.strategy.blueGreen'"
    return required('spec.strategy.strategy', detail)
  }
  const { maxSurge, maxUnavailable } = fencePostsOf(spec)
  if ([maxSurge, maxUnavailable].every(post => (percentage(post) ?? Number(post)) === 0)) {
    return invalid('spec.strategy.maxSurge', String(maxSurge), 'MaxSurge and MaxUnavailable both can not be zero')
  }
  const { canaryService, stableService } = canary
  if (canaryService && canaryService === stableService) {
    const detail =
      'This rollout uses the same service for the stable and canary services, but two different services are required.'
    return invalid('spec.strategy.stableService', stableService, detail)
  }
  if (canary.scaleDownDelaySeconds !== undefined) {
    const detail = 'Canary scaleDownDelaySeconds can only be used with traffic routing'
    return invalid('spec.strategy.scaleDownDelaySeconds', canary.scaleDownDelaySeconds, detail)
  }
  for (const [index, step] of stepsOf(spec).entries()) {
    const problem = invalidStep(step, `spec.strategy.steps[${index}]`, metadata)
    if (problem !== undefined) return problem
  }
  return undefined
}

const stepDetail = 'Step must have one of the following set: experiment, setWeight, setCanaryScale, plugin or pause'

function invalidStep(step: CanaryStep, path: string, metadata: ObjectMeta): string | undefined {
  const exclusive = [step.setWeight, step.pause, step.experiment, step.analysis].filter(part => part !== undefined)
  const others = [step.setCanaryScale, step.setHeaderRoute, step.setMirrorRoute, step.plugin]
  if (exclusive.length > 1 || (exclusive.length === 0 && others.every(part => part === undefined))) {
    const isUnset = (part: unknown) => part === undefined
    const flags: [string, unknown][] = [
      ['Experiment', step.experiment],
      ['Pause', step.pause],
      ['SetWeight', step.setWeight],
      ['Analysis', step.analysis],
    ]
    return invalid(path, flags.map(([name, part]) => `step.${name}: ${isUnset(part)}`).join(' '), stepDetail)
  }
  if (step.setWeight !== undefined && (step.setWeight < 0 || step.setWeight > 100)) {
    return invalid(`${path}.setWeight`, step.setWeight, 'SetWeight needs to be between 0 and 100')
  }
  if (step.pause !== undefined && pauseSeconds(step.pause) < 0) {
    return invalid(`${path}.pause.duration`, pauseSeconds(step.pause), 'Duration needs to be greater than 0')
  }
  if (step.setCanaryScale !== undefined)
    return required('spec.strategy.trafficRouting', 'SetCanaryScale requires TrafficRouting to be set')
  if (step.setHeaderRoute !== undefined) {
    return invalid(
      `${path}.setHeaderRoute`,
      '',
      'SetHeaderRoute requires TrafficRouting, supports Istio and ALB and Apisix',
    )
  }
  if (step.setMirrorRoute !== undefined) {
    return invalid(`${path}.setMirrorRoute`, '', 'SetMirrorRoute requires TrafficRouting, supports Istio only')
  }
  const paths = (step.analysis?.args ?? []).map(arg => arg.valueFrom?.fieldRef?.fieldPath)
  if (paths.some(one => one?.startsWith('metadata') === true && 'error' in metadataField(metadata, one))) {
    return invalid(
      `${path}.analyses`,
      '',
      'Analyses arguments must refer to valid object metadata supported by downwardAPI',
    )
  }
  return undefined
}

function invalidReferences(spec: RolloutSpec, surroundings: SpecSurroundings): string | undefined {
  const canary = spec.strategy.canary!
  const steps = stepsOf(spec)
  const analyses: { analysis: RolloutAnalysis; path: string; isBackground: boolean }[] = []
  for (const [index, { analysis }] of steps.entries()) {
    const path = `spec.strategy.canary.steps[${index}].analysis.templates`
    if (analysis !== undefined) analyses.push({ analysis, path, isBackground: false })
  }
  if (canary.analysis !== undefined) {
    analyses.push({ analysis: canary.analysis, path: 'spec.strategy.canary.analysis.templates', isBackground: true })
  }
  const service =
    missingService('spec.strategy.canary.stableService', canary.stableService, surroundings) ??
    missingService('spec.strategy.canary.canaryService', canary.canaryService, surroundings)
  if (service !== undefined) return service
  for (const { analysis, path } of analyses) {
    const found = findTemplates(analysis.templates ?? [], surroundings.templates)
    if (!('missing' in found)) continue
    const kind = found.missing.clusterScope === true ? 'ClusterAnalysisTemplate' : 'AnalysisTemplate'
    const name = found.missing.templateName
    return invalid(found.nested ? 'spec.templates' : path, name, `${kind} '${name}' not found`)
  }
  const unmatched =
    unmatchedService('spec.strategy.canary.stableService', canary.stableService, spec, surroundings) ??
    unmatchedService('spec.strategy.canary.canaryService', canary.canaryService, spec, surroundings)
  if (unmatched !== undefined) return unmatched
  for (const { analysis, path, isBackground } of analyses) {
    const problem = invalidAnalysis(analysis, path, isBackground, spec, surroundings)
    if (problem !== undefined) return problem
  }
  return undefined
}

function missingService(path: string, name: string | undefined, { services }: SpecSurroundings): string | undefined {
  if (!name || services === undefined || services.some(one => one.metadata.name === name)) return undefined
  return invalid(path, name, `service "${name}" not found`)
}

/** The Rollout's pods must carry the labels that a service selects (validation_references.go, ValidateService). */
function unmatchedService(
  path: string,
  name: string | undefined,
  spec: RolloutSpec,
  { services }: SpecSurroundings,
): string | undefined {
  const service = services?.find(one => one.metadata.name === name)
  for (const [key, value] of Object.entries(service?.spec.selector ?? {})) {
    if (key === 'rollouts-pod-template-hash' || spec.template.metadata?.labels?.[key] === value) continue
    return invalid(path, name!, `Service "${name}" has unmatch label "${key}" in rollout`)
  }
  return undefined
}

/** Templates must fit together, and only the background may measure without end (validation_references.go, ValidateAnalysisTemplatesWithType). */
function invalidAnalysis(
  analysis: RolloutAnalysis,
  path: string,
  isBackground: boolean,
  spec: RolloutSpec,
  surroundings: SpecSurroundings,
): string | undefined {
  const templates = findTemplates(analysis.templates ?? [], surroundings.templates)
  if ('missing' in templates) return undefined
  const { metadata } = surroundings
  const { args } = rolloutArgs(analysis.args ?? [], {
    metadata,
    spec,
    stableHash: 'dummy-stable-hash',
    latestHash: 'dummy-new-hash',
  })
  const merged = mergeTemplates(templates, args, {})
  if (typeof merged === 'string') {
    return invalid(path, `templateNames: [${templates.map(one => one.metadata.name).join(' ')}]`, merged)
  }
  if (isBackground) return undefined
  for (const template of templates) {
    const { name } = template.metadata
    const placeholders = (template.spec.args ?? []).map(arg => ({ name: arg.name, value: arg.value ?? 'dummy-value' }))
    for (const metric of template.spec.metrics ?? []) {
      const resolved = putArgsIn(metric, placeholders)
      if (typeof resolved === 'string') return invalid(path, name, `AnalysisTemplate ${name}: ${resolved}`)
      const isEndless =
        (resolved.count === undefined || Number(resolved.count) === 0) && (resolved.interval ?? '') !== ''
      if (!isEndless) continue
      const detail = `AnalysisTemplate ${name} has metric ${metric.name} which runs indefinitely. Invalid value for count: <nil>`
      return invalid(path, name, detail)
    }
  }
  return undefined
}
