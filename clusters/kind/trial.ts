import { setTimeout as sleep } from 'node:timers/promises'
import type { Behaviour } from '../../harness/model/behaviour.ts'
import type { Effect } from '../../harness/model/effect.ts'
import type { EventData } from '../../harness/model/event.ts'
import type { TimedObservation } from '../../harness/model/observation.ts'
import { encodeRelease } from '../../harness/model/release.ts'
import type { TrialLog } from '../../harness/model/trial-log.ts'
import { connectKube, type KubeApi } from '../live/kube-api.ts'
import { hashLabel, type PodObject, type RolloutObject } from '../live/objects.ts'
import { rolloutPath } from '../live/operations.ts'
import { runShell } from '../live/shell.ts'
import type { Telemetry } from '../manifests/telemetry.ts'
import type { KindCluster } from './cluster.ts'
import { engineAccessManifests, engineKubeconfig } from './engine-access.ts'
import { type LoadResult, loadManifests, loadResult } from './load.ts'
import { type OverlaidManifests, overlayManifests, releaseKey } from './overlay.ts'
import { followPodRecords, type PodRecords } from './pod-records.ts'
import { prometheusPath } from './prometheus.ts'
import { collectEvents, type TrialEvents } from './trial-events.ts'
import { truthCells } from './truth.ts'
import { type Seen, waitFor } from './wait.ts'

/** One trial as the suite plans it. */
export interface KindTrialPlan {
  /** First event of the log. Its `horizonMs` is the trial's length. */
  readonly started: EventData<'trial.started'>
  /** Of the released version. */
  readonly behaviour: Behaviour
  readonly deployAtMs: number
  readonly requestsPerSecond: number
  /** Whether the manifests' own analysis may abort. */
  readonly analysis: 'live' | 'dryRun'
  /** One step of the engine under test. */
  readonly step: (observation: TimedObservation) => Effect[]
}

export interface KindTrialResult {
  readonly plan: KindTrialPlan
  readonly namespace: string
  readonly log: TrialLog
  /** Why the trial does not count; empty for a valid one. They are in the log as `trial.invalidated` too. */
  readonly problems: readonly string[]
  readonly load: LoadResult | null
}

/** What the trials of one run share. */
export interface KindTrialWorld {
  readonly cluster: KindCluster
  /** With all rights, for the harness alone. */
  readonly api: KubeApi
  readonly manifests: readonly { readonly name: string; readonly text: string }[]
  readonly telemetry: Telemetry
  readonly pauseMs: number | undefined
  readonly subjectImage: string
  readonly k6Image: string
  readonly loadScript: string
  readonly lookIntervalMs: number
  readonly say: (line: string) => void
  readonly signal: AbortSignal
}

/** Share of the planned requests that has to be sent for the trial to be valid. */
const loadShare = 0.9
/** The load goes on this long after the horizon, so that its end is not in the trial. */
const loadTailMs = 3000

/**
 * Runs one trial in a namespace of its own: first revision Healthy, load on, t = 0, deploy, engine until the horizon. What makes a trial
 * invalid is in its result; rejects only when the signal aborts or the engine throws.
 */
export async function runKindTrial(
  world: KindTrialWorld,
  plan: KindTrialPlan,
  namespace: string,
): Promise<KindTrialResult> {
  const { cluster, api, say } = world
  const { horizonMs } = plan.started
  const ended = new AbortController()
  const signal = AbortSignal.any([world.signal, ended.signal])
  const events = collectEvents()
  const problems: string[] = []
  let bug: unknown
  let load: LoadResult | null = null
  let startEpochMs: number | undefined
  events.append(0, 'trial.started', plan.started)
  try {
    const manifests = overlayManifests(world.manifests, {
      image: world.subjectImage,
      analysis: plan.analysis,
      ...(world.pauseMs !== undefined && { pauseMs: world.pauseMs }),
    })
    const apply = ['--namespace', namespace, 'apply', '--filename', '-']
    await cluster.kubectl(apply, manifests.text)
    await cluster.kubectl(['apply', '--filename', '-'], engineAccessManifests(namespace))
    const first = await healthyRollout(world, namespace, manifests.rollout, signal)
    say(`${namespace}: revision 1 is Healthy`)

    const pods = podSuffering(events, plan.behaviour, () => startEpochMs)
    const records = await followPodRecords({
      api,
      namespace,
      labelSelector: manifests.labelSelector,
      onPod: pods,
      onFailure: error => problems.push(`the pods could not be followed: ${error.message}`),
      signal,
    })
    const durationMs = horizonMs + loadTailMs
    const { service: target } = manifests
    const loadPlan = {
      image: world.k6Image,
      script: world.loadScript,
      requestsPerSecond: plan.requestsPerSecond,
      durationMs,
    }
    await cluster.kubectl(apply, loadManifests({ ...loadPlan, targetUrl: `http://${target}/` }))
    await loadArrives(records, signal)

    const engineApi = await connectKube(await engineKubeconfig(api, cluster.kubeconfig, namespace, signal))
    const { promise: deployed, resolve, reject } = Promise.withResolvers<void>()
    try {
      const shell = runShell({
        api: engineApi,
        namespace,
        rollout: manifests.rollout,
        step(observation) {
          try {
            return plan.step(observation)
          } catch (error) {
            bug = error
            throw error
          }
        },
        telemetry: world.telemetry,
        prometheusPath,
        lookIntervalMs: world.lookIntervalMs,
        horizonMs,
        append: events.append,
        onStart(epochMs) {
          startEpochMs = epochMs
          say(`${namespace}: t = 0, deploy in ${plan.deployAtMs / 1000} s`)
          deployRelease({ world, plan, namespace, manifests, first, events, startEpochMs: epochMs, signal }).then(
            resolve,
            reject,
          )
        },
        signal,
      })
      await Promise.race([shell, deployed.then(() => shell)])
      await deployed
    } finally {
      engineApi.close()
    }
    await records.poll()
    for (const { t, data } of truthCells([...records.processes.values()], startEpochMs!, horizonMs)) {
      events.append(t, 'truth.cell', data)
    }
    problems.push(...records.problems())
    load = await loadResult(api, namespace, signal)
    const planned = (plan.requestsPerSecond * durationMs) / 1000
    if (load.sent < loadShare * planned) problems.push(`only ${load.sent} of ${planned} planned requests were sent`)
  } catch (error) {
    world.signal.throwIfAborted()
    // An engine that throws is not an invalid trial.
    if (bug !== undefined) throw bug
    problems.push(error instanceof Error ? error.message : String(error))
  } finally {
    ended.abort()
  }
  for (const reason of problems) events.append(horizonMs, 'trial.invalidated', { reason })
  events.append(horizonMs, 'trial.ended', {})
  say(`${namespace}: ${problems.length === 0 ? 'ended' : `invalid: ${problems.join('; ')}`}`)
  return { plan, namespace, log: events.toLog(horizonMs), problems, load }
}

async function healthyRollout(
  { api }: KindTrialWorld,
  namespace: string,
  name: string,
  signal: AbortSignal,
): Promise<RolloutObject> {
  return waitFor(
    `revision 1 of ${namespace}/${name} to be Healthy`,
    async (): Promise<Seen<RolloutObject>> => {
      const rollout = await api.json<RolloutObject>('GET', rolloutPath({ namespace, name }), { signal })
      const { phase, message, observedGeneration } = rollout.status ?? {}
      const observed = observedGeneration === String(rollout.metadata.generation)
      return observed && phase === 'Healthy'
        ? { done: rollout }
        : { pending: `${phase ?? 'no status'} ${message ?? ''}` }
    },
    { timeoutMs: 180_000, signal },
  )
}

async function loadArrives(records: PodRecords, signal: AbortSignal): Promise<void> {
  await waitFor(
    'the first request of the load',
    async (): Promise<Seen<true>> => (records.requests() > 0 ? { done: true } : { pending: 'no request at any pod' }),
    { timeoutMs: 60_000, signal, intervalMs: 200 },
  )
}

/** Patches the release key at its time and logs the declared diff once the new revision has its hash. */
async function deployRelease({
  world: { api, say },
  plan,
  namespace,
  manifests,
  first,
  events,
  startEpochMs,
  signal,
}: {
  world: KindTrialWorld
  plan: KindTrialPlan
  namespace: string
  manifests: OverlaidManifests
  first: RolloutObject
  events: TrialEvents
  startEpochMs: number
  signal: AbortSignal
}): Promise<void> {
  const { seed, scenario } = plan.started
  const toValue = encodeRelease(plan.behaviour, `${seed} ${scenario} 2`)
  const path = rolloutPath({ namespace, name: manifests.rollout })
  const variable = `/spec/template/spec/containers/0/env/${manifests.releaseIndex}`
  await sleep(startEpochMs + plan.deployAtMs - Date.now(), undefined, { signal })
  const t = Date.now() - startEpochMs
  await api.json('PATCH', path, {
    body: [
      { op: 'test', path: `${variable}/name`, value: releaseKey },
      { op: 'replace', path: `${variable}/value`, value: toValue },
    ],
    contentType: 'application/json-patch+json',
    signal,
  })
  say(`${namespace}: deployed`)
  const update = await waitFor(
    'the hash of the new revision',
    async (): Promise<Seen<RolloutObject>> => {
      const rollout = await api.json<RolloutObject>('GET', path, { signal })
      const hash = rollout.status?.currentPodHash
      return hash !== first.status?.currentPodHash ? { done: rollout } : { pending: `still at ${hash}` }
    },
    { timeoutMs: 30_000, signal, intervalMs: 200 },
  )
  events.append(t, 'release.updated', {
    deploy: 0,
    release: 'deploy',
    revision: Number(update.metadata.annotations?.['rollout.argoproj.io/revision'] ?? 0),
    podTemplateHash: update.status?.currentPodHash ?? '',
    file: manifests.file,
    key: releaseKey,
    fromValue: manifests.release,
    toValue,
  })
}

/** Logs which pods a behaviour that ends the process keeps from running, from their container states. */
function podSuffering(events: TrialEvents, behaviour: Behaviour, startEpochMs: () => number | undefined) {
  const suffering = new Set<string>()
  return (pod: PodObject, gone: boolean) => {
    const start = startEpochMs()
    if (behaviour.exitAfterMs === null || start === undefined) return
    const { name } = pod.metadata
    const container = pod.status?.containerStatuses?.[0]
    const crashed =
      container?.state?.terminated?.exitCode === 1 || container?.state?.waiting?.reason === 'CrashLoopBackOff'
    const touched = !gone && crashed && pod.metadata.labels?.[hashLabel] !== undefined
    if (touched === suffering.has(name)) return
    if (touched) suffering.add(name)
    else suffering.delete(name)
    events.append(Math.max(0, Date.now() - start), 'truth.pod', { pod: name, touched })
  }
}
