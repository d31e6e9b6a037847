import { type FieldRow, honoured, inert, under } from './field-row.ts'

/** Of every object. */
export const objectFields: readonly FieldRow[] = [
  honoured('apiVersion', 'kind'),
  inert(
    'what a cluster writes about an object',
    ...under('metadata', 'creationTimestamp', 'deletionGracePeriodSeconds', 'deletionTimestamp', 'finalizers.**'),
    ...under('metadata', 'generateName', 'generation', 'managedFields', 'ownerReferences', 'resourceVersion'),
    ...under('metadata', 'selfLink', 'uid'),
  ),
]

export const reported = inert('what a cluster writes about an object', 'status.**')
export const named = honoured('metadata.name')
export const namespaced = honoured('metadata.namespace')
export const unread = inert(
  'labels and annotations that nothing reads here',
  'metadata.labels.**',
  'metadata.annotations.**',
)
