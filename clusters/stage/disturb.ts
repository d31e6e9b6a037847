import type { TrialPlan } from '../../harness/model/trial.ts'
import type { KubeApi } from '../live/kube-api.ts'
import { hashLabel, type PodObject } from '../live/objects.ts'
import { rolloutPath } from '../live/operations.ts'
import { sleepUntil } from '../live/sleep-until.ts'
import { flagSwitch, flagsConfig } from '../live/tools/flags.ts'
import { serviceOrders, turningPoints } from './orders.ts'
import type { OverlaidManifests } from './overlay.ts'
import { recordPort } from './subject/configuration.ts'
import type { Orders } from './subject/orders.ts'

export interface DisturbSetting {
  readonly api: KubeApi
  readonly namespace: string
  /** What of it is to be done. */
  readonly plan: TrialPlan
  /** All that is known to happen by now: the orders of a service are of that. */
  readonly planNow: () => TrialPlan
  readonly manifests: OverlaidManifests
  /** Hash of the version before the deploy. */
  readonly fromHash: string
  readonly startEpochMs: number
  /** Has the pods of the subject told their orders. */
  readonly tellPods: () => Promise<void>
  readonly fallSick: (pod: string) => void
  readonly signal: AbortSignal
}

/** Something that is done at an instant of trial time. */
interface Deed {
  readonly atMs: number
  readonly run: () => Promise<unknown>
}

const merge = 'application/merge-patch+json'

/** Does to the things in a trial's namespace, at the plan's times, what is the doing of no release. Rejects where it cannot. */
export async function disturb(setting: DisturbSetting): Promise<void> {
  const { startEpochMs, plan, signal } = setting
  const due = deedsOf(setting).filter(({ atMs }) => atMs < plan.horizonMs)
  await Promise.all(
    due.map(async ({ atMs, run }) => {
      await sleepUntil(startEpochMs + atMs, signal)
      await run()
    }),
  )
}

function deedsOf(setting: DisturbSetting): Deed[] {
  const { plan, api, namespace, manifests, signal } = setting
  const { services, sickPod, evictions, crashesMs, rollingRestartsMs, prometheusDown, prometheusRestarts } =
    plan.disturbances
  const pods = `/api/v1/namespaces/${namespace}/pods`
  const scale = (replicas: number) =>
    api.json('PATCH', `/apis/apps/v1/namespaces/${namespace}/deployments/prometheus/scale`, {
      body: { spec: { replicas } },
      contentType: merge,
      signal,
    })
  const crash = async () => {
    const [pod] = await servingPods(setting)
    if (pod !== undefined) await order(setting, pod, 'exit', undefined)
  }
  const evict = async (count: number) => {
    for (const { metadata } of (await servingPods(setting, 'all')).slice(0, count)) {
      const { name } = metadata
      const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } }
      await api.json('POST', `${pods}/${name}/eviction`, { body, signal })
    }
  }
  const sicken = async () => {
    const [pod] = await servingPods(setting)
    if (pod !== undefined) setting.fallSick(pod.metadata.name)
    await setting.tellPods()
  }
  const restartAll = () =>
    api.json('PATCH', rolloutPath({ namespace, name: manifests.rollout }), {
      body: { spec: { restartAt: new Date().toISOString() } },
      contentType: merge,
      signal,
    })
  const flag = plan.incident?.flag ?? null
  const switchOn = async ({ name, before, after }: NonNullable<typeof flag>) => {
    // One that people inject was not there before, and what is new has not been switched.
    for (const body of [{ data: { [name]: before } }, flagSwitch(name, before, after, 'developer')])
      await api.json('PATCH', `/api/v1/namespaces/${namespace}/configmaps/${flagsConfig}`, {
        body,
        contentType: merge,
        signal,
      })
  }
  return [
    ...(flag === null ? [] : [{ atMs: plan.incident!.atMs, run: () => switchOn(flag) }]),
    ...turningPoints(plan).map(atMs => ({ atMs, run: () => Promise.all([setting.tellPods(), tellServices(setting)]) })),
    ...services
      .flatMap(window => repeats(window, plan.horizonMs))
      .map(atMs => ({ atMs, run: () => tellServicesAgain(setting) })),
    ...(sickPod === null ? [] : [{ atMs: sickPod.fromMs, run: sicken }]),
    ...evictions.map(({ atMs, pods: count }) => ({ atMs, run: () => evict(count) })),
    ...crashesMs.map(atMs => ({ atMs, run: crash })),
    ...rollingRestartsMs.map(atMs => ({ atMs, run: restartAll })),
    ...[...prometheusDown, ...prometheusRestarts].flatMap(({ fromMs, toMs }) => [
      { atMs: fromMs, run: () => scale(0) },
      { atMs: toMs, run: () => scale(1) },
    ]),
  ]
}

/** The Ready pods of the deployed version; of the version before where nothing else is there. Oldest first. */
async function servingPods(setting: DisturbSetting, which: 'deployed' | 'all' = 'deployed'): Promise<PodObject[]> {
  const { manifests, fromHash } = setting
  const ready = (await podsBehind(setting, manifests.labelSelector)).filter(
    ({ metadata, status }) => metadata.deletionTimestamp === undefined && status?.containerStatuses?.[0]?.ready,
  )
  const deployed = ready.filter(({ metadata }) => metadata.labels?.[hashLabel] !== fromHash)
  return which === 'all' || deployed.length === 0 ? ready : deployed
}

const repeatMs = 2000

function repeats({ fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }, horizonMs: number): number[] {
  const endMs = Math.min(toMs, horizonMs)
  return Array.from(
    { length: Math.max(0, Math.ceil((endMs - fromMs) / repeatMs) - 1) },
    (_, i) => fromMs + (i + 1) * repeatMs,
  )
}

/** A pod that has restarted meanwhile knows of nothing; one that is just starting hears of it the next time. */
async function tellServicesAgain(setting: DisturbSetting): Promise<void> {
  await tellServices(setting).catch(() => setting.signal.throwIfAborted())
}

/** What the services are to do from now on. */
async function tellServices(setting: DisturbSetting): Promise<void> {
  const { planNow, manifests, startEpochMs } = setting
  const { services } = planNow().disturbances
  for (const service of new Set(services.map(one => one.service))) {
    const orders = serviceOrders(services, service, Date.now() - startEpochMs)
    const pods = await podsBehind(setting, manifests.deployments[service] ?? '')
    await Promise.all(pods.map(pod => order(setting, pod, 'record', orders)))
  }
}

async function podsBehind({ api, namespace, signal }: DisturbSetting, labelSelector: string): Promise<PodObject[]> {
  // The API server takes an empty one for all pods.
  if (labelSelector === '') throw new Error('there is no label to know the pods of a disturbed service by')
  const path = `/api/v1/namespaces/${namespace}/pods?labelSelector=${encodeURIComponent(labelSelector)}`
  const { items } = await api.json<{ items: PodObject[] }>('GET', path, { signal })
  return items.toSorted((a, b) => a.metadata.creationTimestamp.localeCompare(b.metadata.creationTimestamp))
}

async function order(
  { api, namespace, signal }: DisturbSetting,
  { metadata }: PodObject,
  path: 'record' | 'exit',
  body: Orders | undefined,
): Promise<void> {
  const url = `/api/v1/namespaces/${namespace}/pods/${metadata.name}:${recordPort}/proxy/${path}`
  await api.json('POST', url, { body: body ?? {}, signal })
}
