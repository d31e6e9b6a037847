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
