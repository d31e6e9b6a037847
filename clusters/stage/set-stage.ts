import type { RolloutObject } from '../live/objects.ts'
import { type ClusterTrial, loadOf, type RunningTrial, type TrialWorld, trialMs } from './cluster-trial.ts'
import { engineAccessManifests } from './engine-access.ts'
import { jobLoad, loadManifests } from './job-load.ts'
import type { Load, LoadResult } from './load.ts'
import { localLoad } from './local-load.ts'
import { subjectOrders } from './orders.ts'
import { type OverlaidManifests, overlayManifests } from './overlay.ts'
import { followPodRecords, type PodRecords } from './pod-records.ts'
import { prometheusAddress, prometheusManifests } from './prometheus.ts'
import { followRunTimeConfig, isIncidentOn, runTimeManifests } from './run-time-config.ts'
import { healthyRollout, scrapingPrometheus } from './stage-ready.ts'
import { recordKeyVariable } from './subject/configuration.ts'
import { newLock } from './subject/seal.ts'
import { sufferingPods } from './suffering-pods.ts'
import { type Seen, waitFor } from './wait.ts'

/** What stands when a trial can be played. */
export interface Stage {
  readonly manifests: OverlaidManifests
  /** The Rollout at its first revision. */
  readonly first: RolloutObject
  readonly records: PodRecords
  /** Stands ready. */
  readonly load: Load
}

/** All objects that a trial begins with. @param recordKey public key that the pods' last words are sealed with */
export function stageManifests(
  world: Pick<TrialWorld, 'manifests' | 'subjectImage' | 'prometheusImage' | 'telemetry' | 'pauseMs'>,
  { plan, analysis, level }: Pick<ClusterTrial, 'plan' | 'analysis' | 'level'>,
  namespace: string,
  recordKey: string,
): OverlaidManifests {
  const manifests = overlayManifests(world.manifests, {
    image: world.subjectImage,
    prometheusAddress: prometheusAddress(namespace),
    analysis,
    env: { BASE_ERROR_RATIO: String(plan.baseErrorRatio), [recordKeyVariable]: recordKey },
    release: plan.release,
    ...(world.pauseMs !== undefined && { pauseMs: world.pauseMs }),
  })
  const parts = [
    prometheusManifests(world, namespace, world.telemetry),
    engineAccessManifests(namespace, manifests, level),
    manifests.text,
    ...runTimeManifests(manifests.rollout, plan).map(one => JSON.stringify(one)),
  ]
  return { ...manifests, text: parts.join('\n---\n') }
}

/** Applies the manifests, and waits for the first revision, for Prometheus and for k6. */
export async function setTheStage(running: RunningTrial): Promise<Stage> {
  const { world, trial, namespace } = running
  const { api, signal } = world
  const lock = newLock()
  const manifests = stageManifests(world, trial, namespace, lock.publicKey)
  const { load, text } = loadFor(running, manifests.service)
  await applyTo(running, `${manifests.text}${text}`)
  const [first] = await Promise.all([
    healthyRollout(world, namespace, manifests.rollout).then(async rollout => {
      // From this machine the service is asked for an answer.
      await load.ready(signal)
      return rollout
    }),
    scrapingPrometheus(world, namespace),
  ])
  let records: PodRecords | undefined
  const config = await followRunTimeConfig({
    api,
    namespace,
    rollout: manifests.rollout,
    onChange: () => void records?.poll(),
    onFailure: error => running.invalidate(`the ConfigMaps could not be followed: ${error.message}`),
    signal,
  })
  const suffering = sufferingPods({
    isTroubled: () => isIncidentOn(running.plan, trialMs(running), config()),
    onChange(pod, touched, atMs) {
      if (running.startEpochMs === undefined) return
      running.append(Math.max(0, atMs - running.startEpochMs), 'truth.pod', { pod, touched })
    },
  })
  const places = new Map<string, number>()
  records = await followPodRecords({
    api,
    namespace,
    labelSelector: manifests.labelSelector,
    lock,
    onPod(pod, gone) {
      if (running.startEpochMs === undefined && !gone)
        places.set(pod.metadata.name, places.get(pod.metadata.name) ?? places.size)
      suffering.see(pod, gone, Date.now())
    },
    onPoll: () => suffering.tick(Date.now()),
    ordersFor(pod) {
      const { startEpochMs } = running
      if (startEpochMs === undefined) return undefined
      const { name } = pod.metadata
      const startedAt = pod.status?.containerStatuses?.[0]?.state?.running?.startedAt ?? ''
      return subjectOrders(
        running.plan,
        Date.now() - startEpochMs,
        {
          isOld: Date.parse(startedAt) < startEpochMs,
          isSick: running.sickPod === name,
          place: places.get(name),
        },
        config(),
      )
    },
    onFailure: error => running.invalidate(`the pods could not be followed: ${error.message}`),
    signal,
  })
  return { manifests, first, records, load }
}

/** Turns the load on, and waits for its first request. @throws what k6 said where it ended before one */
export async function turnOnTheLoad({ world: { signal } }: RunningTrial, { load, records }: Stage): Promise<void> {
  await waitFor(
    'the first request of the load',
    async (): Promise<Seen<true>> => {
      await load.begin(signal)
      await records.poll()
      if (records.requests() > 0) return { done: true }
      const seen = await load.look(signal)
      return 'done' in seen ? { failed: endedEarly(seen.done) } : seen
    },
    { timeoutMs: 60_000, signal, intervalMs: 200 },
  )
}

function endedEarly({ sent }: LoadResult): Error {
  return new Error(`k6 ended after ${sent} requests, before one of them was seen at a pod`)
}

/** What sends the load, and its manifests where it is in the cluster. */
function loadFor({ world, trial, namespace }: RunningTrial, service: string): { load: Load; text: string } {
  const { api, cluster, signal } = world
  const { k6, script } = world.load
  const profiled = { ...loadOf(trial.plan), script }
  if (!('image' in k6)) {
    return { load: localLoad(k6.program, profiled, { cluster, api, namespace, service, signal }), text: '' }
  }
  const text = loadManifests({ ...profiled, image: k6.image, targetUrl: `http://${service}` })
  return { load: jobLoad(api, namespace), text: `\n---\n${text}` }
}

async function applyTo({ world, namespace }: RunningTrial, manifests: string): Promise<void> {
  await world.cluster.kubectl(['--namespace', namespace, 'apply', '--filename', '-'], manifests)
}
