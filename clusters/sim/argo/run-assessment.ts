import {
  type AnalysisPhase,
  type AnalysisRun,
  emptySummary,
  isCompleted,
  type ResolvedMetric,
  type RunSummary,
  resultOf,
} from './analysis-run.ts'
import { exceededLimit } from './metric-assessment.ts'

/** From best to worst (utils/analysis/helpers.go, analysisStatusOrder): between metrics Failed is worse than Error. */
const fromBestToWorst: readonly AnalysisPhase[] = [
  'Successful',
  'Running',
  'Pending',
  'Inconclusive',
  'Error',
  'Failed',
]

export interface RunAssessment {
  readonly phase: AnalysisPhase
  readonly message: string
  readonly runSummary: RunSummary
  readonly dryRunSummary: RunSummary
  /** New messages of completed dry-run metrics, by metric. */
  readonly dryRunMessages: readonly { readonly metric: string; readonly message: string }[]
}

/**
 * Phase of a run from the phases of its metrics (analysis/analysis.go, assessRunStatus).
 * @param terminating as it was when the pass began: the metric that fails in this pass closes its siblings in the next
 */
export function assessRun(
  run: AnalysisRun,
  terminating: boolean,
  isDryRun: (metric: ResolvedMetric) => boolean,
): RunAssessment {
  const summaries = { live: { ...emptySummary }, dry: { ...emptySummary } }
  const dryRunMessages: { metric: string; message: string }[] = []
  let worst: AnalysisPhase = ''
  let message = run.terminate ? 'Run Terminated' : ''
  let allCompleted = true
  for (const metric of run.spec.metrics) {
    const dryRun = isDryRun(metric)
    const summary: { -readonly [K in keyof RunSummary]: number } = dryRun ? summaries.dry : summaries.live
    summary.count++
    const result = resultOf(run, metric.name)
    if (result === undefined || !isCompleted(result.phase)) {
      allCompleted = false
      continue
    }
    const excess = exceededLimit(metric, result)
    summary[summaryKey[excess?.phase ?? 'Successful']]++
    if (dryRun) {
      if (worst === '') worst = 'Successful'
      const text = `Metric assessed ${result.phase} due to ${excess?.message}`
      if (excess !== undefined) dryRunMessages.push({ metric: metric.name, message: text })
    } else if (worst === '' || isWorse(worst, result.phase)) {
      worst = result.phase
      if (excess !== undefined) {
        message = `Metric "${metric.name}" assessed ${result.phase} due to ${excess.message}`
        if (result.message !== '') message += `: "Error Message: ${result.message}"`
      }
    }
  }
  const found = { runSummary: summaries.live, dryRunSummary: summaries.dry, dryRunMessages }
  if (terminating) return { ...found, phase: worst === '' ? 'Successful' : worst, message }
  if (!allCompleted || worst === '') return { ...found, phase: 'Running', message: '' }
  return { ...found, phase: worst, message }
}

const summaryKey = { Successful: 'successful', Failed: 'failed', Error: 'error', Inconclusive: 'inconclusive' } as const

function isWorse(current: AnalysisPhase, candidate: AnalysisPhase): boolean {
  return fromBestToWorst.indexOf(candidate) > fromBestToWorst.indexOf(current)
}
