import type { PodObject } from '../live/objects.ts'

/** Why a pod does not get to run, in the words of the scheduler or the kubelet; undefined where nothing is wrong, or not yet. */
export function podTrouble(pods: readonly PodObject[]): string | undefined {
  for (const { metadata, status } of pods) {
    const scheduled = status?.conditions?.find(({ type }) => type === 'PodScheduled')
    if (scheduled?.status === 'False') return `pod ${metadata.name} cannot be scheduled: ${scheduled.message ?? ''}`
    const waiting = status?.containerStatuses?.[0]?.state?.waiting
    if (waiting?.reason !== undefined && !['ContainerCreating', 'PodInitializing'].includes(waiting.reason)) {
      return `pod ${metadata.name}: ${waiting.reason} ${waiting.message ?? ''}`.trimEnd()
    }
  }
  return undefined
}

/** What the kubelet says of a container that is not made again and again: its image cannot be had, or it cannot be made of it. */
const refusals = [
  'ErrImagePull',
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
]

/** Why a pod of these will not run however long it is waited for; undefined where time may mend it. */
export function podRefusal(pods: readonly PodObject[]): string | undefined {
  return podTrouble(
    pods.filter(({ status }) => refusals.includes(status?.containerStatuses?.[0]?.state?.waiting?.reason ?? '')),
  )
}
