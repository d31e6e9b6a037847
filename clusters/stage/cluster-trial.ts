import type { Effect, Level } from '../../harness/model/effect.ts'
import type { TimedObservation } from '../../harness/model/observation.ts'
import type { TrialPlan } from '../../harness/model/trial.ts'
import type { Append } from '../live/carry-out.ts'
import type { KubeApi } from '../live/kube-api.ts'
import type { KeptProposal } from '../live/proposal-patch.ts'
import type { ShellControl, ShellSetting } from '../live/shell.ts'
import type { System } from '../live/tools/asked.ts'
import type { Telemetry } from '../manifests/telemetry.ts'
import type { Cluster } from './cluster.ts'
import type { LoadResult } from './load.ts'
import type { ProfiledLoad } from './load-stages.ts'
import type { LoadTool } from './load-tool.ts'

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
  /**
   * More trouble comes.
   * @param plan of all that is to happen from now on
   * @param added what is new in it alone. A release of it, one that changes the configuration, is deployed now, onto what runs.
   * @returns when that has begun
   */
  readonly inject: (plan: TrialPlan, added: TrialPlan) => Promise<void>
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
  readonly backend: 'kind' | 'existing'
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

/** A trial while it is set up and played. */
export interface RunningTrial {
  readonly world: TrialWorld
  readonly trial: ClusterTrial
  readonly namespace: string
  readonly append: Append
  readonly invalidate: (reason: string) => void
  /** The trial's, with what people have injected. */
  plan: TrialPlan
  /** Set at t = 0. */
  startEpochMs: number | undefined
  readonly proposals: KeptProposal[]
  sickPod: string | undefined
  /** The horizon, or where people have ended the trial before. */
  endMs: number
}

/** Before t = 0 it is negative. */
export function trialMs({ startEpochMs }: RunningTrial): number {
  return startEpochMs === undefined ? -1 : Date.now() - startEpochMs
}

/** From the load's first request to t = 0, about. */
const loadLeadMs = 2000
/** It would last this much longer than the trial, so that its end is not in it. */
const loadTailMs = 10_000

/** The load of a planned trial. */
export function loadOf(plan: TrialPlan): ProfiledLoad {
  return loadUpTo(plan, plan.horizonMs + loadTailMs)
}

/** What is sent of it up to an instant of trial time. */
export function loadUpTo({ seed, load: plan, requestsPerSecond }: TrialPlan, endMs: number): ProfiledLoad {
  return { plan, seed, requestsPerSecond, leadMs: loadLeadMs, durationMs: endMs }
}
