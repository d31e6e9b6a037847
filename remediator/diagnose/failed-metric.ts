import type { FailedMetric } from './trouble.ts'

/** A metric that people have approved a limit for. */
interface ApprovedMetric {
  readonly template: string
  readonly metric: string
}

/**
 * The metric that Argo Rollouts names in the message of an abort (Argo Rollouts v1.9.1, analysis/analysis.go, assessRunStatus).
 * @param approved metrics of the manifests: what is none of these is not taken for a name
 */
export function failedMetricIn(message: string, approved: readonly ApprovedMetric[]): FailedMetric | undefined {
  const [, metric, phase] = /Metric "([^"]+)" assessed (Failed|Error|Inconclusive) due to /.exec(message) ?? []
  const known = approved.find(one => one.metric === metric)
  return known && { template: known.template, metric: known.metric, phase: phase as FailedMetric['phase'] }
}
