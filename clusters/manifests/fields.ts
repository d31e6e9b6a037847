import { analysisTemplateFields, clusterAnalysisTemplateFields } from './fields/analysis-fields.ts'
import { autoscalerFields } from './fields/autoscaler-fields.ts'
import type { FieldRow } from './fields/field-row.ts'
import { rolloutFields } from './fields/rollout-fields.ts'
import { serviceFields } from './fields/service-fields.ts'

/** The verdict on every field of the kinds that are read, one table a kind. */
export const fieldTables: { readonly [kind: string]: readonly FieldRow[] } = {
  Rollout: rolloutFields,
  AnalysisTemplate: analysisTemplateFields,
  ClusterAnalysisTemplate: clusterAnalysisTemplateFields,
  Service: serviceFields,
  HorizontalPodAutoscaler: autoscalerFields,
}
