import type { WorldSetting } from '../../clusters/sim/world-setting.ts'
import { type Oddity, oddities } from '../judge/oddities.ts'
import { type SymptomTimes, symptomTimes } from '../judge/symptoms.ts'
import { foldTouches } from '../judge/touches.ts'
import type { TrialEvent } from '../model/event.ts'
import type { Remedy } from '../model/ground-truth.ts'
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

/**
 * Plays a seed of a scenario without luck and without people: with the fault and without it, and once for each remedy.
 * @param settings of the two trials as they are planned; the first is undefined where there is no fault.
 * @param makeSetting a world for a plan that differs in what is luck and in its horizon.
 */
export function gatherEvidence(
  planned: { readonly faulty: WorldSetting['plan'] | undefined; readonly control: WorldSetting['plan'] },
  makeSetting: (plan: WorldSetting['plan']) => WorldSetting,
): QuietEvidence {
  const { seed, horizonMs } = planned.control
  const silent = runQuietly(makeSetting(quiet(planned.control, horizonMs)))
  const control = {
    touchedMs: foldTouches(silent, Number.NEGATIVE_INFINITY).firstMs,
    phase: lastPhase(silent),
    oddities: oddities(silent),
  }
  if (planned.faulty === undefined) return { seed, horizonMs, faulty: undefined, control }
  const setting = makeSetting(quiet(planned.faulty, horizonMs))
  const events = runQuietly(setting)
  const { firstMs: onsetMs, badRequests } = foldTouches(events, Number.NEGATIVE_INFINITY)
  const faulty = {
    onsetMs,
    symptoms: symptomTimes(events, silent),
    harm: badRequests - foldTouches(silent, Number.NEGATIVE_INFINITY).badRequests,
    requests: requestsOf(events),
    phase: lastPhase(events),
  }
  const attempts = attemptsOf(setting, events)
  if (onsetMs === null || attempts.length === 0) return { seed, horizonMs, faulty: { ...faulty, tried: [] }, control }

  const beganMs = planned.faulty.incident?.atMs ?? planned.faulty.deployAtMs ?? 0
  const showingMs = onsetMs - beganMs
  const longestMs = rolloutMs(silent) + Math.max(watchedMs, watchedTimes * showingMs)
  const keptAwayMs = Math.max(observedAfterMs, keptAwayTimes * showingMs)
  const endMs = Math.max(horizonMs, ...attempts.map(({ atMs }) => atMs + longestMs))
  const long = makeSetting(quiet(planned.faulty, endMs))
  const untreated = runQuietly(long)
  const healthy = runQuietly(makeSetting(quiet(planned.control, endMs)))
  const untreatedLastMs = lastTouchMs(untreated)
  const harmSince = (log: readonly TrialEvent[]) => harmBeside(healthy, log, endMs - keptAwayMs)
  const tried = tryRemedies(long, attempts).map((log, i): TriedRemedy => {
    const { remedy, atMs } = attempts[i]!
    const lastMs = lastTouchMs(log)
    const ends = lastMs <= endMs - keptAwayMs && lastMs <= untreatedLastMs - observedAfterMs
    const left = harmSince(log)
    const makesRoom = remedy === 'scale' && isEased(left, harmSince(untreated)) && !suffers(log, endMs - keptAwayMs)
    const helps = (ends && !isHarm(left)) || makesRoom
    return { remedy, atMs, helps, lastTouchMs: lastMs }
  })
  return { seed, horizonMs, faulty: { ...faulty, tried }, control }
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

function badRequests(events: readonly TrialEvent[]): number {
  return events.reduce((sum, { type, data }) => sum + (type === 'truth.cell' ? data.bad : 0), 0)
}

function requestsOf(events: readonly TrialEvent[]): number {
  return events.reduce((sum, { type, data }) => sum + (type === 'truth.cell' ? data.requests : 0), 0)
}

/** The phase in the end; empty where there is no rollout to be seen. */
function lastPhase(events: readonly TrialEvent[]): string {
  const last = events.findLast(({ type }) => type === 'rollout.changed')
  return last?.type === 'rollout.changed' ? last.data.phase : ''
}

/** How long the control's deploy took to be Healthy; 0 where nothing is deployed or it waits for somebody. */
function rolloutMs(events: readonly TrialEvent[]): number {
  const deployed = events.find(({ type }) => type === 'release.updated')
  const healthy = events.findLast(({ type, data }) => type === 'rollout.changed' && data.phase === 'Healthy')
  return deployed === undefined || healthy === undefined ? 0 : Math.max(0, healthy.t - deployed.t)
}
