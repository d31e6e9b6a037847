import type { CauseKind, RootCause } from '../model/cause.ts'
import type { Actor } from '../model/effect.ts'
import { type EventType, eventTypes, type TrialEvent } from '../model/event.ts'
import type { GroundTruth } from '../model/ground-truth.ts'
import { blamingAlarms } from './blame.ts'
import { decisiveText } from './decisive.ts'
import { type Deed, deedsOf } from './deeds.ts'
import { type DiagnosisFacts, foldDiagnosis } from './diagnoses.ts'
import { endingOf } from './endings.ts'
import { all, first } from './event-access.ts'
import { foldGate, type GateFacts } from './gate.ts'
import { firstIllPod } from './ill-pods.ts'
import { isRemedy, isRepair, isRollback } from './outcome.ts'
import { foldProposals, type ProposalFacts } from './proposals.ts'
import { feltShare, foldTouches, type Touches } from './touches.ts'

/** What happened in one trial. Instants are ms of trial time, null where the thing did not happen before the trial's end. */
export interface TrialFacts extends Pick<Touches, 'requests' | 'badRequests' | 'badRequestsToEnd'> {
  readonly valid: boolean
  readonly horizonMs: number
  /** How far people's events were followed: a day on the simulator, the horizon on a real cluster. */
  readonly endMs: number
  /** The rollout's phase in the end, by Argo's words; empty where none was seen. */
  readonly endPhase: string
  /** What the first ill pod did; null where none was. */
  readonly illPod: string | null
  /** null where nothing was deployed. */
  readonly deployedMs: number | null
  /**
   * First touched request or pod, or of a lack of capacity the first that is felt; of a good deploy that its analysis stops, when that first
   * spoke against it.
   */
  readonly onsetMs: number | null
  /**
   * First alarm at or after onset that blames the deploy, by engine or argo; where the deploy is not to blame the first page from the
   * switch of a flag on. One that was out before counts at onset.
   */
  readonly detectedMs: number | null
  /**
   * A bad deploy that engine or argo reverted before the fault touched anything, or anybody did so early that it never did: a rollback
   * for recall, without times. Other trouble that was remedied so early that nobody felt it.
   */
  readonly preempted: boolean
  /** An alarm or page before onset that nobody acted on: it counts as detected at onset, and apart. */
  readonly latched: boolean
  /** Start of the last action by anyone that ended the fault: one of its remedies, or a repair. */
  readonly actedMs: number | null
  /** That action done: the good version serves all traffic; or the API has taken what is no rollback. */
  readonly effectiveMs: number | null
  /** End of the last touched request or pod. */
  readonly recoveredMs: number | null
  /** The intended change is live and healthy, and a fault that is not the deploy's has been remedied. */
  readonly resolvedMs: number | null
  /** Blaming alarms of engine and argo up to the horizon. */
  readonly blamingAlarms: number
  /** Those of them that are argo's. */
  readonly argoAlarms: number
  /** When engine, argo or a person first reverted the deploy. */
  readonly revertedMs: Readonly<Partial<Record<Actor, number>>>
  /** What engine and argo did up to the horizon, each operation once. */
  readonly actions: readonly string[]
  readonly paged: boolean
  readonly looks: number
  /** null where the engine made none. */
  readonly diagnosis: DiagnosisFacts | null
  readonly proposals: ProposalFacts
  readonly gate: GateFacts
  readonly toolCalls: number
  /** What followed from what, as `decisiveText` writes it. */
  readonly decisive: string
}

/** What is read in a log to judge it: looks are half of it, and only counted. */
export const judgedTypes: readonly EventType[] = (Object.keys(eventTypes) as EventType[]).filter(
  type => type !== 'look.taken',
)

/**
 * Folds a trial's log. It reads nothing but the events and the scenario's ground truth.
 * @param root what is really wrong; null in a control
 * @param looks that were taken, where the events are without them
 */
export function foldInstants(
  events: readonly TrialEvent[],
  truth: GroundTruth,
  root: RootCause | null,
  looks = all(events, 'look.taken').length,
): TrialFacts {
  const { horizonMs } = first(events, 'trial.started')!.data
  const isToBlame = truth.deploy === 'revert'
  const deploys = all(events, 'release.updated').filter(({ data }) => data.release === 'deploy')
  // In a game other releases may come on top of the deploy; who rolls those back takes back both.
  const hashes = deploys.map(({ data }) => data.podTemplateHash)
  const [hash] = hashes
  const service = servingPods(events, hash)
  const begun = isToBlame ? service.find(({ pods }) => pods > 0) : first(events, 'flag.changed')
  const beganMs = begun?.t ?? Number.NEGATIVE_INFINITY
  const touches = foldTouches(events, beganMs, root?.kind === 'lack of capacity' ? feltShare : 0)
  const { requests, badRequests, badRequestsToEnd } = touches
  const isBlocking = root?.change === null && blockingCauses.includes(root.kind)
  const blockedMs = isBlocking && hash !== undefined ? blockedFrom(events, hash) : null
  const onsetMs = touches.firstMs ?? blockedMs
  const alarms = blamingAlarms(events, hash)
  const alarmsMs = alarms.map(({ t }) => t)
  const pagesMs = all(events, 'page.sent').map(({ t }) => t)
  const deeds = deedsOf(events)
  const reverts = deeds.filter(
    ({ operation, podTemplateHash }) =>
      isRollback(operation) && (hash === undefined || hashes.includes(podTemplateHash)),
  )
  const automatic = deeds.filter(({ actor, t }) => (actor === 'engine' || actor === 'argo') && t <= horizonMs)
  const preempted =
    isToBlame &&
    (onsetMs === null
      ? reverts.some(({ t }) => t <= horizonMs)
      : reverts.some(({ actor, t }) => actor !== 'human' && t < onsetMs))
  const prevented = !isToBlame && onsetMs === null && deeds.some(deed => isRemedy(deed, truth) && deed.t <= horizonMs)
  const { acted, recoveredMs, resolvedMs } = endingOf(events, truth, touches, deeds, hashes, blockedMs)
  // A page from before the flag was switched is about something else.
  const signsMs = isToBlame ? alarmsMs : pagesMs.filter(t => t >= beganMs)
  const latched = !preempted && signsMs.some(t => onsetMs !== null && t < onsetMs)
  const detectedMs = onsetMs === null ? null : latched ? onsetMs : (signsMs.find(t => t >= onsetMs) ?? null)
  return {
    requests,
    badRequests,
    badRequestsToEnd,
    valid: first(events, 'trial.invalidated') === undefined,
    horizonMs,
    endMs: events.at(-1)!.t,
    endPhase: all(events, 'rollout.changed').at(-1)?.data.phase ?? '',
    illPod: firstIllPod(events),
    deployedMs: deploys[0]?.t ?? null,
    onsetMs,
    detectedMs: detectedMs !== null && detectedMs <= horizonMs ? detectedMs : null,
    preempted: preempted || prevented,
    latched,
    actedMs: acted?.t ?? null,
    effectiveMs: acted === undefined ? null : effectOf(acted, service),
    recoveredMs,
    resolvedMs,
    blamingAlarms: alarmsMs.filter(t => t <= horizonMs).length,
    argoAlarms: alarms.filter(({ t, by }) => by === 'argo' && t <= horizonMs).length,
    revertedMs: Object.fromEntries(reverts.map(({ actor, t }) => [actor, t] as const).toReversed()),
    actions: [...new Set(automatic.map(({ operation }) => operation))],
    paged: pagesMs.length > 0,
    looks,
    diagnosis: foldDiagnosis(
      events,
      root,
      onsetMs,
      reverts.map(({ t }) => t),
    ),
    proposals: foldProposals(events, root),
    gate: foldGate(events, truth),
    toolCalls: all(events, 'tool.called').length,
    decisive: decisiveText(events),
  }
}

/** What makes an analysis speak against a good deploy, and touches no request. */
const blockingCauses: readonly CauseKind[] = ['tight threshold', 'silent telemetry']

/** When an analysis, live or dry, first spoke against the revision. */
function blockedFrom(events: readonly TrialEvent[], hash: string): number | null {
  const isBad = (phase: string) => phase === 'Failed' || phase === 'Error' || phase === 'Inconclusive'
  const run = all(events, 'analysisRun.changed').find(
    ({ data }) => data.podTemplateHash === hash && data.metrics.some(({ phase }) => isBad(phase)),
  )
  return run?.t ?? null
}

/** Pods of a version that receive traffic, at each change. */
function servingPods(events: readonly TrialEvent[], hash: string | undefined): Serving[] {
  return all(events, 'traffic.shifted').map(({ t, data }) => ({
    t,
    pods: data.versions.find(({ podTemplateHash }) => podTemplateHash === hash)?.pods ?? 0,
  }))
}

interface Serving {
  readonly t: number
  readonly pods: number
}

/**
 * Of a rollback or a repair, when the version stopped serving for good: the deed's own time where it did not serve, null where it still
 * does.
 */
function effectOf({ t, operation, takenMs }: Deed, service: readonly Serving[]): number | null {
  if (!isRollback(operation) && !isRepair(operation)) return takenMs
  const lastServing = service.findLastIndex(({ pods }) => pods > 0)
  if (lastServing === -1) return t
  const stopped = service[lastServing + 1]
  return stopped === undefined ? null : Math.max(t, stopped.t)
}
