import {
  type CompletedPhase,
  isCompleted,
  type Measurement,
  type MetricResult,
  type ResolvedMetric,
} from './analysis-run.ts'

/** A limit that a metric has exceeded. */
export interface Excess {
  readonly phase: 'Failed' | 'Inconclusive' | 'Error'
  readonly message: string
}

/** Adds a measurement to the counters (analysis/analysis.go, runMeasurements). Errors do not count as taken. */
export function countMeasurement(result: MetricResult, measurement: Measurement): void {
  result.measurements = [...result.measurements, measurement]
  if (measurement.phase === 'Error') {
    result.error++
    result.consecutiveError++
    result.consecutiveSuccess = 0
    return
  }
  result.count++
  result.consecutiveError = 0
  if (measurement.phase === 'Successful') {
    result.successful++
    result.consecutiveSuccess++
    return
  }
  if (measurement.phase === 'Failed') result.failed++
  else result.inconclusive++
  result.consecutiveSuccess = 0
}

/**
 * The limit a metric has exceeded, if any. Where several are, Error beats Inconclusive beats Failed: the checks run in the other
 * order and the last one stands (analysis/analysis.go, assessMetricFailureInconclusiveOrError).
 */
export function exceededLimit(metric: ResolvedMetric, result: MetricResult): Excess | undefined {
  const { failureLimit, inconclusiveLimit, consecutiveErrorLimit } = metric
  const { failed, inconclusive, consecutiveError } = result
  if (consecutiveError > consecutiveErrorLimit) {
    const message = `consecutiveErrors (${consecutiveError}) > consecutiveErrorLimit (${consecutiveErrorLimit})`
    return { phase: 'Error', message }
  }
  if (inconclusive > inconclusiveLimit) {
    return {
      phase: 'Inconclusive',
      message: `inconclusive (${inconclusive}) > inconclusiveLimit (${inconclusiveLimit})`,
    }
  }
  if (failureLimit >= 0 && failed > failureLimit) {
    return { phase: 'Failed', message: `failed (${failed}) > failureLimit (${failureLimit})` }
  }
  return undefined
}

/**
 * Phase of a metric that has been measured at least once (analysis/analysis.go, assessMetricStatus). A completed metric keeps its
 * phase.
 */
export function assessMetric(
  metric: ResolvedMetric,
  result: MetricResult,
  terminating: boolean,
): CompletedPhase | 'Running' {
  if (isCompleted(result.phase)) return result.phase
  const excess = exceededLimit(metric, result)
  if (excess !== undefined) return excess.phase
  const { consecutiveSuccessLimit, failureLimit, count } = metric
  if (consecutiveSuccessLimit > 0 && result.consecutiveSuccess >= consecutiveSuccessLimit) return 'Successful'
  if (count !== null && result.count >= count) {
    if (consecutiveSuccessLimit === 0) return 'Successful'
    return failureLimit >= 0 ? 'Inconclusive' : 'Failed'
  }
  return terminating ? 'Successful' : 'Running'
}
