import type { EventQueue } from '../queue.ts'
import {
  type AnalysisRun,
  isBad,
  isCompleted,
  type Measurement,
  newResult,
  type ResolvedMetric,
  resultOf,
} from './analysis-run.ts'
import { emitForRun, requestMeasure, requestReconcile, scheduleConclude, scheduleMeasured } from './events.ts'
import { type MeasurePort, takeMeasurement } from './measurement.ts'
import { dueMetrics, nextPassAt } from './measurement-schedule.ts'
import { assessMetric, countMeasurement } from './metric-assessment.ts'
import { toWholeSecond } from './rollout-conditions.ts'
import { assessRun } from './run-assessment.ts'
import type { RolloutState } from './state.ts'
import { pushRunChange } from './views.ts'

/**
 * First part of a pass over a run: takes what is due, in parallel, and assesses the metrics as soon as the slowest has answered
 * (analysis/analysis.go, reconcileAnalysisRun up to assessRunStatus). The same whether the state's analysis is live or dry.
 */
export function measure(
  state: RolloutState,
  run: AnalysisRun,
  nowMs: number,
  queue: EventQueue,
  port: MeasurePort,
): void {
  run.reconcileAtMs = null
  if (isCompleted(run.phase) || run.pass !== null) return
  if (run.spec.error !== null) {
    run.phase = 'Error'
    run.message = run.spec.error
    emitForRun(state, nowMs, run, 'AnalysisRunError', 'Error', 'Analysis Completed. Result: Error')
    pushRunChange(state, run)
    requestReconcile(state, queue, nowMs)
    return
  }
  const terminating = isTerminating(state, run)
  let delayMs = 0
  const taken: { metric: string; measurement: Measurement }[] = []
  for (const metric of dueMetrics(run, terminating, nowMs)) {
    const answer = takeMeasurement(run, metric, nowMs, port)
    delayMs = Math.max(delayMs, answer.delayMs)
    taken.push({ metric: metric.name, measurement: answer.measurement })
  }
  run.pass = { terminating, taken }
  if (delayMs > 0) scheduleMeasured(run, queue, nowMs + delayMs)
  else assessMetrics(state, run, nowMs, queue)
}

/** Counts what was taken and gives each metric its phase; the run's own follows in the next event of the same time. */
export function assessMetrics(state: RolloutState, run: AnalysisRun, nowMs: number, queue: EventQueue): void {
  const { terminating, taken } = run.pass!
  run.startedAtMs ??= toWholeSecond(nowMs)
  for (const { metric, measurement } of taken) {
    let result = resultOf(run, metric)
    if (result === undefined) {
      result = newResult(metric)
      run.results.push(result)
    }
    countMeasurement(result, measurement)
  }
  for (const metric of run.spec.metrics) {
    const result = resultOf(run, metric.name)
    if (result === undefined) continue
    const phase = assessMetric(metric, result, terminating)
    if (phase === result.phase) continue
    result.phase = phase
    result.message = result.measurements.at(-1)?.message ?? ''
    if (!isCompleted(phase)) continue
    emitForRun(state, nowMs, run, `Metric${phase}`, phase, `Metric '${metric.name}' Completed. Result: ${phase}`)
    if (isBad(phase) && !metric.dryRun) state.badMetrics++
  }
  scheduleConclude(run, queue, nowMs)
}

/** Second part of a pass: the run's phase from its metrics, history cut, next pass queued. */
export function conclude(state: RolloutState, run: AnalysisRun, nowMs: number, queue: EventQueue): void {
  const { terminating, taken } = run.pass!
  run.pass = null
  const assessment = assessRun(run, terminating, metric => isDryRun(state, metric))
  run.runSummary = assessment.runSummary
  run.dryRunSummary = assessment.dryRunSummary
  for (const { metric, message } of assessment.dryRunMessages) resultOf(run, metric)!.message = message
  const isNewPhase = assessment.phase !== run.phase
  if (isNewPhase) {
    run.phase = assessment.phase
    run.message = assessment.message
    requestReconcile(state, queue, nowMs)
    if (isCompleted(run.phase)) {
      emitForRun(state, nowMs, run, `AnalysisRun${run.phase}`, run.phase, `Analysis Completed. Result: ${run.phase}`)
      run.completedAtMs ??= toWholeSecond(nowMs)
    }
  }
  for (const metric of run.spec.metrics) {
    const result = resultOf(run, metric.name)
    if (result !== undefined && result.measurements.length > metric.retention) {
      result.measurements = result.measurements.slice(-metric.retention)
    }
  }
  if (isNewPhase || taken.length > 0) pushRunChange(state, run)
  if (isCompleted(run.phase)) return
  const closesSiblings = !terminating && isTerminating(state, run)
  if (run.changedMeanwhile || closesSiblings) requestMeasure(run, queue, nowMs)
  run.changedMeanwhile = false
  const next = nextPassAt(run)
  if (next !== null) requestMeasure(run, queue, nowMs, next)
}

/** Whether no more measurements are to begin: asked to end, or a metric that counts has completed badly (utils/analysis, IsTerminating). */
function isTerminating(state: RolloutState, run: AnalysisRun): boolean {
  if (run.terminate) return true
  return run.spec.metrics.some(metric => {
    const result = resultOf(run, metric.name)
    return result !== undefined && isBad(result.phase) && !isDryRun(state, metric)
  })
}

function isDryRun(state: RolloutState, metric: ResolvedMetric): boolean {
  return metric.dryRun || state.analysis === 'dryRun'
}
