import type { TrialEvent } from '../model/event.ts'

/** What a container waits for on its way to run. */
const usualReasons: readonly string[] = ['', 'ContainerCreating', 'PodInitializing']

/** The first thing that a pod should not have done, for people: it restarted, or its container could not run; null where all was well. */
export function firstIllPod(events: readonly TrialEvent[]): string | null {
  for (const { type, data } of events) {
    if (type !== 'pod.changed') continue
    if (!usualReasons.includes(data.waitingReason)) return `${data.name} waited, ${data.waitingReason}`
    if (data.restarts > 0) return `${data.name} restarted`
  }
  return null
}
