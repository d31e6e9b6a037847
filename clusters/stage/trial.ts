import { type Behaviour, deviations } from '../../harness/model/behaviour.ts'
import type { Effect, Level } from '../../harness/model/effect.ts'
import type { TimedObservation } from '../../harness/model/observation.ts'
import { type ReleasePatch, settingVariable } from '../../harness/model/release.ts'
import { type TrialPlan, undisturbed } from '../../harness/model/trial.ts'
import { framesOf } from '../../harness/model/trial-log.ts'
import type { Append } from '../live/carry-out.ts'
import { connectKube, type KubeApi } from '../live/kube-api.ts'
import type { LookedAt } from '../live/look-reader.ts'
import type { RolloutObject } from '../live/objects.ts'
import { rolloutPath } from '../live/operations.ts'
import { runShell } from '../live/shell.ts'
import type { Telemetry } from '../manifests/telemetry.ts'
import type { Cluster } from './cluster.ts'
import { deployRelease } from './deploy-release.ts'
import { engineAccessManifests, engineKubeconfig } from './engine-access.ts'
import type { LoadResult } from './load.ts'
import { type ProfiledLoad, plannedRequests } from './load-stages.ts'
import type { LoadTool } from './load-tool.ts'
import { type OverlaidManifests, type Overlay, overlayManifests, releaseKey } from './overlay.ts'
import { followPodRecords, type PodRecords } from './pod-records.ts'
import { prometheusAddress, prometheusManifests, prometheusPath } from './prometheus.ts'
import { sendLoad } from './send-load.ts'
import { sufferingPods } from './suffering-pods.ts'
import { collectEvents } from './trial-events.ts'
import { truthCells } from './truth.ts'
import { type Seen, waitFor } from './wait.ts'

/** A planned trial, and who runs in it. */
export interface ClusterTrial {
  readonly plan: TrialPlan
  readonly policy: string
  readonly level: Level
  /** Whether the manifests' own analysis may abort. */
  readonly analysis: 'live' | 'dryRun'
  /** One step of the engine under test. */
  readonly step: (observation: TimedObservation) => Effect[]
}

export interface ClusterTrialResult {
  readonly trial: ClusterTrial
  readonly namespace: string
  /** The trial's log. It ends at the horizon: nothing of a real cluster is carried on beyond it. */
  readonly frames: Uint8Array
  /** Why the trial does not count; empty for a valid one. They are in the log as `trial.invalidated` too. */
  readonly problems: readonly string[]
  readonly load: LoadResult | null
}

/** What the trials of one run share. */
export interface TrialWorld {
  readonly cluster: Cluster
  /** With all rights, for the harness alone. */
  readonly api: KubeApi
  readonly manifests: readonly { readonly name: string; readonly text: string }[]
  readonly telemetry: Telemetry
  readonly system: LookedAt
  readonly pauseMs: number | undefined
  readonly subjectImage: string
  readonly prometheusImage: string
  readonly load: LoadTool
  readonly lookIntervalMs: number
  readonly say: (line: string) => void
  readonly signal: AbortSignal
}

/** Share of the planned requests that has to be sent for the trial to be valid. */
const loadShare = 0.9
/** From the load's first request to t = 0, about. */
const loadLeadMs = 3000
/** It lasts this much longer than the trial, so that its end is not in it. */
const loadTailMs = 10_000

/** A trial whose first revision is Healthy, unless its result says otherwise. To be played once, then asked for its result. */
export interface StagedTrial {
  readonly namespace: string
  /** Turns the load on, then runs engine and deploy from t = 0 to the horizon. */
  play(): Promise<void>
  /** Collects what pods and load know of the trial. */
  result(): Promise<ClusterTrialResult>
}

/**
 * Sets up a trial in an empty namespace. What makes a trial invalid, at any of its steps, is in its result; a step rejects only when the
 * signal aborts or the engine throws.
 */
export async function stageTrial(world: TrialWorld, trial: ClusterTrial, namespace: string): Promise<StagedTrial> {
  const { say } = world
  const { plan, policy, level } = trial
  const { scenario, variant, seed, horizonMs } = plan
  const ended = new AbortController()
  const signal = AbortSignal.any([world.signal, ended.signal])
  const events = collectEvents()
  const problems: string[] = []
  let bug: unknown
  let load: LoadResult | null = null
  events.append(0, 'trial.started', { scenario, variant, policy, level, seed, backend: 'kind', horizonMs })
  function step(observation: TimedObservation) {
    try {
      return trial.step(observation)
    } catch (error) {
      bug = error
      throw error
    }
  }
  const running: RunningTrial = {
    world: { ...world, signal },
    trial: { ...trial, step },
    namespace,
    append: events.append,
    invalidate: reason => problems.push(reason),
    startEpochMs: undefined,
    loadEnded: undefined,
  }

  /** @returns undefined where it failed. */
  async function attempt<T>(part: () => Promise<T>): Promise<T | undefined> {
    try {
      return await part()
    } catch (error) {
      ended.abort()
      world.signal.throwIfAborted()
      // An engine that throws is not an invalid trial.
      if (bug !== undefined) throw bug
      problems.push(error instanceof Error ? error.message : String(error))
      return undefined
    }
  }

  const stage = await attempt(async () => {
    const unplayed = notPlayed(plan)
    if (unplayed !== undefined) throw new Error(`the kind backend plays no ${unplayed}`)
    return setTheStage(running)
  })
  if (stage !== undefined) say(`${namespace}: revision 1 is Healthy`)
  let played: number | undefined
  return {
    namespace,
    async play() {
      if (stage === undefined) return
      played = await attempt(async () => {
        await turnOnTheLoad(running, stage)
        const startEpochMs = await play(running, stage)
        await stage.records.poll()
        return startEpochMs
      })
    },
    async result() {
      if (stage !== undefined && played !== undefined) {
        for (const { t, data } of truthCells([...stage.records.processes.values()], played, horizonMs)) {
          events.append(t, 'truth.cell', data)
        }
        problems.push(...stage.records.problems())
        await attempt(async () => {
          load = await running.loadEnded!(signal)
          const planned = Math.round(plannedRequests(loadOf(plan)))
          if (load.sent < loadShare * planned) {
            problems.push(`only ${load.sent} of ${planned} planned requests were sent`)
          }
        })
      }
      ended.abort()
      for (const reason of problems) events.append(horizonMs, 'trial.invalidated', { reason })
      events.append(horizonMs, 'trial.ended', {})
      say(`${namespace}: ${problems.length === 0 ? 'ended' : `invalid: ${problems.join('; ')}`}`)
      return { trial, namespace, frames: framesOf(events.toLog(horizonMs)), problems, load }
    },
  }
}

/** What the first revision is released with. */
function releaseVariables({ target, before, intent }: ReleasePatch): Overlay['env'] {
  return target === 'setting'
    ? { [releaseKey]: intent?.before ?? '', [settingVariable]: before }
    : { [releaseKey]: before }
}

interface RunningTrial {
  readonly world: TrialWorld
  readonly trial: ClusterTrial
  readonly namespace: string
  readonly append: Append
  readonly invalidate: (reason: string) => void
  /** Set at t = 0. */
  startEpochMs: number | undefined
  /** Waits for the end of the load, once that is on. */
  loadEnded: ((signal: AbortSignal) => Promise<LoadResult>) | undefined
}

interface Stage {
  readonly manifests: OverlaidManifests
  /** The Rollout at its first revision. */
  readonly first: RolloutObject
  readonly records: PodRecords
}

/** All objects that a trial begins with. */
export function stageManifests(
  world: Pick<TrialWorld, 'manifests' | 'subjectImage' | 'prometheusImage' | 'telemetry' | 'pauseMs'>,
  { plan, analysis }: Pick<ClusterTrial, 'plan' | 'analysis'>,
  namespace: string,
): OverlaidManifests {
  const manifests = overlayManifests(world.manifests, {
    image: world.subjectImage,
    prometheusAddress: prometheusAddress(namespace),
    analysis,
    env: { ...releaseVariables(plan.release), BASE_ERROR_RATIO: String(plan.baseErrorRatio) },
    ...(world.pauseMs !== undefined && { pauseMs: world.pauseMs }),
  })
  const own = [prometheusManifests(world, namespace, world.telemetry), engineAccessManifests(namespace)]
  return { ...manifests, text: [...own, manifests.text].join('\n---\n') }
}

/** Applies the manifests, and waits for the first revision and for Prometheus. */
async function setTheStage(running: RunningTrial): Promise<Stage> {
  const { world, trial, namespace } = running
  const { plan } = trial
  const { api, signal } = world
  const manifests = stageManifests(world, trial, namespace)
  await applyTo(running, manifests.text)
  const [first] = await Promise.all([
    healthyRollout(world, namespace, manifests.rollout),
    scrapingPrometheus(world, namespace),
  ])
  const records = await followPodRecords({
    api,
    namespace,
    labelSelector: manifests.labelSelector,
    onPod: sufferingPods(plan.behaviour, (pod, touched) => {
      if (running.startEpochMs === undefined) return
      running.append(Date.now() - running.startEpochMs, 'truth.pod', { pod, touched })
    }),
    onFailure: error => running.invalidate(`the pods could not be followed: ${error.message}`),
    signal,
  })
  return { manifests, first, records }
}

async function turnOnTheLoad(running: RunningTrial, { manifests, records }: Stage): Promise<void> {
  const { world, trial, namespace } = running
  const { cluster, api, signal } = world
  const target = { cluster, api, namespace, service: manifests.service, signal }
  running.loadEnded = await sendLoad(world.load, target, loadOf(trial.plan))
  await waitFor(
    'the first request of the load',
    async (): Promise<Seen<true>> => (records.requests() > 0 ? { done: true } : { pending: 'no request at any pod' }),
    { timeoutMs: 60_000, signal: world.signal, intervalMs: 200 },
  )
}

async function applyTo({ world, namespace }: RunningTrial, manifests: string): Promise<void> {
  await world.cluster.kubectl(['--namespace', namespace, 'apply', '--filename', '-'], manifests)
}

/** Runs engine and deploy from t = 0 to the horizon. @returns the epoch ms of t = 0. */
async function play(running: RunningTrial, { manifests, first }: Stage): Promise<number> {
  const { world, trial, namespace, append } = running
  const { plan } = trial
  const { cluster, telemetry, system, lookIntervalMs, say, signal } = world
  const { promise: deployed, resolve, reject } = Promise.withResolvers<void>()
  const api = await connectKube(await engineKubeconfig(world.api, cluster.kubeconfig, namespace, signal))
  function onStart(startEpochMs: number) {
    running.startEpochMs = startEpochMs
    say(`${namespace}: t = 0, deploy in ${plan.deployAtMs! / 1000} s`)
    const fromHash = first.status?.currentPodHash ?? ''
    deployRelease({ api: world.api, namespace, plan, manifests, fromHash, startEpochMs, append, signal }).then(
      resolve,
      reject,
    )
  }
  try {
    const shell = runShell({
      api,
      namespace,
      rollout: manifests.rollout,
      step: trial.step,
      telemetry,
      system,
      prometheusPath: prometheusPath(namespace),
      lookIntervalMs,
      horizonMs: plan.horizonMs,
      append,
      onStart,
      signal,
    })
    // A deploy that fails ends the trial at once.
    await Promise.race([shell, deployed.then(() => shell)])
    await deployed
    return running.startEpochMs!
  } finally {
    api.close()
  }
}

/** The load of a planned trial. */
export function loadOf({ seed, load: plan, requestsPerSecond, horizonMs }: TrialPlan): ProfiledLoad {
  return { plan, seed, requestsPerSecond, leadMs: loadLeadMs, durationMs: horizonMs + loadTailMs }
}

async function healthyRollout({ api, signal }: TrialWorld, namespace: string, name: string): Promise<RolloutObject> {
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

/** Looks begin at t = 0: by then it has to know the pods. */
async function scrapingPrometheus({ api, signal }: TrialWorld, namespace: string): Promise<void> {
  const query = `${prometheusPath(namespace)}/api/v1/query?query=count(up==1)`
  await waitFor(
    `Prometheus in ${namespace} to scrape`,
    async (): Promise<Seen<void>> => {
      const { data } = await api.json<{ data: { result: unknown[] } }>('GET', query, { signal })
      return data.result.length > 0 ? { done: undefined } : { pending: 'it has scraped no pod' }
    },
    { timeoutMs: 180_000, signal },
  )
}

/** What a real cluster does not do yet; undefined where it plays the whole plan. */
function notPlayed({ disturbances, incident, deployAtMs, release, behaviour }: TrialPlan): string | undefined {
  if (JSON.stringify(disturbances) !== JSON.stringify(undisturbed)) return 'disturbances'
  if (incident !== null || deployAtMs === null) return 'incidents without a deploy'
  if (release.target !== 'env' && release.target !== 'setting') return `releases that change ${release.target}`
  const unplayed = Object.keys(deviations(behaviour)).find(key => !playedBehaviours.includes(key as keyof Behaviour))
  return unplayed === undefined ? undefined : `releases with another ${unplayed}`
}

const playedBehaviours: readonly (keyof Behaviour)[] = ['errorRatio', 'latencyFactor', 'route', 'tenant', 'exitAfterMs']
