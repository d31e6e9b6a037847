import { type FieldRow, honoured, inert, refused, under } from './field-row.ts'
import { namespaced, objectFields, reported, unread } from './object-fields.ts'

const otherMetric = 'only the use of CPU is measured here; name the resource `cpu` with a target of type Utilization'

export const autoscalerFields: readonly FieldRow[] = [
  ...objectFields,
  reported,
  namespaced,
  inert('a name that nothing refers to', 'metadata.name'),
  unread,
  honoured(
    ...under('spec', 'maxReplicas', 'minReplicas', 'scaleTargetRef.kind', 'scaleTargetRef.name'),
    'spec.metrics[].resource.target.averageUtilization',
    ...['scaleUp', 'scaleDown'].flatMap(direction =>
      under(`spec.behavior.${direction}`, 'policies.**', 'selectPolicy', 'stabilizationWindowSeconds'),
    ),
  ),
  inert(
    'it says what holds anyway',
    'spec.scaleTargetRef.apiVersion',
    ...under('spec.metrics[]', 'type', 'resource.name', 'resource.target.type'),
  ),
  inert(
    'Kubernetes v1.34 uses it only behind a feature gate that is off',
    ...under('spec.behavior', 'scaleUp.tolerance', 'scaleDown.tolerance'),
  ),
  refused(
    otherMetric,
    ...under('spec.metrics[]', 'containerResource.**', 'external.**', 'object.**', 'pods.**'),
    ...under('spec.metrics[].resource.target', 'averageValue', 'value'),
  ),
]
