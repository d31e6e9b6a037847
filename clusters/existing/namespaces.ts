import { type KubeApi, KubeError } from '../live/kube-api.ts'
import type { Cluster } from '../stage/cluster.ts'
import {
  deleteNamespace,
  freshLabels,
  isOfRun,
  makeNamespace,
  type Namespaces,
  readNamespace,
} from '../stage/namespaces.ts'
import { Unavailable } from '../stage/unavailable.ts'
import { type Seen, waitFor } from '../stage/wait.ts'
import type { UsedNamespace } from './rights.ts'

/** What pods belong to or are reached by: with any of these there a trial would mix with what is not its own. */
export const workloads: readonly string[] = [
  'pods',
  'replicasets.apps',
  'deployments.apps',
  'statefulsets.apps',
  'daemonsets.apps',
  'jobs.batch',
  'services',
  'rollouts.argoproj.io',
]

/** What the controllers of a cluster make for our objects, and delete after them. */
export const followers: readonly string[] = ['pods', 'replicasets.apps', 'jobs.batch', 'analysisruns.argoproj.io']

const goneWithinMs = 180_000

/** Which namespaces are there. @throws Unavailable for one that is being deleted, or that the user may not see */
export async function surveyNamespaces(
  api: KubeApi,
  names: readonly string[],
  signal: AbortSignal,
): Promise<UsedNamespace[]> {
  return Promise.all(
    names.map(async name => {
      const found = await readNamespace(api, name, signal).catch((error: unknown) => {
        if (!(error instanceof KubeError && error.status === 403)) throw error
        throw new Unavailable(
          `this user may not see whether there is a namespace ${name}: have \`get\` of it granted, as by the ClusterRole \`view\` in it`,
        )
      })
      if (found?.status?.phase === 'Terminating')
        throw new Unavailable(`namespace ${name} is being deleted: run again when it is gone`)
      return { name, exists: found !== undefined }
    }),
  )
}

/** What is in a namespace and would mix with a trial, or has the name of one of its objects, as `pod/web-1`; empty: it may be used. */
export async function occupants(cluster: Cluster, namespace: string, planned: string): Promise<string[]> {
  const asked = ['--namespace', namespace, 'get', '--output', 'name', '--ignore-not-found']
  const [there, sameNames] = await Promise.all([
    cluster.kubectl([...asked, workloads.join(',')]),
    cluster.kubectl([...asked, '--filename', '-'], planned),
  ])
  const names = `${there}\n${sameNames}`.split('\n').filter(name => name !== '')
  return [...new Set(names)]
}

/**
 * Namespaces of an allow-list, each used by one trial at a time. One that was there loses what carries the run's labels, any other is
 * made and deleted.
 * @param cluster not ended by the run's signal: an interrupted run cleans up too
 * @param kinds of the objects that the run has applied so far, as kubectl names them
 */
export function allowedNamespaces(
  { api, cluster, runId }: { readonly api: KubeApi; readonly cluster: Cluster; readonly runId: string },
  allowed: readonly UsedNamespace[],
  kinds: () => readonly string[],
): Namespaces {
  const existing = new Set(allowed.filter(({ exists }) => exists).map(({ name }) => name))
  const free = allowed.map(({ name }) => name)
  const waiting: (() => void)[] = []

  async function take(signal: AbortSignal): Promise<string> {
    for (;;) {
      signal.throwIfAborted()
      const name = free.shift()
      if (name !== undefined) return name
      const { promise, resolve } = Promise.withResolvers<void>()
      waiting.push(resolve)
      signal.addEventListener('abort', () => resolve(), { once: true })
      await promise
    }
  }

  async function empty(name: string): Promise<void> {
    if (!existing.has(name)) return deleteNamespace(api, name, isOfRun(runId))
    const inIt = ['--namespace', name]
    const labelled = Object.entries(freshLabels(runId)).map(([label, value]) => `${label}=${value}`)
    const ours = ['--selector', labelled.join(','), '--ignore-not-found', '--wait=true', '--timeout=180s']
    if (kinds().length > 0) await cluster.kubectl([...inIt, 'delete', kinds().join(','), ...ours])
    await gone(`what the run made in ${name}`, async () => {
      const left = await cluster.kubectl([
        ...inIt,
        'get',
        followers.join(','),
        '--output',
        'name',
        '--ignore-not-found',
      ])
      return left === '' ? { done: undefined } : { pending: `there are ${left.split('\n').join(', ')}` }
    })
  }

  function giveBack(name: string) {
    free.push(name)
    waiting.shift()?.()
  }

  async function close(name: string): Promise<void> {
    await empty(name)
    giveBack(name)
  }

  return {
    async open(signal) {
      const name = await take(signal)
      if (existing.has(name)) return name
      try {
        await makeNamespace(api, name, runId, signal)
        return name
      } catch (error) {
        giveBack(name)
        throw error
      }
    },
    close,
  }
}

async function gone(what: string, probe: () => Promise<Seen<void>>): Promise<void> {
  const { signal } = new AbortController()
  await waitFor(`the end of ${what}`, probe, { timeoutMs: goneWithinMs, signal })
}
