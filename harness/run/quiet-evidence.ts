import type { WorldSetting } from '../../clusters/sim/world-setting.ts'
import { type Oddity, oddities } from '../judge/oddities.ts'
import { type SymptomTimes, symptomTimes } from '../judge/symptoms.ts'
import { foldTouches } from '../judge/touches.ts'
import type { TrialEvent } from '../model/event.ts'
import type { Remedy } from '../model/ground-truth.ts'
import type { TrialPlan } from '../model/trial.ts'
import { blockedEvidence, isBlocking, lastPhase } from './blocked-runs.ts'
import { badRequests, requestsOf } from './count-requests.ts'
import { type TriedHarm, triedHarms } from './harmful-runs.ts'
import { attemptsOf, quiet, runQuietly, tryRemedies } from './quiet-runs.ts'

/** What a remedy came to that began at a time. */
export interface TriedRemedy {
  readonly remedy: Remedy
  readonly atMs: number
  /** Whether it ended the fault, which goes on without it. */
  readonly helps: boolean
  /** End of the last touched request or pod; negative infinity where there is none. */
  readonly lastTouchMs: number
}

export interface Harm {
  /** Bad requests of users beyond the control's. */
  readonly harm: number
  /** All of them. */
  readonly requests: number
}

/** With its harm up to the horizon. */
export interface FaultEvidence extends Harm {
  readonly onsetMs: number | null
  readonly symptoms: SymptomTimes
  /** The rollout's phase at the horizon. */
  readonly phase: string
  readonly tried: readonly TriedRemedy[]
  /** What operations add to the harm that are declared to. */
  readonly harms: readonly TriedHarm[]
}

export interface ControlEvidence {
  /** First touched request or pod, of which there should be none. */
  readonly touchedMs: number | null
  readonly phase: string
  readonly oddities: readonly Oddity[]
}

/** What one seed of a scenario shows without luck. */
export interface QuietEvidence {
  readonly seed: number
  readonly horizonMs: number
  /** undefined where the scenario has no fault. */
  readonly faulty: FaultEvidence | undefined
  readonly control: ControlEvidence
}

/**
 * A remedy has to keep the fault away for this many times as long as it took to show: one that only puts it off, by fresh processes or by
 * half the load on each, is found out. It is watched for twice as long, as what it does may take a while.
 */
const keptAwayTimes = 3
const watchedTimes = 2 * keptAwayTimes

/** It is watched for this long at least after its rollout. */
const watchedMs = 300_000

/** As the judge wants it of a recovery. */
const observedAfterMs = 60_000

/** More bad requests than this are harm, where they are also a ten-thousandth of all. */
const leastHarm = 5
const leastHarmShare = 0.0001

export function isHarm({ harm, requests }: Harm): boolean {
  return harm >= leastHarm && harm >= leastHarmShare * requests
}

/**
 * More pods do not take a fault away, but may make room for it: what is left is well within the service's objective, 1 %
 * of requests, and next to nothing of what it was.
 */
const easedShare = 0.005
const easedPart = 0.05

function isEased(left: Harm, untreated: Harm): boolean {
  return isHarm(untreated) && left.harm <= easedShare * left.requests && left.harm <= easedPart * untreated.harm
}

export interface PlannedPair {
  /** undefined where there is no fault. */
  readonly faulty: TrialPlan | undefined
  readonly control: TrialPlan
}

/**
 * Plays a seed of a scenario without luck and without people: with the fault and without it, and once for each remedy.
 * @param makeSetting a world for a plan that differs in what is luck and in its horizon
 */
export function gatherEvidence(
  { faulty: faultyPlan, control: controlPlan }: PlannedPair,
  makeSetting: (plan: TrialPlan) => WorldSetting,
): QuietEvidence {
  const { seed, horizonMs } = controlPlan
  const silent = runQuietly(makeSetting(quiet(controlPlan, horizonMs)))
  const untouched = foldTouches(silent, Number.NEGATIVE_INFINITY)
  const control = { touchedMs: untouched.firstMs, phase: lastPhase(silent), oddities: oddities(silent) }
  if (faultyPlan !== undefined && isBlocking(faultyPlan)) {
    const live = runQuietly(makeSetting(quiet(controlPlan, horizonMs)), 'live')
    const faulty = blockedEvidence(faultyPlan, rolloutMs(silent), makeSetting)
    return { seed, horizonMs, faulty, control: { ...control, phase: lastPhase(live) } }
  }
  if (faultyPlan === undefined) return { seed, horizonMs, faulty: undefined, control }
  const events = runQuietly(makeSetting(quiet(faultyPlan, horizonMs)))
  const touches = foldTouches(events, Number.NEGATIVE_INFINITY)
  const faulty: FaultEvidence = {
    onsetMs: touches.firstMs,
    symptoms: symptomTimes(events, silent),
    harm: touches.badRequests - untouched.badRequests,
    requests: requestsOf(events),
    phase: lastPhase(events),
    harms:
      touches.firstMs === null
        ? []
        : triedHarms(faultyPlan, faultyPlan.truth.harmful ?? [], touches.firstMs, makeSetting),
    tried: triedRemedies({ faulty: faultyPlan, control: controlPlan }, makeSetting, events, rolloutMs(silent)),
  }
  return { seed, horizonMs, faulty, control }
}

/**
 * @param events of the null run to the horizon
 * @param usualMs how long the rollout takes without the fault, and so an undo
 */
function triedRemedies(
  { faulty, control }: PlannedPair & { readonly faulty: TrialPlan },
  makeSetting: (plan: TrialPlan) => WorldSetting,
  events: readonly TrialEvent[],
  usualMs: number,
): TriedRemedy[] {
  const { firstMs: onsetMs } = foldTouches(events, Number.NEGATIVE_INFINITY)
  const attempts = attemptsOf(faulty, events)
  if (onsetMs === null || attempts.length === 0) return []
  const showingMs = onsetMs - (faulty.incident?.atMs ?? faulty.deployAtMs ?? 0)
  const keptAwayMs = Math.max(observedAfterMs, keptAwayTimes * showingMs)
  const longestMs = usualMs + Math.max(watchedMs, watchedTimes * showingMs)
  const endMs = Math.max(faulty.horizonMs, ...attempts.map(({ atMs }) => atMs + longestMs))
  const sinceMs = endMs - keptAwayMs

  const setting = makeSetting(quiet(faulty, endMs))
  const untreated = runQuietly(setting)
  const healthy = runQuietly(makeSetting(quiet(control, endMs)))
  const latestMs = Math.min(sinceMs, lastTouchMs(untreated) - observedAfterMs)
  const harmOf = (log: readonly TrialEvent[]) => harmBeside(healthy, log, sinceMs)
  return tryRemedies(setting, attempts).map((log, i): TriedRemedy => {
    const { remedy, atMs } = attempts[i]!
    const lastMs = lastTouchMs(log)
    const left = harmOf(log)
    const makesRoom = remedy === 'scale' && isEased(left, harmOf(untreated)) && !suffers(log, sinceMs)
    return { remedy, atMs, helps: (lastMs <= latestMs && !isHarm(left)) || makesRoom, lastTouchMs: lastMs }
  })
}

/** End of the last touched request or pod, the log's end where one still is; negative infinity where there is none. */
function lastTouchMs(events: readonly TrialEvent[]): number {
  const { lastMs, stillTouched } = foldTouches(events, Number.NEGATIVE_INFINITY)
  return stillTouched ? events.at(-1)!.t : lastMs
}

/** Whether the fault reaches pods from a time on. */
function suffers(events: readonly TrialEvent[], fromMs: number): boolean {
  return events.some(({ t, type }) => type === 'truth.pod' && t > fromMs)
}

/** Bad requests beyond the control's from a time on. */
function harmBeside(control: readonly TrialEvent[], events: readonly TrialEvent[], fromMs: number): Harm {
  const since = ({ t }: TrialEvent) => t > fromMs
  const [here, there] = [events.filter(since), control.filter(since)]
  return { harm: badRequests(here) - badRequests(there), requests: requestsOf(here) }
}

/** How long the control's deploy took to be Healthy; 0 where nothing is deployed or it waits for somebody. */
function rolloutMs(events: readonly TrialEvent[]): number {
  const deployed = events.find(({ type }) => type === 'release.updated')
  const healthy = events.findLast(({ type, data }) => type === 'rollout.changed' && data.phase === 'Healthy')
  return deployed === undefined || healthy === undefined ? 0 : Math.max(0, healthy.t - deployed.t)
}
