import { stringify } from 'yaml'
import type { KubeApi } from '../live/kube-api.ts'
import type { PodObject } from '../live/objects.ts'
import { k6Errors } from './k6-check.ts'
import { entryFile, k6Environment, k6Files } from './k6-script.ts'
import { loadProfile, type ProfiledLoad } from './load-stages.ts'
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

/** k6 ends by itself soon after the trial; a machine that is busy with the clean-up of a whole cluster may be late to say so. */
const resultWithinMs = 180_000

/** Waits for the Job's end and reads its result. Exit code 99 is a result; any other failure throws with what k6 said. */
export async function loadResult(api: KubeApi, namespace: string, signal: AbortSignal): Promise<LoadResult> {
  const pods = `/api/v1/namespaces/${namespace}/pods`
  const { pod, exitCode } = await waitFor(
    'the end of the load',
    async (): Promise<Seen<{ pod: string; exitCode: number }>> => {
      const { items } = await api.json<{ items: PodObject[] }>('GET', `${pods}?labelSelector=app%3D${name}`, { signal })
      const state = items[0]?.status?.containerStatuses?.[0]?.state
      if (items[0] && state?.terminated) {
        return { done: { pod: items[0].metadata.name, exitCode: state.terminated.exitCode } }
      }
      return { pending: JSON.stringify(state ?? items[0]?.status?.phase ?? 'no pod') }
    },
    { timeoutMs: resultWithinMs, signal, intervalMs: 1000 },
  )
  const log = await api.text(`${pods}/${pod}/log?container=k6`, { signal })
  return parseLoadResult(exitCode, log)
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
