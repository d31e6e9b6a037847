import type { TrialEvent } from '../model/event.ts'

/** Whether a container that waits for this is on its way to run; empty where it does not wait. */
export function isUsualReason(waitingReason: string): boolean {
  return ['', 'ContainerCreating', 'PodInitializing'].includes(waitingReason)
}

/** The first thing that a pod should not have done, for people: it restarted, or its container could not run; null where all was well. */
export function firstIllPod(events: readonly TrialEvent[]): string | null {
  for (const { type, data } of events) {
    if (type !== 'pod.changed') continue
    if (!isUsualReason(data.waitingReason)) return `${data.name} waited, ${data.waitingReason}`
    if (data.restarts > 0) return `${data.name} restarted`
  }
  return null
}
