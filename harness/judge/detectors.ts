import { type JudgedTrial, trialsOf } from './evidence.ts'
import type { TrialFacts } from './instants.ts'
import { countOf, rate } from './rates.ts'
import type { DetectorRow } from './summary.ts'
import { follow, summarizeTime } from './times.ts'

/** An alarm in the open loop, where nobody acts. `blames` is the deploy's hash, or null for trouble that is not its fault. */
export interface DetectorAlarm {
  readonly policy: string
  readonly detector: string
  readonly blames: string | null
  readonly t: number
}

/** The alarms of one scenario, variant and seed, of all policies. */
export interface UnitAlarms {
  readonly scenario: string
  readonly variant: string
  readonly seed: number
  readonly alarms: readonly DetectorAlarm[]
}

/** One trial as a detector saw it. */
interface Watched {
  readonly isFaulty: boolean
  readonly firstMs: number | null
  readonly onsetMs: number | null
  readonly horizonMs: number
}

/** A row per policy, scenario and detector. @param detectors all that watched, so that one that never fires has its row */
export function detectorRows(
  judged: readonly JudgedTrial[],
  alarms: readonly UnitAlarms[],
  policies: readonly string[],
  detectors: readonly string[],
): DetectorRow[] {
  const byUnit = new Map(alarms.map(unit => [unitKey(unit), unit.alarms]))
  return policies.flatMap(policy => {
    const lowest = judged
      .filter(({ trial }) => trial.policy === policy)
      .map(({ trial }) => trial.level)
      .sort()[0]
    if (lowest === undefined) return []
    const trials = trialsOf(judged, policy, lowest)
    return [...Map.groupBy(trials, ({ scenario }) => scenario.name)].flatMap(([scenario, own]) =>
      detectors.map(detector => {
        const watched = own
          .filter(({ invalid, trial, truth }) => invalid === undefined && isScored(trial.variant, truth.deploy))
          .map(one => watch(one, byUnit.get(unitKey(one.trial)) ?? [], policy, detector))
        return detectorRow(policy, detector, scenario, watched)
      }),
    )
  })
}

/** A deploy that should be reverted in no variant but the faulty one can be blamed rightly, and else wrongly. */
function isScored(variant: string, deploy: string): boolean {
  return (variant === 'faulty') === (deploy === 'revert')
}

function watch(
  { trial, nullRun }: JudgedTrial,
  alarms: readonly DetectorAlarm[],
  policy: string,
  detector: string,
): Watched {
  const own = alarms.filter(alarm => alarm.policy === policy && alarm.detector === detector && alarm.blames !== null)
  const { horizonMs } = trial.facts
  const times = own.map(({ t }) => t).filter(t => t <= horizonMs)
  return {
    isFaulty: trial.variant === 'faulty',
    firstMs: times.length === 0 ? null : Math.min(...times),
    onsetMs: openLoopOnset(trial.facts, nullRun),
    horizonMs,
  }
}

/** Until somebody acts a row is the open loop; what was reverted before onset takes the null policy's. */
function openLoopOnset(facts: TrialFacts, nullRun: TrialFacts | undefined): number | null {
  return facts.preempted ? (nullRun?.onsetMs ?? null) : facts.onsetMs
}

function detectorRow(policy: string, detector: string, scenario: string, watched: readonly Watched[]): DetectorRow {
  const faulty = watched.filter(({ isFaulty }) => isFaulty)
  const fired = ({ firstMs }: Watched) => firstMs !== null
  const times = faulty.flatMap(({ onsetMs, firstMs, horizonMs }) =>
    onsetMs === null || onsetMs >= horizonMs
      ? []
      : { scenario, fromMs: onsetMs, toMs: firstMs === null ? null : Math.max(firstMs, onsetMs), untilMs: horizonMs },
  )
  return {
    policy,
    detector,
    scenario,
    recall: rate(countOf(faulty, fired)),
    falsePositiveRate: rate(
      countOf(
        watched.filter(({ isFaulty }) => !isFaulty),
        fired,
      ),
    ),
    timeToDetectS: summarizeTime(follow(times)),
    latched: faulty.filter(({ firstMs, onsetMs }) => firstMs !== null && onsetMs !== null && firstMs < onsetMs).length,
  }
}

function unitKey({ scenario, variant, seed }: { scenario: string; variant: string; seed: number }): string {
  return [scenario, variant, seed].join('/')
}
