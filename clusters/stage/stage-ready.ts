import type { PodObject, RolloutObject } from '../live/objects.ts'
import { rolloutPath } from '../live/operations.ts'
import type { TrialWorld } from './cluster-trial.ts'
import { imageSettings, missingImage } from './missing-image.ts'
import { podTrouble } from './pod-trouble.ts'
import { prometheusPath } from './prometheus.ts'
import { type Seen, waitFor } from './wait.ts'

type World = Pick<TrialWorld, 'api' | 'subjectImage' | 'prometheusImage' | 'signal'>

const readyWithinMs = 180_000

/** Waits for the first revision. @throws MissingImage as soon as it is known that an image cannot be had */
export async function healthyRollout(world: World, namespace: string, name: string): Promise<RolloutObject> {
  const { api, signal } = world
  return waitFor(
    `revision 1 of ${namespace}/${name} to be Healthy`,
    async (): Promise<Seen<RolloutObject>> => {
      const rollout = await api.json<RolloutObject>('GET', rolloutPath({ namespace, name }), { signal })
      const { phase = 'no status', message = '', observedGeneration } = rollout.status ?? {}
      const observed = observedGeneration === String(rollout.metadata.generation)
      if (observed && phase === 'Healthy') return { done: rollout }
      return notYet(world, namespace, `${phase} ${message}`)
    },
    { timeoutMs: readyWithinMs, signal, intervalMs: 1000 },
  )
}

/** Waits for a Prometheus that knows the pods: looks begin at t = 0. @throws MissingImage */
export async function scrapingPrometheus(world: World, namespace: string): Promise<void> {
  const { api, signal } = world
  const query = `${prometheusPath(namespace)}/api/v1/query?query=count(up==1)`
  await waitFor(
    `Prometheus in ${namespace} to scrape`,
    async (): Promise<Seen<void>> => {
      try {
        const { data } = await api.json<{ data: { result: unknown[] } }>('GET', query, { signal })
        return data.result.length > 0 ? { done: undefined } : { pending: 'it has scraped no pod' }
      } catch (error) {
        return notYet(world, namespace, error instanceof Error ? error.message : String(error))
      }
    },
    { timeoutMs: readyWithinMs, signal },
  )
}

async function notYet<T>(world: World, namespace: string, seen: string): Promise<Seen<T>> {
  const pods = `/api/v1/namespaces/${namespace}/pods`
  const { items } = await world.api.json<{ items: PodObject[] }>('GET', pods, { signal: world.signal })
  const failed = missingImage(items, imageSettings(world))
  if (failed !== undefined) return { failed }
  const trouble = podTrouble(items)
  return { pending: trouble === undefined ? seen : `${seen}; ${trouble}` }
}
