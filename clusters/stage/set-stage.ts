import type { RolloutObject } from '../live/objects.ts'
import { type ClusterTrial, loadOf, type RunningTrial, type TrialWorld, trialMs } from './cluster-trial.ts'
import { engineAccessManifests } from './engine-access.ts'
import type { LoadResult } from './load.ts'
import { subjectOrders } from './orders.ts'
import { type OverlaidManifests, overlayManifests } from './overlay.ts'
import { followPodRecords, type PodRecords } from './pod-records.ts'
import { prometheusAddress, prometheusManifests } from './prometheus.ts'
import { followRunTimeConfig, isIncidentOn, runTimeManifests } from './run-time-config.ts'
import { sendLoad } from './send-load.ts'
import { healthyRollout, scrapingPrometheus } from './stage-ready.ts'
import { sufferingPods } from './suffering-pods.ts'
import { type Seen, waitFor } from './wait.ts'

/** What stands when a trial can be played. */
export interface Stage {
  readonly manifests: OverlaidManifests
  /** The Rollout at its first revision. */
  readonly first: RolloutObject
  readonly records: PodRecords
}

/** All objects that a trial begins with. */
export function stageManifests(
  world: Pick<TrialWorld, 'manifests' | 'subjectImage' | 'prometheusImage' | 'telemetry' | 'pauseMs'>,
  { plan, analysis, level }: Pick<ClusterTrial, 'plan' | 'analysis' | 'level'>,
  namespace: string,
): OverlaidManifests {
  const manifests = overlayManifests(world.manifests, {
    image: world.subjectImage,
    prometheusAddress: prometheusAddress(namespace),
    analysis,
    env: { BASE_ERROR_RATIO: String(plan.baseErrorRatio) },
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

/** Applies the manifests, and waits for the first revision and for Prometheus. */
export async function setTheStage(running: RunningTrial): Promise<Stage> {
  const { world, trial, namespace } = running
  const { plan } = trial
  const { api, signal } = world
  const manifests = stageManifests(world, trial, namespace)
  await applyTo(running, manifests.text)
  const [first] = await Promise.all([
    healthyRollout(world, namespace, manifests.rollout),
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
    isTroubled: () => isIncidentOn(plan, trialMs(running), config()),
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
        plan,
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
  return { manifests, first, records }
}

/** Turns the load on, and waits for its first request. @throws what k6 said where it ended before one */
export async function turnOnTheLoad(running: RunningTrial, { manifests, records }: Stage): Promise<void> {
  const { world, trial, namespace } = running
  const { cluster, api, signal } = world
  const target = { cluster, api, namespace, service: manifests.service, signal }
  const look = await sendLoad(world.load, target, loadOf(trial.plan))
  running.lookAtLoad = look
  await waitFor(
    'the first request of the load',
    async (): Promise<Seen<true>> => {
      if (records.requests() > 0) return { done: true }
      const seen = await look(signal)
      return 'done' in seen ? { failed: endedEarly(seen.done) } : seen
    },
    { timeoutMs: 60_000, signal, intervalMs: 200 },
  )
}

function endedEarly({ exitCode, sent }: LoadResult): Error {
  return new Error(`k6 ended with exit code ${exitCode} after ${sent} requests, before one of them was seen at a pod`)
}

async function applyTo({ world, namespace }: RunningTrial, manifests: string): Promise<void> {
  await world.cluster.kubectl(['--namespace', namespace, 'apply', '--filename', '-'], manifests)
}
