import { didYouMean, nearest } from '../../harness/model/problem.ts'
import type { Path } from '../../harness/model/yaml-source.ts'
import { rolloutArgs } from '../sim/argo/rollout-args.ts'
import { rulePattern } from '../sim/argo/rule-pattern.ts'
import type { AnalysisUse } from './analysis-uses.ts'
import type { AnalysisTemplateSpec, Metric, Rollout } from './argo-types.ts'
import { checkMeasurement } from './check-measurement.ts'
import { checkMetric, runsForever } from './check-metric.ts'
import type { SeriesFamily } from './emitted-series.ts'
import type { ManifestObject } from './manifest-object.ts'
import { putArgs } from './put-args.ts'
import { isDropped, type Report, tell } from './report.ts'

const specOf = (template: ManifestObject) => template.value['spec'] as AnalysisTemplateSpec

/** One analysis of a Rollout as the controller would put it together: arguments, rules for metrics, and the metrics themselves. */
export function checkAnalysis(
  report: Report,
  rollout: ManifestObject,
  use: AnalysisUse,
  families: readonly SeriesFamily[],
): void {
  const values = argumentValues(report, rollout, use)
  const all = use.templates.flatMap(template =>
    (specOf(template).metrics ?? []).map((metric, index) => ({
      template,
      metric,
      path: ['spec', 'metrics', index] as Path,
    })),
  )
  const metrics = all.filter(({ template, path }) => !isDropped(report, template, path))
  if (metrics.length === 0 && use.complete)
    tell(report, rollout, use.path, 'the templates of this analysis have no metric')
  checkRules(
    report,
    rollout,
    use,
    metrics.map(({ metric }) => metric.name),
  )
  for (const [index, { template, metric, path }] of metrics.entries()) {
    const earlier = metrics.slice(0, index).find(other => other.metric.name === metric.name)
    if (earlier !== undefined) {
      const where =
        earlier.template === template
          ? 'in this template'
          : `in template \`${earlier.template.name}\`, which runs with this one`
      tell(report, template, [...path, 'name'], `a second metric \`${metric.name}\`: there is one ${where}`)
    }
    checkOneMetric(report, template, path, metric, values, families)
    if (!use.background && runsForever(metric)) {
      const message = `the metric \`${metric.name}\` has an interval and no count, so that this step would never end`
      tell(report, rollout, use.path, message, { hint: 'give it a count, or use it as background analysis' })
    }
  }
}

/**
 * A template that no analysis names is checked as far as that goes without the arguments that a Rollout would give.
 * @param families where their labels may have any value, a query is checked with the argument's name in the place of its value.
 */
export function checkUnusedTemplate(
  report: Report,
  template: ManifestObject,
  families: readonly SeriesFamily[],
  anyLabel: boolean,
): void {
  const { args = [], metrics = [] } = specOf(template)
  const given = new Map(args.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])))
  const named = new Map(args.map(({ name, value }) => [name, value ?? name]))
  const declared = new Set(args.map(arg => arg.name))
  for (const [index, metric] of metrics.entries()) {
    const needsValues = (part: unknown) =>
      putArgs(JSON.stringify(part), given).open.some(({ tag }) => declared.has(tag.replace(/^args\./, '')))
    const { provider, ...rest } = metric
    if (needsValues(anyLabel ? rest : metric)) continue
    checkOneMetric(report, template, ['spec', 'metrics', index], metric, anyLabel ? named : given, families)
  }
}

function checkOneMetric(
  report: Report,
  template: ManifestObject,
  path: Path,
  metric: Metric,
  values: ReadonlyMap<string, string>,
  families: readonly SeriesFamily[],
): void {
  const fill = (value: unknown, at: Path): unknown => {
    if (typeof value === 'string') {
      const filled = putArgs(value, values)
      for (const { tag, offset } of filled.open) {
        const near = nearest(
          tag,
          [...values.keys()].map(name => `args.${name}`),
        )
        const hint = near === undefined ? undefined : `did you mean \`{{${near}}}\`?`
        const message = `\`{{${tag}}}\` is none of the template's arguments`
        tell(report, template, at, message, { offset, hint })
      }
      return filled.text
    }
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) return value.map((item, index) => fill(item, [...at, index]))
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, fill(child, [...at, key])]))
  }
  const filled = fill(metric, path) as Metric
  checkMetric(report, template, path, filled)
  checkMeasurement(report, template, path, metric, values, families)
}

/** The arguments as the controller merges them (utils/analysis/helpers.go, MergeArgs); hashes stand as their own names. */
function argumentValues(report: Report, rollout: ManifestObject, use: AnalysisUse): Map<string, string> {
  const { metadata, spec } = rollout.value as unknown as Rollout
  const given = use.analysis.args ?? []
  const values = new Map<string, string>()
  const declared = new Map<string, { template: ManifestObject; path: Path }>()
  for (const template of use.templates) {
    for (const [index, { name, value }] of (specOf(template).args ?? []).entries()) {
      const path = ['spec', 'args', index]
      const earlier = values.get(name)
      if (earlier !== undefined && value !== undefined && earlier !== value) {
        const message = `the argument \`${name}\` has another value in a template that runs with this one: ${JSON.stringify(earlier)}`
        tell(report, template, path, message)
      }
      if (!declared.has(name)) declared.set(name, { template, path })
      if (value !== undefined && earlier === undefined) values.set(name, value)
    }
  }
  for (const [index, arg] of given.entries()) {
    const path = [...use.path, 'args', index]
    const { args, error } = rolloutArgs([arg], { metadata, spec, stableHash: 'stable-hash', latestHash: 'canary-hash' })
    if (error !== null) tell(report, rollout, [...path, 'valueFrom', 'fieldRef', 'fieldPath'], error)
    if (declared.has(arg.name)) {
      values.set(arg.name, args[0]!.value ?? '')
    } else if (use.complete) {
      const hint = didYouMean(arg.name, [...declared.keys()])
      const message = `no template of this analysis declares the argument \`${arg.name}\`: it is dropped`
      tell(report, rollout, [...path, 'name'], message, { severity: 'warning', hint })
    }
  }
  for (const [name, { template, path }] of declared) {
    const { valueFrom } = specOf(template).args![path.at(-1) as number]!
    if (values.has(name) || valueFrom !== undefined) continue
    const message = `the argument \`${name}\` of template \`${template.name}\` gets no value here`
    tell(report, rollout, use.path, message, { at: 'key' })
    values.set(name, '')
  }
  return values
}

/** Dry-run and retention rules name metrics by unanchored regular expressions; one that names none ends the run with an Error. */
function checkRules(report: Report, rollout: ManifestObject, use: AnalysisUse, metricNames: readonly string[]): void {
  for (const field of ['dryRun', 'measurementRetention'] as const) {
    const places = [
      { object: rollout, path: [...use.path, field], rules: use.analysis[field] ?? [] },
      ...use.templates.map(template => ({
        object: template,
        path: ['spec', field],
        rules: specOf(template)[field] ?? [],
      })),
    ]
    const seen = new Set<string>()
    for (const { object, path, rules } of places) {
      for (const [index, { metricName }] of rules.entries()) {
        const at = [...path, index, 'metricName']
        if (seen.has(metricName)) tell(report, object, at, `a second rule of ${field} for \`${metricName}\``)
        seen.add(metricName)
        const pattern = rulePattern(metricName)
        if (pattern instanceof Error) tell(report, object, at, pattern.message, { hint: 'for all metrics write `.*`' })
        else if (use.complete && !metricNames.some(name => pattern.test(name))) {
          const hint = didYouMean(metricName, metricNames)
          tell(report, object, at, `\`${metricName}\` matches no metric of this analysis`, { hint })
        }
      }
    }
  }
}
