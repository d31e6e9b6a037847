import { randomBytes } from 'node:crypto'
import { type KubeApi, KubeError } from '../live/kube-api.ts'
import type { ObjectMeta } from '../live/objects.ts'
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
      await makeNamespace(api, name, runId, signal)
      return name
    },
    close: name => deleteNamespace(api, name, isOfRun(runId)),
  }
}

interface NamespaceObject {
  readonly metadata: ObjectMeta
  readonly status?: { readonly phase?: string }
}

type IsOurs = (namespace: NamespaceObject['metadata']) => boolean

/** Whether a run has made it. */
export function isOfRun(runId: string): IsOurs {
  const marks = Object.entries(freshLabels(runId))
  return ({ labels = {} }) => marks.every(([label, value]) => labels[label] === value)
}

/** Makes a namespace, or leaves none behind. @throws KubeError where the server refuses it, one of that name among the reasons */
export async function makeNamespace(api: KubeApi, name: string, runId: string, signal: AbortSignal): Promise<void> {
  const metadata = { name, labels: freshLabels(runId), annotations: ownerAnnotation() }
  const body = { apiVersion: 'v1', kind: 'Namespace', metadata }
  const isOurs = isOfRun(runId)
  let isUncertain = false
  try {
    await waitFor(
      `the namespace ${name}`,
      async (): Promise<Seen<void>> => {
        try {
          // Not ended by the signal: whether it was made would not be known.
          await api.json('POST', '/api/v1/namespaces', { body })
        } catch (error) {
          // An earlier attempt, whose answer was lost.
          const there = isUncertain && isStatus(error, 409) ? await readNamespace(api, name) : undefined
          if (there !== undefined && isOurs(there.metadata)) return { done: undefined }
          // A server that has just come back knows not yet who may do what.
          if (isRefusal(error) && !(isUncertain && isStatus(error, 403))) return { failed: error }
          isUncertain = true
          throw error
        }
        return { done: undefined }
      },
      { timeoutMs: 60_000, signal, intervalMs: 2000 },
    )
  } catch (error) {
    if (isUncertain) await deleteNamespace(api, name, isOurs)
    throw error
  }
}

/** Deletes the namespace of a name where it is ours, and no other that has the name meanwhile. Resolves when it is gone. */
export async function deleteNamespace(api: KubeApi, name: string, isOurs: IsOurs): Promise<void> {
  let uid: string | undefined
  // Not ended by the run's signal: an interrupted run cleans up too.
  const { signal } = new AbortController()
  await waitFor(
    `the end of namespace ${name}`,
    async (): Promise<Seen<void>> => {
      const there = await readNamespace(api, name)
      if (there === undefined || !isOurs(there.metadata)) return { done: undefined }
      if (there.metadata.uid === uid) return { pending: 'it is being deleted' }
      const body = { preconditions: { uid: there.metadata.uid } }
      try {
        await api.json('DELETE', `/api/v1/namespaces/${name}`, { body })
      } catch (error) {
        if (isRefusal(error) && !isStatus(error, 409)) return { failed: error }
        throw error
      }
      uid = there.metadata.uid
      return { pending: 'it is being deleted' }
    },
    { timeoutMs: goneWithinMs, signal },
  )
}

/** undefined: there is none. */
export async function readNamespace(
  api: KubeApi,
  name: string,
  signal?: AbortSignal,
): Promise<NamespaceObject | undefined> {
  try {
    return await api.json<NamespaceObject>('GET', `/api/v1/namespaces/${name}`, signal && { signal })
  } catch (error) {
    if (isStatus(error, 404)) return undefined
    throw error
  }
}

function isStatus(error: unknown, status: number): error is KubeError {
  return error instanceof KubeError && error.status === status
}

/** A no that stays one. */
function isRefusal(error: unknown): error is KubeError {
  return error instanceof KubeError && error.status < 500 && error.status !== 429
}
