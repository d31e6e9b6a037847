import { randomBytes } from 'node:crypto'
import { type KubeApi, KubeError } from '../live/kube-api.ts'
import { ownProcess } from '../process-owner.ts'
import { type Seen, waitFor } from './wait.ts'

/** Where trials get their namespaces from. */
export interface Namespaces {
  /** An empty one, nobody else's. */
  open(signal: AbortSignal): Promise<string>
  /** Removes it with all that is in it; resolves when it is gone. */
  close(namespace: string): Promise<void>
}

/** On everything that carmine makes in a cluster, a namespace itself at least. */
export const managedBy = { 'app.kubernetes.io/managed-by': 'carmine' } as const

/** The label that names the run. */
export const runLabel = 'carmine/run'

/** The labels of what a run makes. */
export function freshLabels(runId: string): Readonly<Record<string, string>> {
  return { ...managedBy, [runLabel]: runId }
}

/** Names the process that uses a namespace. */
export const ownerKey = 'carmine/owner'

/** The annotation of what a run makes. */
export function ownerAnnotation(): Readonly<Record<string, string>> {
  return { [ownerKey]: JSON.stringify(ownProcess()) }
}

const goneWithinMs = 180_000

/** Namespaces that are made for the purpose. Their names say nothing of the trial, as the engine can read them. */
export function freshNamespaces(api: KubeApi, runId: string): Namespaces {
  return {
    async open(signal) {
      const name = `trial-${randomBytes(4).toString('hex')}`
      const metadata = { name, labels: freshLabels(runId), annotations: ownerAnnotation() }
      const body = { apiVersion: 'v1', kind: 'Namespace', metadata }
      await waitFor(
        'a namespace for the next trial',
        async (): Promise<Seen<void>> => {
          await api.json('POST', '/api/v1/namespaces', { body, signal }).catch((error: unknown) => {
            // An earlier attempt whose answer was lost.
            if (!(error instanceof KubeError && error.status === 409)) throw error
          })
          return { done: undefined }
        },
        { timeoutMs: 60_000, signal, intervalMs: 2000 },
      )
      return name
    },
    close: name => deleteNamespace(api, name),
  }
}

/** Resolves when it is gone, and where it was not there. */
export async function deleteNamespace(api: KubeApi, name: string): Promise<void> {
  const path = `/api/v1/namespaces/${name}`
  const probe = async (method: string): Promise<Seen<void>> => {
    try {
      await api.json(method, path)
      return { pending: 'it is being deleted' }
    } catch (error) {
      if (error instanceof KubeError && error.status === 404) return { done: undefined }
      throw error
    }
  }
  if ('done' in (await probe('DELETE'))) return
  // Not ended by the run's signal: an interrupted run cleans up too.
  const { signal } = new AbortController()
  await waitFor(`the end of namespace ${name}`, () => probe('GET'), { timeoutMs: goneWithinMs, signal })
}
