import type {
  AnalysisArg,
  AnalysisTemplate,
  AnalysisTemplateRef,
  DryRun,
  MeasurementRetention,
  Metric,
  RolloutAnalysis,
} from '../../manifests/argo-types.ts'

/** A template that is named but not there; `nested` says that another template names it. */
export interface MissingTemplate {
  readonly missing: AnalysisTemplateRef
  readonly nested: boolean
}

/** What an AnalysisRun is made of, before arguments are put in. */
export interface MergedTemplate {
  readonly metrics: readonly Metric[]
  readonly args: readonly AnalysisArg[]
  readonly dryRun: readonly DryRun[]
  readonly measurementRetention: readonly MeasurementRetention[]
}

/**
 * The templates that references name, with those that they name in turn, each once, cluster templates last (rollout/analysis.go,
 * getAnalysisTemplatesFromRefs). A template that names itself in a circle, on which the controller would hang, is taken once.
 */
export function findTemplates(
  refs: readonly AnalysisTemplateRef[],
  all: readonly AnalysisTemplate[],
): AnalysisTemplate[] | MissingTemplate {
  const found: AnalysisTemplate[] = []
  const missing = collect(refs, all, found, false)
  if (missing !== undefined) return missing
  const isCluster = (template: AnalysisTemplate) => template.kind === 'ClusterAnalysisTemplate'
  return [...found.filter(template => !isCluster(template)), ...found.filter(isCluster)]
}

function collect(
  refs: readonly AnalysisTemplateRef[],
  all: readonly AnalysisTemplate[],
  found: AnalysisTemplate[],
  nested: boolean,
): MissingTemplate | undefined {
  for (const ref of refs) {
    const kind = ref.clusterScope === true ? 'ClusterAnalysisTemplate' : 'AnalysisTemplate'
    const template = all.find(one => one.kind === kind && one.metadata.name === ref.templateName)
    if (template === undefined) return { missing: ref, nested }
    if (found.includes(template)) continue
    found.push(template)
    const missing = collect(template.spec.templates ?? [], all, found, true)
    if (missing !== undefined) return missing
  }
  return undefined
}

/**
 * Flattens templates into one and merges the Rollout's own settings and arguments into it; an argument that no template declares
 * is dropped (utils/analysis/helpers.go, NewAnalysisRunFromTemplates).
 * @returns the controller's text of what does not fit together, or the merged template
 */
export function mergeTemplates(
  templates: readonly AnalysisTemplate[],
  args: readonly AnalysisArg[],
  own: Pick<RolloutAnalysis, 'dryRun' | 'measurementRetention'>,
): MergedTemplate | string {
  const metrics = templates.flatMap(template => template.spec.metrics ?? [])
  const twice = repeated(metrics.map(metric => metric.name))
  if (twice !== undefined) return `two metrics have the same name '${twice}'`
  const dryRun = [...(own.dryRun ?? []), ...templates.flatMap(template => template.spec.dryRun ?? [])]
  const dryTwice = repeated(dryRun.map(rule => rule.metricName))
  if (dryTwice !== undefined) return `two Dry-Run metric rules have the same name '${dryTwice}'`
  const measurementRetention = [
    ...(own.measurementRetention ?? []),
    ...templates.flatMap(template => template.spec.measurementRetention ?? []),
  ]
  const keptTwice = repeated(measurementRetention.map(rule => rule.metricName))
  if (keptTwice !== undefined) return `two Measurement Retention metric rules have the same name '${keptTwice}'`
  const declared = flattenArgs(templates)
  if (typeof declared === 'string') return declared
  const merged = declared.map(arg => override(arg, args))
  const open = merged.find(arg => arg.value === undefined && arg.valueFrom === undefined)
  if (open !== undefined) return `args.${open.name} was not resolved`
  return { metrics, args: merged, dryRun, measurementRetention }
}

function flattenArgs(templates: readonly AnalysisTemplate[]): AnalysisArg[] | string {
  const combined: AnalysisArg[] = []
  for (const arg of templates.flatMap(template => template.spec.args ?? [])) {
    const index = combined.findIndex(one => one.name === arg.name)
    const earlier = combined[index]
    if (earlier === undefined) combined.push(arg)
    else if (earlier.value === undefined) combined[index] = arg
    else if (arg.value !== undefined && arg.value !== earlier.value) {
      return `Argument \`${arg.name}\` specified multiple times with different values: '${earlier.value}', '${arg.value}'`
    }
  }
  return combined
}

function override(arg: AnalysisArg, args: readonly AnalysisArg[]): AnalysisArg {
  let merged = arg
  for (const { name, value, valueFrom } of args) {
    if (name !== arg.name) continue
    if (value !== undefined) merged = { ...merged, value }
    else if (valueFrom !== undefined) merged = { ...merged, valueFrom }
  }
  return merged
}

function repeated(names: readonly string[]): string | undefined {
  return names.find((name, index) => names.indexOf(name) !== index)
}
