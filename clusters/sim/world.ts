import type { Actor } from '../../harness/model/effect.ts'
import type { EventData, EventType } from '../../harness/model/event.ts'
import type { TimedObservation } from '../../harness/model/observation.ts'
import { append, createTrialLog, type TrialLog } from '../../harness/model/trial-log.ts'
import { cloneLookMaker, createLookMaker, type LookMaker } from '../look-maker.ts'
import { cloneRolloutState, type RolloutState } from './argo/state.ts'
import { type ClusterTarget, cloneClusterTarget } from './cluster-targets.ts'
import { cloneLogs, createLogs, type LogState } from './logs.ts'
import { noSamples, type UsageSamples } from './metrics-server.ts'
import type { ProberState } from './prober.ts'
import { createStorage, type Storage } from './prometheus/storage.ts'
import { cloneQueue, type EventQueue } from './queue.ts'
import type { Release } from './releases.ts'
import { cloneService, type ServiceState } from './service-targets.ts'
import { cloneUsage } from './subject/pod-usage.ts'
import type { SubjectPod } from './subject/subject-pod.ts'
import { cloneSystemState, createSystemState, type SystemOutcome, type SystemState } from './system/index.ts'
import type { WorldSetting } from './world-setting.ts'

/** A pod that the world knows to be running, with its part in the traffic. */
export interface RunningPod extends SubjectPod {
  readonly ordinal: number
  /** Receives requests from here on; null while it is not Ready. */
  servesFromMs: number | null
  /** Its process has exited and has not come back. */
  down: boolean
  /** It has received requests, and then was not Ready any more. */
  hasServed: boolean
  /** It fails requests and probes for no fault of its release. */
  sick: boolean
  /** How long its probes wait in the queue of its requests. */
  probeDelayMs: number
  /** Requests that its process has taken up to the running cell, and in it. */
  served: number
  arriving: number
}

/** The cell that is running: its requests are drawn at its start and accrue evenly. */
export interface RunningCell {
  readonly startMs: number
  readonly requests: number
  bad: number
  touched: number
}

/** A simulated cluster at one instant. Plain data: `cloneWorld` forks it, and the two halves never meet again. */
export interface World {
  nowMs: number
  readonly queue: EventQueue
  readonly rollout: RolloutState
  readonly prometheus: Storage
  readonly looks: LookMaker
  readonly pods: RunningPod[]
  /** All services but the subject, in the order of the topology. */
  readonly services: ServiceState[]
  /** Exporters of the cluster that somebody reads. */
  readonly clusterTargets: ClusterTarget[]
  prober: ProberState
  readonly logs: LogState
  usageSamples: UsageSamples
  /** Queues and retries of all services. */
  readonly system: SystemState
  /** The same, had the fault never been there; null while nothing differs. */
  shadow: SystemState | null
  /** What the services did in the last cell. Never changed, but replaced. */
  lastFlow: SystemOutcome | null
  /** What goes wrong without a deploy has begun, and has not been switched off. */
  incidentOn: boolean
  cell: RunningCell | null
  /** Whether another cell follows: always before the horizon. */
  cellsGoOn: boolean
  /** Whose turn it is to get a remainder, by revision and then by outcome and bucket. */
  readonly turns: Record<number, number[]>
  /** By pod template hash. */
  readonly releases: Record<string, Release>
  /** Pods whose touch by the fault is in the log. */
  readonly touchedPods: string[]
  looksTaken: number
  /** Last `traffic.shifted`, as text; last carried rates. */
  servingKey: string
  carriedKey: string
  /** Whose abort the controller is to carry out; null: nobody's, so that the next one is its own. */
  abortRequestedBy: { readonly actor: Actor; readonly podTemplateHash: string } | null
  aborted: boolean
  lastAbort: { readonly actor: Actor; readonly podTemplateHash: string } | null
  /** The good version that its analysis keeps from going live; empty: none. */
  blockedHash: string
  /** The stable version when the scenario's deploy came, and the deployed one; empty before. */
  goodHash: string
  deployHash: string
  /** A release whose revision the controller has not made yet. */
  releasing: {
    readonly kind: 'deploy' | 'fix' | 'retry' | 'revert'
    readonly file: string
    readonly key: string
    readonly fromValue: string
    readonly toValue: string
    readonly alsoChanged: readonly { file: string; key: string; fromValue: string; toValue: string }[]
  } | null
  readonly log: TrialLog
  /** What an engine may see, not yet drained. */
  readonly observations: TimedObservation[]
}

/** @param queue holds what the rollout's controller has queued already. */
export function emptyWorld(setting: WorldSetting, rollout: RolloutState, queue: EventQueue, startMs: number): World {
  return {
    nowMs: startMs,
    queue,
    rollout,
    prometheus: createStorage(setting.telemetry.retentionMs),
    looks: createLookMaker(setting.lookShape),
    pods: [],
    services: [],
    clusterTargets: [],
    prober: { target: null, lastOk: true },
    logs: createLogs(0),
    usageSamples: noSamples,
    system: createSystemState(),
    shadow: null,
    lastFlow: null,
    incidentOn: false,
    cell: null,
    cellsGoOn: true,
    turns: {},
    releases: {},
    touchedPods: [],
    looksTaken: 0,
    servingKey: '',
    carriedKey: '',
    abortRequestedBy: null,
    aborted: false,
    lastAbort: null,
    blockedHash: '',
    goodHash: '',
    deployHash: '',
    releasing: null,
    log: createTrialLog(),
    observations: [],
  }
}

/** A world that goes its own way from here. What is never changed is shared. */
export function cloneWorld(world: World): World {
  return {
    ...world,
    queue: cloneQueue(world.queue),
    rollout: cloneRolloutState(world.rollout),
    prometheus: {
      retentionMs: world.prometheus.retentionMs,
      targets: world.prometheus.targets.map(target => ({
        ...target,
        timesMs: target.timesMs.slice(),
        values: target.values.slice(),
      })),
      series: world.prometheus.series.slice(),
      fingerprints: world.prometheus.fingerprints.slice(),
    },
    looks: cloneLookMaker(world.looks),
    pods: world.pods.map(pod => ({
      ...pod,
      counts: pod.counts.slice(),
      growing: pod.growing.slice(),
      exposed: pod.exposed.slice(),
      sumS: [pod.sumS[0], pod.sumS[1]],
      growingS: [pod.growingS[0], pod.growingS[1]],
      usage: cloneUsage(pod.usage),
    })),
    cell: world.cell === null ? null : { ...world.cell },
    services: world.services.map(cloneService),
    clusterTargets: world.clusterTargets.map(cloneClusterTarget),
    prober: { ...world.prober },
    logs: cloneLogs(world.logs),
    system: cloneSystemState(world.system),
    shadow: world.shadow === null ? null : cloneSystemState(world.shadow),
    turns: Object.fromEntries(Object.entries(world.turns).map(([revision, turns]) => [revision, turns.slice()])),
    releases: { ...world.releases },
    touchedPods: world.touchedPods.slice(),
    log: { bytes: world.log.bytes.slice(), length: world.log.length },
    observations: world.observations.slice(),
  }
}

/** Writes an event of this instant. Before t = 0 the world is being set up and nothing is logged. */
export function record<T extends EventType>(
  { nowMs, log }: Pick<World, 'nowMs' | 'log'>,
  type: T,
  data: EventData<T>,
): void {
  if (nowMs >= 0) append(log, nowMs, type, data)
}

/** Shows something to whoever watches the world. */
export function show(world: World, observation: TimedObservation): void {
  if (world.nowMs >= 0) world.observations.push(observation)
}
