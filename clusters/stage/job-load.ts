import { stringify } from 'yaml'
import type { KubeApi } from '../live/kube-api.ts'
import type { PodObject } from '../live/objects.ts'
import { entryFile, k6Environment, k6Files } from './k6-script.ts'
import { type Load, type LoadResult, type LoadRun, parseLoadResult } from './load.ts'
import { loadProfile } from './load-stages.ts'
import { podRefusal, podTrouble } from './pod-trouble.ts'
import { Unavailable } from './unavailable.ts'
import { type Seen, waitFor } from './wait.ts'

const name = 'load'
/** Of k6's own HTTP API (https://grafana.com/docs/k6/latest/reference/k6-rest-api), which no manifest declares. */
const controlPort = 6565

/** A Job with a k6 that waits until it is told to begin; it is never restarted. */
export function loadManifests(load: LoadRun & { readonly image: string }): string {
  const profile = loadProfile(load)
  const environment = k6Environment(load.targetUrl, profile, load.leadMs + load.durationMs)
  const job = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name },
    spec: {
      backoffLimit: 0,
      template: {
        metadata: { labels: { app: name } },
        spec: {
          restartPolicy: 'Never',
          terminationGracePeriodSeconds: 2,
          containers: [
            {
              name: 'k6',
              image: load.image,
              imagePullPolicy: 'IfNotPresent',
              command: ['k6'],
              args: ['run', '--quiet', '--paused', '--address', `:${controlPort}`, `/scripts/${entryFile}`],
              env: Object.entries(environment).map(([name, value]) => ({ name, value })),
              volumeMounts: [{ name: 'scripts', mountPath: '/scripts' }],
            },
          ],
          volumes: [{ name: 'scripts', configMap: { name } }],
        },
      },
    },
  }
  const scripts = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: k6Files(load.script, profile) }
  return [scripts, job].map(document => stringify(document)).join('---\n')
}

interface K6Status {
  readonly paused: boolean
  /** lib/execution.go of k6 v1: 4 is ExecutionStatusPausedBeforeRun. */
  readonly status: number
}

const pausedBeforeRun = 4
const readyWithinMs = 180_000

/** The load of the Job that `loadManifests` has. */
export function jobLoad(api: KubeApi, namespace: string): Load {
  const pods = `/api/v1/namespaces/${namespace}/pods`

  async function ofJob(signal: AbortSignal): Promise<PodObject[]> {
    const path = `${pods}?labelSelector=app%3D${name}`
    return (await api.json<{ items: PodObject[] }>('GET', path, { signal })).items
  }

  async function control(method: 'GET' | 'PATCH', signal: AbortSignal, attributes?: object): Promise<K6Status> {
    const [pod] = await ofJob(signal)
    const body = attributes && { data: { type: 'status', id: 'default', attributes } }
    const path = `${pods}/${pod?.metadata.name}:${controlPort}/proxy/v1/status`
    const { data } = await api.json<{ data: { attributes: K6Status } }>(method, path, { body, signal, timeoutMs: 3000 })
    return data.attributes
  }

  async function look(signal: AbortSignal): Promise<Seen<LoadResult>> {
    const items = await ofJob(signal)
    const refusal = podRefusal(items)
    if (refusal !== undefined) return { failed: new Unavailable(`k6 cannot be started: ${refusal}`) }
    const [pod] = items
    const { terminated } = pod?.status?.containerStatuses?.[0]?.state ?? {}
    if (pod === undefined || terminated === undefined) {
      return { pending: podTrouble(items) ?? `k6: ${pod?.status?.phase ?? 'it has no pod'}` }
    }
    const { exitCode, reason, message } = terminated
    // The container's program could not be run, so there is no log.
    if (neverRan.includes(reason ?? ''))
      return { failed: new Unavailable(`k6 cannot be started: ${message ?? reason}`) }
    const log = await api.text(`${pods}/${pod.metadata.name}/log?container=k6`, { signal })
    try {
      return { done: parseLoadResult(exitCode, log) }
    } catch (error) {
      return { failed: error as Error }
    }
  }

  return {
    look,
    ready: signal =>
      waitFor(
        'k6 to have read its script',
        async (): Promise<Seen<void>> => {
          const seen = await look(signal)
          if ('failed' in seen) return seen
          if ('done' in seen) return { failed: new Error('k6 ended before it was told to begin') }
          const { status } = await control('GET', signal)
          return status === pausedBeforeRun ? { done: undefined } : seen
        },
        { timeoutMs: readyWithinMs, signal },
      ),
    async begin(signal) {
      // What runs cannot be told to begin again.
      if ((await control('GET', signal)).paused) await control('PATCH', signal, { paused: false })
    },
    stop: async signal => void (await control('PATCH', signal, { stopped: true })),
  }
}

/** What containerd and Docker say of such a container. */
const neverRan = ['StartError', 'ContainerCannotRun']
