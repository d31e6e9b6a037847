import { parseDurationMs } from '../../harness/model/duration.ts'
import type { Path } from '../../harness/model/yaml-source.ts'
import type { Metric } from './argo-types.ts'
import { intValue } from './int-or-string.ts'
import type { ManifestObject } from './manifest-object.ts'
import { type Report, tell } from './report.ts'

/**
 * The rules of a metric whose arguments are put in (Argo Rollouts v1.9.1, utils/analysis/factory.go, ValidateMetric): on a cluster a breach ends the
 * AnalysisRun with an Error at once. Also warns of what is allowed and cannot be meant.
 * @param path of the metric in the template
 */
export function checkMetric(report: Report, template: ManifestObject, path: Path, metric: Metric): void {
  const error = (field: keyof Metric, message: string) => tell(report, template, [...path, field], message)
  const warn = (field: keyof Metric, message: string) =>
    tell(report, template, [...path, field], message, { severity: 'warning' })

  for (const field of [
    'count',
    'failureLimit',
    'inconclusiveLimit',
    'consecutiveErrorLimit',
    'consecutiveSuccessLimit',
  ] as const) {
    const value = metric[field]
    if (typeof value === 'string' && !/^[+-]?\d+$/.test(value)) {
      warn(field, `\`${field}\`: ${JSON.stringify(value)} is no integer, and Argo Rollouts reads it as 0`)
    }
  }
  const count = intValue(metric.count)
  const failureLimit = intValue(metric.failureLimit)
  const successLimit = intValue(metric.consecutiveSuccessLimit)
  const inconclusiveLimit = intValue(metric.inconclusiveLimit)
  if (successLimit < 0) error('consecutiveSuccessLimit', '`consecutiveSuccessLimit` is below 0')
  if (failureLimit < -1) error('failureLimit', '`failureLimit` is below 0, and not -1, which switches it off')
  if (successLimit === 0 && failureLimit === -1) {
    error('failureLimit', 'failureLimit and consecutiveSuccessLimit are both switched off: nothing would decide')
  }
  if (inconclusiveLimit < 0) error('inconclusiveLimit', '`inconclusiveLimit` is below 0')
  if (intValue(metric.consecutiveErrorLimit) < 0) error('consecutiveErrorLimit', '`consecutiveErrorLimit` is below 0')
  if (count > 0) {
    if (failureLimit >= 0 && count < failureLimit + successLimit) {
      error(
        'count',
        `count (${count}) is below failureLimit + consecutiveSuccessLimit (${failureLimit} + ${successLimit})`,
      )
    } else if (failureLimit < 0 && count < successLimit) {
      error('count', `count (${count}) is below consecutiveSuccessLimit (${successLimit})`)
    } else if (failureLimit > 0 && count === failureLimit) {
      warn(
        'count',
        `the metric cannot fail: it takes ${count} measurements and fails with the ${failureLimit + 1}th failed one`,
      )
    }
    if (count < inconclusiveLimit) error('count', `count (${count}) is below inconclusiveLimit (${inconclusiveLimit})`)
  }
  if (count > 1 && !metric.interval) error('interval', `\`interval\` is missing, and count is ${count}`)
  for (const field of ['interval', 'initialDelay'] as const) {
    const text = metric[field]
    if (text === undefined || text === '' || parseDurationMs(text) !== undefined) continue
    error(field, `\`${field}\`: \`${text}\` is not a duration; write 30s, 5m or 1h30m`)
  }
  if (!metric.successCondition && !metric.failureCondition) {
    const message = 'no successCondition and no failureCondition: every answer of Prometheus is a success'
    tell(report, template, path, message, { severity: 'warning' })
  }
  const providers = Object.keys(metric.provider ?? {})
  if (providers.length === 0) error('provider', 'a metric has one provider, and this one has none')
  if (providers.length > 1)
    error('provider', `a metric has one provider, and this one has ${providers.length}: ${providers.join(', ')}`)
}

/** Whether a metric goes on until its run is ended: an interval and no count (v1alpha1, EffectiveCount). */
export function runsForever(metric: Metric): boolean {
  return intValue(metric.count) === 0 && Boolean(metric.interval)
}
