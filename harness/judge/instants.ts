import type { Actor } from '../model/effect.ts'
import type { EventData, EventType, TrialEvent } from '../model/event.ts'
import type { GroundTruth } from '../model/ground-truth.ts'
import { blamingAlarms, revertsOf } from './blame.ts'
import { foldTouches, type Touches } from './touches.ts'

/** Time that has to be seen after the last touched request before a deploy counts as recovered. */
const observedAfterMs = 60_000

/** What happened in one trial. Instants are ms of trial time, null where the thing did not happen before the trial's end. */
export interface TrialFacts extends Pick<Touches, 'badRequests' | 'badRequestsToEnd'> {
  readonly valid: boolean
  readonly horizonMs: number
  /** How far people's events were followed: a day on the simulator, the horizon on a real cluster. */
  readonly endMs: number
  /** The rollout's phase in the end, by Argo's words; empty where none was seen. */
  readonly endPhase: string
  readonly deployedMs: number
  /** First touched request or pod. */
  readonly onsetMs: number | null
  /** First alarm at or after onset that blames the deploy, by engine or argo; an alarm latched before counts at onset. */
  readonly detectedMs: number | null
  /** Engine or argo reverted before the fault touched anything: a rollback for recall, without times. */
  readonly preempted: boolean
  /** An alarm before onset that nobody acted on: it counts as detected at onset, and apart. */
  readonly latched: boolean
  /** Start of the last action by anyone that ended the fault. */
  readonly actedMs: number | null
  /** That action done: the good version serves all traffic. */
  readonly effectiveMs: number | null
  /** End of the last touched request or pod. */
  readonly recoveredMs: number | null
  /** The intended change is live and healthy. */
  readonly resolvedMs: number | null
  /** Blaming alarms of engine and argo up to the horizon. */
  readonly blamingAlarms: number
  /** When engine, argo or a person first reverted the deploy. */
  readonly revertedMs: Readonly<Partial<Record<Actor, number>>>
  readonly paged: boolean
  readonly looks: number
}

/** Folds a trial's log. It reads nothing but the events and the scenario's ground truth. */
export function foldInstants(events: readonly TrialEvent[], truth: GroundTruth): TrialFacts {
  const { horizonMs } = first(events, 'trial.started')!.data
  const deploy = all(events, 'release.updated').find(({ data }) => data.release === 'deploy')
  const hash = deploy?.data.podTemplateHash ?? ''
  const service = servingPods(events, hash)
  const touches = foldTouches(events, service.find(({ pods }) => pods > 0)?.t ?? Number.NEGATIVE_INFINITY)
  const { firstMs: onsetMs, badRequests, badRequestsToEnd } = touches
  const alarms = blamingAlarms(events, hash)
  const reverts = revertsOf(events, hash)
  const automatic = reverts.filter(({ actor }) => actor !== 'human')
  const preempted = onsetMs !== null && automatic.some(({ t }) => t < onsetMs)

  const recoveredMs = recovery(events, hash, touches)
  const acted = onsetMs === null ? undefined : reverts.findLast(({ t }) => recoveredMs === null || t <= recoveredMs)
  const latched = !preempted && alarms.some(({ t }) => onsetMs !== null && t < onsetMs)
  const detectedMs = onsetMs === null ? null : latched ? onsetMs : (alarms.find(({ t }) => t >= onsetMs)?.t ?? null)
  return {
    badRequests,
    badRequestsToEnd,
    valid: first(events, 'trial.invalidated') === undefined,
    horizonMs,
    endMs: events.at(-1)!.t,
    endPhase: all(events, 'rollout.changed').at(-1)?.data.phase ?? '',
    deployedMs: deploy?.t ?? 0,
    onsetMs,
    detectedMs: detectedMs !== null && detectedMs <= horizonMs ? detectedMs : null,
    preempted,
    latched,
    actedMs: acted?.t ?? null,
    effectiveMs: acted === undefined ? null : servedByOthersFrom(service, acted.t),
    recoveredMs,
    resolvedMs: resolution(events, truth),
    blamingAlarms: alarms.filter(({ t }) => t <= horizonMs).length,
    revertedMs: Object.fromEntries(reverts.map(({ actor, t }) => [actor, t] as const).toReversed()),
    paged: first(events, 'page.sent') !== undefined,
    looks: all(events, 'look.taken').length,
  }
}

function recovery(events: readonly TrialEvent[], hash: string, touches: Touches): number | null {
  const rollout = all(events, 'rollout.changed').at(-1)?.data
  const desired = rollout === undefined || (rollout.currentHash === hash && !rollout.aborted)
  const endMs = events.at(-1)!.t
  if (touches.firstMs === null || desired || touches.stillTouched) return null
  return endMs - touches.lastMs >= observedAfterMs ? touches.lastMs : null
}

/** The deploy itself resolves a trial unless it has to be reverted; then a person's repair does. */
function resolution(events: readonly TrialEvent[], truth: GroundTruth): number | null {
  const intended = all(events, 'release.updated').filter(
    ({ data }) => truth.deploy !== 'revert' || data.release === 'fix',
  )
  const live = all(events, 'rollout.changed').find(
    ({ t, data }) =>
      data.phase === 'Healthy' &&
      data.stableHash === data.currentHash &&
      intended.some(release => release.t <= t && release.data.podTemplateHash === data.currentHash),
  )
  return live?.t ?? null
}

/** Pods of a version that receive traffic, at each change. */
function servingPods(events: readonly TrialEvent[], hash: string): { t: number; pods: number }[] {
  return all(events, 'traffic.shifted').map(({ t, data }) => ({
    t,
    pods: data.versions.find(({ podTemplateHash }) => podTemplateHash === hash)?.pods ?? 0,
  }))
}

/** When the version stopped serving for good at or after `fromMs`: `fromMs` itself where it did not serve, null where it still does. */
function servedByOthersFrom(service: readonly { t: number; pods: number }[], fromMs: number): number | null {
  const lastServing = service.findLastIndex(({ pods }) => pods > 0)
  if (lastServing === -1) return fromMs
  const stopped = service[lastServing + 1]
  return stopped === undefined ? null : Math.max(fromMs, stopped.t)
}

type EventOf<T extends EventType> = { readonly t: number; readonly type: T; readonly data: EventData<T> }

function all<T extends EventType>(events: readonly TrialEvent[], type: T): EventOf<T>[] {
  return events.filter(event => event.type === type) as unknown as EventOf<T>[]
}

function first<T extends EventType>(events: readonly TrialEvent[], type: T): EventOf<T> | undefined {
  return events.find(event => event.type === type) as EventOf<T> | undefined
}
