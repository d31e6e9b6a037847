import type { KubernetesEvent } from '../../../harness/model/tool.ts'
import type { EventObject } from '../objects.ts'
import { type Asked, trialMs } from './asked.ts'

/** Events of the Rollout, its ReplicaSets, pods and AnalysisRuns since then, oldest first. The API server keeps them for an hour. */
export async function eventsSince(asked: Asked, sinceMs: number): Promise<KubernetesEvent[]> {
  const { api, namespace, rollout, signal } = asked
  const { items } = await api.json<{ items: EventObject[] }>('GET', `/api/v1/namespaces/${namespace}/events`, {
    signal,
  })
  return items
    .filter(({ involvedObject: { name } }) => name === rollout || name.startsWith(`${rollout}-`))
    .map(({ metadata, involvedObject, reason = '', message = '', eventTime, lastTimestamp }) => ({
      atMs: trialMs(asked, lastTimestamp ?? eventTime ?? metadata.creationTimestamp),
      object: `${involvedObject.kind}/${involvedObject.name}`,
      reason,
      message,
    }))
    .filter(({ atMs }) => atMs >= sinceMs)
    .sort((a, b) => a.atMs - b.atMs)
}
