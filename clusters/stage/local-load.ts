import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import type { KubeApi } from '../live/kube-api.ts'
import { type ProcessOwner, processOf } from '../process-owner.ts'
import type { Cluster } from './cluster.ts'
import { entryFile, k6Environment, k6Files } from './k6-script.ts'
import { type Load, type LoadResult, type LoadRun, parseLoadResult } from './load.ts'
import { loadProfile } from './load-stages.ts'
import { k6Folders, makeOwnFolder, removeOwnFolder, writeRecord } from './own-folder.ts'
import { type Seen, waitFor } from './wait.ts'

export interface ServiceObject {
  readonly spec: {
    readonly selector: Readonly<Record<string, string>>
    readonly ports: readonly {
      readonly port: number
      readonly targetPort: number | string
      readonly nodePort?: number
    }[]
  }
}

interface NodeObject {
  readonly status: { readonly addresses: readonly { readonly type: string; readonly address: string }[] }
}

/** Where the load goes. */
export interface LoadedService {
  readonly cluster: Cluster
  readonly api: KubeApi
  readonly namespace: string
  readonly service: string
  readonly signal: AbortSignal
}

const entryName = 'load-entry'

/** A Service that opens another to whoever reaches a node. */
export function loadEntry({ selector, ports }: ServiceObject['spec']): object {
  const { port, targetPort } = ports[0]!
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: entryName },
    spec: { type: 'NodePort', selector, ports: [{ port, targetPort }] },
  }
}

/**
 * Opens a Service to this machine, by a port of every node: requests are spread over the pods as inside the cluster, while a port-forward
 * would send them all to one pod. @returns its URL. @throws where a node's port cannot be reached from here
 */
async function openService({ cluster, api, namespace, service, signal }: LoadedService): Promise<string> {
  const services = `/api/v1/namespaces/${namespace}/services`
  const { spec } = await api.json<ServiceObject>('GET', `${services}/${service}`, { signal })
  const entry = JSON.stringify(loadEntry(spec))
  await cluster.kubectl(['--namespace', namespace, 'apply', '--filename', '-'], entry)
  const opened = await api.json<ServiceObject>('GET', `${services}/${entryName}`, { signal })
  const nodes = await api.json<{ items: NodeObject[] }>('GET', '/api/v1/nodes', { signal })
  const addresses = nodes.items.flatMap(({ status }) => status.addresses)
  const address = addresses.find(({ type }) => type === 'InternalIP')?.address
  const url = `http://${address}:${opened.spec.ports[0]!.nodePort}`
  await waitFor(
    `an answer of the subject to this machine at ${url} (a k6 in the cluster needs none: leave out --k6 local)`,
    async (): Promise<Seen<true>> => {
      await fetch(`${url}/ready`, { signal: AbortSignal.any([signal, AbortSignal.timeout(2000)]) })
      return { done: true }
    },
    { timeoutMs: 10_000, signal, intervalMs: 200 },
  )
  return url
}

/** A load from this machine. It is under way as soon as it begins, so nothing of it is there before. @param signal ends it */
export function localLoad(program: string, load: Omit<LoadRun, 'targetUrl'>, service: LoadedService): Load {
  const stopped = new AbortController()
  let targetUrl = ''
  let seen: Seen<LoadResult> | undefined
  return {
    async ready() {
      targetUrl = await openService(service)
    },
    async begin() {
      if (seen !== undefined) return
      seen = { pending: 'k6 runs on this machine' }
      runLocalLoad(program, { ...load, targetUrl }, service.signal, stopped.signal).then(
        done => {
          seen = { done }
        },
        (failed: Error) => {
          seen = { failed }
        },
      )
    },
    look: async () => seen ?? { pending: 'k6 has not begun' },
    stop: async () => stopped.abort(),
  }
}

/** k6 v1 ends with this code at SIGTERM. */
const interrupted = 105

/**
 * Runs k6 on this machine until its end, or until it is stopped. Exit code 99 is a result; any other failure throws with what k6 said, as
 * does an abort of the signal.
 */
export async function runLocalLoad(
  program: string,
  load: LoadRun,
  signal: AbortSignal,
  stopped: AbortSignal,
): Promise<LoadResult> {
  const profile = loadProfile(load)
  const own = await makeOwnFolder<ProcessOwner | null>(k6Folders, null)
  const folder = own.path
  try {
    for (const [name, text] of Object.entries(k6Files(load.script, profile))) await writeFile(join(folder, name), text)
    const k6 = execa(program, ['run', '--quiet', join(folder, entryFile)], {
      reject: false,
      stdin: 'ignore',
      all: true,
      env: k6Environment(load.targetUrl, profile, load.leadMs + load.durationMs),
      cancelSignal: AbortSignal.any([signal, stopped]),
      forceKillAfterDelay: 5000,
    })
    if (k6.pid !== undefined) await writeRecord({ ...own, record: processOf(k6.pid) })
    const result = await k6
    signal.throwIfAborted()
    if (result.exitCode === undefined) throw new Error(`k6 could not be run: ${result.shortMessage}`)
    return parseLoadResult(stopped.aborted && result.exitCode === interrupted ? 0 : result.exitCode, result.all)
  } finally {
    await removeOwnFolder(folder)
  }
}
