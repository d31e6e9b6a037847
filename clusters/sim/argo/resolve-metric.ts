import { parseDurationMs } from '../../../harness/model/duration.ts'
import type { AnalysisArg, DryRun, MeasurementRetention, Metric } from '../../manifests/argo-types.ts'
import { intValue } from '../../manifests/int-or-string.ts'
import type { AnalysisRunSpec, ResolvedMetric } from './analysis-run.ts'
import { canonicalText } from './canonical-text.ts'
import { rulePattern } from './rule-pattern.ts'
import type { MergedTemplate } from './template-merge.ts'

/** pkg/apis, utils/defaults/defaults.go, DefaultConsecutiveErrorLimit. */
const defaultConsecutiveErrorLimit = 4
/** analysis/analysis.go, DefaultMeasurementHistoryLimit. */
const defaultRetention = 10

/**
 * The spec of a run: arguments put in, rules applied, defaults made explicit. What is wrong becomes `error`, with which the run ends
 * at its first pass (analysis/analysis.go, reconcileAnalysisRun).
 */
export function resolveRunSpec(merged: MergedTemplate): AnalysisRunSpec {
  const args = merged.args.map(arg => ({ name: arg.name, value: arg.value ?? '' }))
  const key = canonicalText(merged)
  const failed = (error: string): AnalysisRunSpec => ({ metrics: [], args, error, key })
  const metrics: Metric[] = []
  for (const metric of merged.metrics) {
    const resolved = putArgsIn(metric, merged.args)
    if (typeof resolved === 'string') return failed(`Unable to resolve metric arguments: ${resolved}`)
    metrics.push(resolved)
  }
  const invalid = validateMetrics(metrics)
  if (invalid !== undefined) return failed(`Analysis spec invalid: ${invalid}`)
  const dryRun = matchRules(merged.dryRun, metrics)
  if (typeof dryRun === 'number')
    return failed(`Analysis spec invalid: dryRun[${dryRun}]: Rule didn't match any metric name(s)`)
  const retention = matchRules(merged.measurementRetention, metrics)
  if (typeof retention === 'number') {
    return failed(`Analysis spec invalid: measurementRetention[${retention}]: Rule didn't match any metric name(s)`)
  }
  const resolved = metrics.map((metric, index) => resolveMetric(metric, dryRun[index] !== undefined, retention[index]))
  return { metrics: resolved, args, error: null, key }
}

function resolveMetric(metric: Metric, dryRun: boolean, retention: MeasurementRetention | undefined): ResolvedMetric {
  const count = intValue(metric.count)
  const hasInterval = metric.interval !== undefined && metric.interval !== ''
  return {
    name: metric.name,
    intervalMs: durationMs(metric.interval),
    initialDelayMs: durationMs(metric.initialDelay),
    count: count !== 0 ? count : hasInterval ? null : 1,
    failureLimit: intValue(metric.failureLimit),
    inconclusiveLimit: intValue(metric.inconclusiveLimit),
    consecutiveErrorLimit: intValue(metric.consecutiveErrorLimit ?? defaultConsecutiveErrorLimit),
    consecutiveSuccessLimit: intValue(metric.consecutiveSuccessLimit),
    successCondition: metric.successCondition ?? '',
    failureCondition: metric.failureCondition ?? '',
    provider: metric.provider,
    dryRun,
    retention: retention !== undefined && retention.limit > 0 ? retention.limit : defaultRetention,
  }
}

/**
 * Puts `{{args.name}}` into every text of a metric (utils/template/template.go, ResolveQuotedArgs).
 * @returns what could not be resolved, as text
 */
export function putArgsIn(metric: Metric, args: readonly AnalysisArg[]): Metric | string {
  const values = new Map<string, string>()
  for (const arg of args) {
    const secret = arg.valueFrom?.secretKeyRef === undefined ? undefined : 'temp-for-secret'
    const value = arg.value ?? secret
    if (value === undefined) return `argument "${arg.name}" was not supplied`
    values.set(`args.${arg.name}`, value)
  }
  let unresolved: string | undefined
  const text = JSON.stringify(metric).replaceAll(/\{\{(.*?)\}\}/g, (whole, tag: string) => {
    const value = values.get(tag.trim())
    if (value === undefined) unresolved = `failed to resolve ${whole}`
    return JSON.stringify(value ?? '').slice(1, -1)
  })
  return unresolved ?? (JSON.parse(text) as Metric)
}

/** The first thing wrong with metrics, in the controller's words (utils/analysis/factory.go, ValidateMetrics). */
function validateMetrics(metrics: readonly Metric[]): string | undefined {
  if (metrics.length === 0) return 'no metrics specified'
  for (const [index, metric] of metrics.entries()) {
    const problem = validateMetric(metric)
    if (problem !== undefined) return `metrics[${index}]: ${problem}`
  }
  return undefined
}

function validateMetric(metric: Metric): string | undefined {
  const count = intValue(metric.count)
  const failureLimit = intValue(metric.failureLimit)
  const successLimit = intValue(metric.consecutiveSuccessLimit)
  const inconclusiveLimit = intValue(metric.inconclusiveLimit)
  if (successLimit < 0) return 'consecutiveSuccessLimit must be >= 0'
  if (failureLimit < -1) return 'failureLimit must be >= 0, or -1 to be disabled'
  if (successLimit === 0 && failureLimit === -1)
    return 'failureLimit and consecutiveSuccessLimit cannot both be disabled'
  if (inconclusiveLimit < 0) return 'inconclusiveLimit must be >= 0'
  if (intValue(metric.consecutiveErrorLimit) < 0) return 'consecutiveErrorLimit must be >= 0'
  if (count > 0) {
    if (failureLimit >= 0 && count < failureLimit + successLimit) {
      const sum = `(${failureLimit} + ${successLimit})`
      return `count (${count}) must be >= failureLimit + consecutiveSuccessLimit ${sum} if both >= 0`
    }
    if (failureLimit < 0 && count < successLimit) return 'count must be >= consecutiveSuccessLimit'
    if (count < inconclusiveLimit) return 'count must be >= inconclusiveLimit'
  }
  if (count > 1 && (metric.interval ?? '') === '') return 'interval must be specified when count > 1'
  for (const [key, text] of [
    ['interval', metric.interval],
    ['startDelay', metric.initialDelay],
  ]) {
    if (text !== undefined && text !== '' && parseDurationMs(text) === undefined) {
      return `invalid ${key} string: time: invalid duration ${JSON.stringify(text)}`
    }
  }
  const providers = Object.values(metric.provider).filter(provider => provider !== undefined).length
  if (providers === 0) return 'no provider specified'
  return providers > 1 ? 'multiple providers specified' : undefined
}

/**
 * For each metric the last rule that matches its name; the index of the first rule that matches none (utils/analysis/helpers.go,
 * GetDryRunMetrics). A rule that is no regular expression matches nothing.
 */
function matchRules<Rule extends DryRun | MeasurementRetention>(
  rules: readonly Rule[],
  metrics: readonly Metric[],
): (Rule | undefined)[] | number {
  const matched: (Rule | undefined)[] = metrics.map(() => undefined)
  for (const [index, rule] of rules.entries()) {
    const pattern = rulePattern(rule.metricName)
    const hits = metrics.map(metric => pattern instanceof RegExp && pattern.test(metric.name))
    if (!hits.includes(true)) return index
    for (const [i, hit] of hits.entries()) if (hit) matched[i] = rule
  }
  return matched
}

function durationMs(text: string | undefined): number | null {
  return text === undefined || text === '' ? null : (parseDurationMs(text) ?? null)
}
