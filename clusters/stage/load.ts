import { stringify } from 'yaml'
import type { KubeApi } from '../live/kube-api.ts'
import type { PodObject } from '../live/objects.ts'
import { k6Errors } from './k6-check.ts'
import { entryFile, k6Environment, k6Files } from './k6-script.ts'
import { loadProfile, type ProfiledLoad } from './load-stages.ts'
import { podRefusal, podTrouble } from './pod-trouble.ts'
import { Unavailable } from './unavailable.ts'
import { type Seen, waitFor } from './wait.ts'

/** Requests that k6 planned and what became of them. */
export interface LoadResult {
  readonly exitCode: number
  readonly sent: number
  readonly failed: number
  readonly dropped: number
}

export interface LoadRun extends ProfiledLoad {
  /** Text of a k6 script; scenarios/load/main.js says what it may bring, docs/how-to/bring-your-own-load.md what it may read. */
  readonly script: string
  /** Without a slash at its end. */
  readonly targetUrl: string
}

/** k6 ends with this code when a threshold is missed. */
const thresholdsMissed = 99

const name = 'load'

/** A Job that sends the load from inside the cluster; it is never restarted. */
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
              args: ['run', '--quiet', `/scripts/${entryFile}`],
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

/** One look at a load that was turned on: its result once k6 has ended, by exit code 99 too; it has failed where k6 failed by anything else. */
export type LookAtLoad = (signal: AbortSignal) => Promise<Seen<LoadResult>>

/** k6 ends by itself soon after the trial; a machine that is busy with the clean-up of a whole cluster may be late to say so. */
const resultWithinMs = 180_000

/** Waits for the load's end. */
export function loadResult(look: LookAtLoad, signal: AbortSignal): Promise<LoadResult> {
  return waitFor('the end of the load', () => look(signal), { timeoutMs: resultWithinMs, signal })
}

/** A look at the Job. */
export async function lookAtJob(api: KubeApi, namespace: string, signal: AbortSignal): Promise<Seen<LoadResult>> {
  const pods = `/api/v1/namespaces/${namespace}/pods`
  const { items } = await api.json<{ items: PodObject[] }>('GET', `${pods}?labelSelector=app%3D${name}`, { signal })
  const refusal = podRefusal(items)
  if (refusal !== undefined) return { failed: new Unavailable(`k6 cannot be started: ${refusal}`) }
  const [pod] = items
  const { terminated } = pod?.status?.containerStatuses?.[0]?.state ?? {}
  if (pod === undefined || terminated === undefined) {
    return { pending: podTrouble(items) ?? `k6: ${pod?.status?.phase ?? 'it has no pod'}` }
  }
  const { exitCode, reason, message } = terminated
  // The container's program could not be run, so there is no log.
  if (neverRan.includes(reason ?? '')) return { failed: new Unavailable(`k6 cannot be started: ${message ?? reason}`) }
  const log = await api.text(`${pods}/${pod.metadata.name}/log?container=k6`, { signal })
  return endedLoad(() => parseLoadResult(exitCode, log))
}

/** What containerd and Docker say of such a container. */
const neverRan = ['StartError', 'ContainerCannotRun']

function endedLoad(result: () => LoadResult): Seen<LoadResult> {
  try {
    return { done: result() }
  } catch (error) {
    return { failed: error as Error }
  }
}

/** @throws where the log has no summary or k6 failed by anything but a threshold. */
export function parseLoadResult(exitCode: number, log: string): LoadResult {
  // A script may print anything before.
  const summary = log.split('\n').findLast(line => line.startsWith('{"sent":'))
  if (summary === undefined || (exitCode !== 0 && exitCode !== thresholdsMissed)) {
    throw new Error(`k6 failed with exit code ${exitCode}: ${k6Errors(log)}`)
  }
  return { exitCode, ...(JSON.parse(summary) as Omit<LoadResult, 'exitCode'>) }
}
