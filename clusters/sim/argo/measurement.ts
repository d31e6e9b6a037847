import { compileConditions, type MetricAnswer } from '../expr/condition.ts'
import type { AnalysisRun, Measurement, ResolvedMetric } from './analysis-run.ts'
import { toWholeSecond } from './rollout-conditions.ts'

/**
 * Asks a metric's provider. The answer is that of `nowMs`; it arrives `delayMs` later, and the run waits for it. `error` is the text
 * of a failed query.
 */
export type MeasurePort = (
  run: AnalysisRun,
  metric: ResolvedMetric,
  nowMs: number,
) => ({ readonly answer: MetricAnswer } | { readonly error: string }) & { readonly delayMs: number }

export function takeMeasurement(
  run: AnalysisRun,
  metric: ResolvedMetric,
  nowMs: number,
  port: MeasurePort,
): { readonly measurement: Measurement; readonly delayMs: number } {
  const asked = port(run, metric, nowMs)
  const times = { startedAtMs: toWholeSecond(nowMs), finishedAtMs: toWholeSecond(nowMs + asked.delayMs) }
  const failed = (message: string): Measurement => ({ phase: 'Error', message, value: '', ...times })
  if ('error' in asked) return { measurement: failed(asked.error), delayMs: asked.delayMs }
  const { phase, message } = conditionsOf(metric)(asked.answer)
  const measurement =
    phase === 'Error' ? failed(message) : { phase, message, value: formatAnswer(asked.answer), ...times }
  return { measurement, delayMs: asked.delayMs }
}

type Conditions = ReturnType<typeof compileConditions>

/** Compiled once per pair of conditions; the result depends on nothing else. */
const compiled = new Map<string, Conditions>()

function conditionsOf(metric: ResolvedMetric): Conditions {
  const key = `${metric.successCondition}\0${metric.failureCondition}`
  let conditions = compiled.get(key)
  if (conditions === undefined) {
    conditions = compileConditions(metric.successCondition, metric.failureCondition)
    compiled.set(key, conditions)
  }
  return conditions
}

/** A measurement's value as the status shows it (metricproviders/prometheus/prometheus.go, processResponse). */
function formatAnswer(answer: MetricAnswer): string {
  if (answer.kind === 'nil') return ''
  return answer.kind === 'scalar' ? formatSample(answer.value) : `[${answer.values.map(formatSample).join(',')}]`
}

function formatSample(value: number): string {
  if (Number.isFinite(value)) return String(value)
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'
}
