import type { Path } from '../../harness/model/yaml-source.ts'
import { checkCondition } from '../sim/expr/condition.ts'
import type { Metric } from './argo-types.ts'
import { checkQuery } from './check-query.ts'
import type { SeriesFamily } from './emitted-series.ts'
import type { ManifestObject } from './manifest-object.ts'
import { putArgs, sourceOffset } from './put-args.ts'
import { type Report, tell, tellUnlessLenient } from './report.ts'

/** The query of a metric and the conditions on its answer, told at the place in the text where they are wrong. */
export function checkMeasurement(
  report: Report,
  template: ManifestObject,
  path: Path,
  metric: Metric,
  values: ReadonlyMap<string, string>,
  families: readonly SeriesFamily[],
): void {
  const prometheus = metric.provider?.prometheus
  if (prometheus === undefined) return
  const at = [...path, 'provider', 'prometheus', 'query']
  if (prometheus.query === undefined) {
    tell(report, template, at, '`query` is missing')
    return
  }
  const query = putArgs(prometheus.query, values)
  const { faults, answer } = checkQuery(query.text, families)
  for (const { offset, message, hint, findsNothing } of faults) {
    const options = { offset: sourceOffset(query, offset), hint }
    if (findsNothing) tellUnlessLenient(report, template, at, message, options)
    else tell(report, template, at, message, options)
  }
  for (const field of ['successCondition', 'failureCondition'] as const) {
    if (metric[field] !== undefined)
      checkOneCondition(report, template, [...path, field], metric[field], values, answer ?? 'vector')
  }
}

/**
 * A fault that only one kind of answer has is a slip of types: Argo Rollouts takes it and makes an Error of every measurement, which a trial shows.
 * What is wrong for a list and for a number alike is no condition.
 */
function checkOneCondition(
  report: Report,
  template: ManifestObject,
  path: Path,
  source: string,
  values: ReadonlyMap<string, string>,
  answer: 'vector' | 'scalar',
): void {
  const condition = putArgs(source, values)
  const elsewhere = checkCondition(condition.text, answer === 'vector' ? 'scalar' : 'vector')
  for (const { message, offset } of checkCondition(condition.text, answer)) {
    const isSlip = !elsewhere.some(other => other.message === message && other.offset === offset)
    const summary = message.split('\n')[0]!.trim()
    tell(report, template, path, `${isSlip ? 'every measurement will be an Error' : 'no condition'}: ${summary}`, {
      offset: sourceOffset(condition, offset),
      severity: isSlip ? 'warning' : 'error',
      hint: isSlip && answer === 'vector' ? 'the answer is a list, whose first value is result[0]' : undefined,
    })
  }
}
