import { type FieldRow, honoured, inert, under } from './field-row.ts'

/** Of every object. */
export const objectFields: readonly FieldRow[] = [
  honoured('apiVersion', 'kind', 'metadata.name'),
  inert(
    'what a cluster writes about an object',
    ...under('metadata', 'creationTimestamp', 'deletionGracePeriodSeconds', 'deletionTimestamp', 'finalizers.**'),
    ...under('metadata', 'generateName', 'generation', 'managedFields', 'ownerReferences', 'resourceVersion'),
    ...under('metadata', 'selfLink', 'uid'),
  ),
]

export const reported = inert('what a cluster writes about an object', 'status.**')
export const namespaced = honoured('metadata.namespace')
export const unread = inert(
  'labels and annotations that nothing reads here',
  'metadata.labels.**',
  'metadata.annotations.**',
)
