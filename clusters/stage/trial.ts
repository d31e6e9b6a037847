import type { Effect, Level } from '../../harness/model/effect.ts'
import type { TimedObservation } from '../../harness/model/observation.ts'
import type { TrialPlan } from '../../harness/model/trial.ts'
import { framesOf } from '../../harness/model/trial-log.ts'
import type { Append } from '../live/carry-out.ts'
import { connectKube, type KubeApi } from '../live/kube-api.ts'
import type { RolloutObject } from '../live/objects.ts'
import type { KeptProposal } from '../live/proposal-patch.ts'
import { runShell, type ShellControl, type ShellSetting } from '../live/shell.ts'
import type { System } from '../live/tools/asked.ts'
import type { Telemetry } from '../manifests/telemetry.ts'
import type { Cluster } from './cluster.ts'
import { deployRelease } from './deploy-release.ts'
import { disturb } from './disturb.ts'
import { engineAccessManifests, engineKubeconfig } from './engine-access.ts'
import type { LoadResult } from './load.ts'
import { type ProfiledLoad, plannedRequests } from './load-stages.ts'
import type { LoadTool } from './load-tool.ts'
import { subjectOrders } from './orders.ts'
import { type OverlaidManifests, overlayManifests } from './overlay.ts'
import { followPodRecords, type PodRecords } from './pod-records.ts'
import { prometheusAddress, prometheusManifests, prometheusPath } from './prometheus.ts'
import { followRunTimeConfig, isIncidentOn, runTimeManifests } from './run-time-config.ts'
import { sendLoad } from './send-load.ts'
import { healthyRollout, scrapingPrometheus } from './stage-ready.ts'
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
  readonly people?: TrialPeople | undefined
}

/** People who take part in a trial, as on a game day. */
export interface TrialPeople {
  /** Is shown each event when it comes to the log, those of the ground truth too. */
  readonly onEvent: Append
  /** Called at t = 0. */
  readonly onStart: (hands: PeopleHands) => void
  readonly approve: NonNullable<ShellSetting['approve']>
  /** They have ended the trial before its horizon: its log ends there. */
  readonly ended: AbortSignal
}

/** What people have to act with: rights of their own, which are more than the engine's. */
export interface PeopleHands extends ShellControl {
  /** Epoch ms of t = 0. */
  readonly startEpochMs: number
  /** Adds what people say to the log. */
  readonly append: Append
  /** Pod template hash of the first revision. */
  readonly firstHash: string
  /** Deploys the release of another plan now, onto the version with this hash. */
  readonly release: (plan: TrialPlan, fromHash: string) => Promise<void>
}

export interface ClusterTrialResult {
  readonly trial: ClusterTrial
  readonly namespace: string
  /** The trial's log. It ends at the horizon, or where people ended it: nothing of a real cluster is carried on beyond that. */
  readonly frames: Uint8Array
  /** Trial time of that end. */
  readonly endMs: number
  /** Why the trial does not count; empty for a valid one. They are in the log as `trial.invalidated` too. */
  readonly problems: readonly string[]
  readonly load: LoadResult | null
  /** What the engine proposed, in its order. */
  readonly proposals: readonly KeptProposal[]
}

/** What the trials of one run share. */
export interface TrialWorld {
  readonly cluster: Cluster
  /** With all rights, for the harness alone. */
  readonly api: KubeApi
  readonly manifests: readonly { readonly name: string; readonly text: string }[]
  readonly telemetry: Telemetry
  readonly system: System
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
  const started = { scenario, variant, policy, level, seed, backend: 'kind', horizonMs }
  events.append(0, 'trial.started', started)
  const append: Append = (t, type, data) => {
    events.append(t, type, data)
    trial.people?.onEvent(t, type, data)
  }
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
    append,
    invalidate: reason => problems.push(reason),
    startEpochMs: undefined,
    proposals: [],
    sickPod: undefined,
    endMs: horizonMs,
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
      const { endMs } = running
      const isCut = endMs < horizonMs
      started.horizonMs = endMs
      if (stage !== undefined && played !== undefined) {
        for (const { t, data } of truthCells([...stage.records.processes.values()], played, endMs)) {
          events.append(t, 'truth.cell', data)
        }
        problems.push(...stage.records.problems())
        // Of a trial that was cut short the load is not over.
        await attempt(async () => {
          if (isCut) return
          load = await running.loadEnded!(signal)
          const planned = Math.round(plannedRequests(loadOf(plan)))
          if (load.sent < loadShare * planned) {
            problems.push(`only ${load.sent} of ${planned} planned requests were sent`)
          }
        })
      }
      ended.abort()
      for (const reason of problems) events.append(endMs, 'trial.invalidated', { reason })
      events.append(endMs, 'trial.ended', {})
      say(`${namespace}: ${problems.length === 0 ? 'ended' : `invalid: ${problems.join('; ')}`}`)
      return {
        trial,
        namespace,
        frames: framesOf(events.toLog(endMs)),
        endMs,
        problems,
        load,
        proposals: running.proposals,
      }
    },
  }
}

/** The file as somebody proposes a change of it: manifests may lie outside of the current folder. */
function pathInRepository(file: string): string {
  return file.replace(/^(\/|(\.\.\/)+)/, '')
}

interface RunningTrial {
  readonly world: TrialWorld
  readonly trial: ClusterTrial
  readonly namespace: string
  readonly append: Append
  readonly invalidate: (reason: string) => void
  /** Set at t = 0. */
  startEpochMs: number | undefined
  readonly proposals: KeptProposal[]
  sickPod: string | undefined
  /** The horizon, or where people have ended the trial before. */
  endMs: number
  /** Waits for the end of the load, once that is on. */
  loadEnded: ((signal: AbortSignal) => Promise<LoadResult>) | undefined
}

/** Before t = 0 it is negative. */
function trialMs({ startEpochMs }: RunningTrial): number {
  return startEpochMs === undefined ? -1 : Date.now() - startEpochMs
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
    engineAccessManifests(namespace, manifests.rollout, level),
    manifests.text,
    ...runTimeManifests(manifests.rollout, plan).map(one => JSON.stringify(one)),
  ]
  return { ...manifests, text: parts.join('\n---\n') }
}

/** Applies the manifests, and waits for the first revision and for Prometheus. */
async function setTheStage(running: RunningTrial): Promise<Stage> {
  const { world, trial, namespace } = running
  const { plan } = trial
  const { api, signal } = world
  const manifests = stageManifests(world, trial, namespace)
  await applyTo(running, manifests.text)
  const [first] = await Promise.all([
    healthyRollout(api, namespace, manifests.rollout, signal),
    scrapingPrometheus(api, namespace, signal),
  ])
  let records: PodRecords | undefined
  const config = await followRunTimeConfig({
    api,
    namespace,
    rollout: manifests.rollout,
    onFlag(flag, fromValue, toValue) {
      if (running.startEpochMs === undefined) return
      running.append(trialMs(running), 'flag.changed', { actor: 'human', flag, fromValue, toValue })
    },
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
async function play(running: RunningTrial, { manifests, first, records }: Stage): Promise<number> {
  const { world, trial, namespace, append } = running
  const { plan, people } = trial
  const { cluster, telemetry, system, lookIntervalMs, say } = world
  const signal = people === undefined ? world.signal : AbortSignal.any([world.signal, people.ended])
  const { promise: deployed, resolve, reject } = Promise.withResolvers<void>()
  const credentials = () => engineKubeconfig(world.api, cluster.kubeconfig, namespace, signal)
  const api = await connectKube(await credentials(), { renew: credentials })
  function onStart(startEpochMs: number, control: ShellControl) {
    running.startEpochMs = startEpochMs
    const { deployAtMs } = plan
    say(`${namespace}: t = 0${deployAtMs === null ? '' : `, deploy in ${deployAtMs / 1000} s`}`)
    const fromHash = first.status?.currentPodHash ?? ''
    const own = { api: world.api, namespace, plan, manifests, fromHash, startEpochMs, signal }
    Promise.all([
      deployAtMs === null ? undefined : deployRelease({ ...own, append }),
      disturb({
        ...own,
        tellPods: records.poll,
        fallSick(pod) {
          running.sickPod = pod
        },
      }),
    ]).then(() => resolve(), reject)
    people?.onStart({
      ...control,
      startEpochMs,
      append,
      firstHash: fromHash,
      release: (other, onto) =>
        deployRelease({ ...own, append, fromHash: onto, plan: { ...other, deployAtMs: Date.now() - startEpochMs } }),
    })
  }
  try {
    const shell = runShell({
      api,
      namespace,
      rollout: manifests.rollout,
      step: trial.step,
      file: pathInRepository(manifests.file),
      onProposal: kept => running.proposals.push(kept),
      telemetry,
      system,
      prometheusPath: prometheusPath(namespace),
      lookIntervalMs,
      horizonMs: plan.horizonMs,
      append,
      peopleApi: people && world.api,
      approve: people?.approve,
      onStart,
      signal,
    })
    // A deploy or a disturbance that fails ends the trial at once.
    await Promise.race([shell, deployed.then(() => shell)])
    await deployed
    return running.startEpochMs!
  } catch (error) {
    if (people?.ended.aborted !== true || world.signal.aborted || running.startEpochMs === undefined) throw error
    running.endMs = Math.min(plan.horizonMs, Math.floor(trialMs(running) / 1000) * 1000)
    return running.startEpochMs
  } finally {
    api.close()
  }
}

/** The load of a planned trial. */
export function loadOf({ seed, load: plan, requestsPerSecond, horizonMs }: TrialPlan): ProfiledLoad {
  return { plan, seed, requestsPerSecond, leadMs: loadLeadMs, durationMs: horizonMs + loadTailMs }
}
