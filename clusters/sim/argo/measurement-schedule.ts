import { type AnalysisRun, isCompleted, type ResolvedMetric, resultOf } from './analysis-run.ts'

/** After a measurement in error the next one comes this much later, whatever the interval (analysis/analysis.go, DefaultErrorRetryInterval). */
const errorRetryMs = 10_000
/** A timer fires just after its time, and "due" means strictly after it. */
const justAfterMs = 1

/**
 * When a metric is due for its next measurement; null: no more, or not before the run's first pass has ended. An initial delay
 * counts from the run's start, an interval from the end of the last measurement, both cut to whole seconds, and nothing is caught
 * up (analysis/analysis.go, generateMetricTasks and calculateNextReconcileTime).
 */
export function nextMeasurementAt(run: AnalysisRun, metric: ResolvedMetric): number | null {
  const result = resultOf(run, metric.name)
  const last = result?.measurements.at(-1)
  if (result === undefined || last === undefined) {
    if (metric.initialDelayMs === null) return run.createdMs
    return run.startedAtMs === null ? null : run.startedAtMs + metric.initialDelayMs
  }
  if (isCompleted(result.phase)) return null
  if (metric.count !== null && result.count >= metric.count) return null
  const waitMs = last.phase === 'Error' ? errorRetryMs : (metric.intervalMs ?? errorRetryMs)
  return last.finishedAtMs + waitMs + justAfterMs
}

/** Metrics to measure now, in the order of the template. A terminating run starts none. */
export function dueMetrics(run: AnalysisRun, terminating: boolean, nowMs: number): ResolvedMetric[] {
  if (terminating) return []
  return run.spec.metrics.filter(metric => {
    const at = nextMeasurementAt(run, metric)
    return at !== null && at <= nowMs
  })
}

/** The earliest time at which a metric is due; null: none ever. */
export function nextPassAt(run: AnalysisRun): number | null {
  let earliest: number | null = null
  for (const metric of run.spec.metrics) {
    const at = nextMeasurementAt(run, metric)
    if (at !== null && (earliest === null || at < earliest)) earliest = at
  }
  return earliest
}
