import type { KubeApi } from '../live/kube-api.ts'
import type { PodObject, RolloutObject } from '../live/objects.ts'
import { rolloutPath } from '../live/operations.ts'
import { podTrouble } from './pod-trouble.ts'
import { prometheusPath } from './prometheus.ts'
import { type Seen, waitFor } from './wait.ts'

const readyWithinMs = 180_000

/** Waits for the first revision. */
export async function healthyRollout(
  api: KubeApi,
  namespace: string,
  name: string,
  signal: AbortSignal,
): Promise<RolloutObject> {
  const pods = `/api/v1/namespaces/${namespace}/pods`
  return waitFor(
    `revision 1 of ${namespace}/${name} to be Healthy`,
    async (): Promise<Seen<RolloutObject>> => {
      const rollout = await api.json<RolloutObject>('GET', rolloutPath({ namespace, name }), { signal })
      const { phase = 'no status', message = '', observedGeneration } = rollout.status ?? {}
      const observed = observedGeneration === String(rollout.metadata.generation)
      if (observed && phase === 'Healthy') return { done: rollout }
      const { items } = await api.json<{ items: PodObject[] }>('GET', pods, { signal })
      const trouble = podTrouble(items)
      return { pending: `${phase} ${message}${trouble === undefined ? '' : `; ${trouble}`}` }
    },
    { timeoutMs: readyWithinMs, signal },
  )
}

/** Waits for a Prometheus that knows the pods: looks begin at t = 0. */
export async function scrapingPrometheus(api: KubeApi, namespace: string, signal: AbortSignal): Promise<void> {
  const query = `${prometheusPath(namespace)}/api/v1/query?query=count(up==1)`
  await waitFor(
    `Prometheus in ${namespace} to scrape`,
    async (): Promise<Seen<void>> => {
      const { data } = await api.json<{ data: { result: unknown[] } }>('GET', query, { signal })
      return data.result.length > 0 ? { done: undefined } : { pending: 'it has scraped no pod' }
    },
    { timeoutMs: readyWithinMs, signal },
  )
}
