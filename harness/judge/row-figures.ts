import { controlOf } from '../model/scenario.ts'
import { poissonRate } from '../stats/poisson.ts'
import { type EngineEvidence, engineEvidence, engineFigures } from './engine-figures.ts'
import type { JudgedTrial } from './evidence.ts'
import { type HarmValues, harmMeans, harmValues } from './harm.ts'
import type { TrialFacts } from './instants.ts'
import { falseActions, isArgoAlone, isDetected, isReverted, measuredFromMs, wantsRollback } from './outcome.ts'
import { type Counted, type CountedScare, countOf, falseRate, precisionAtCfr, rate } from './rates.ts'
import type { ResultRow } from './summary.ts'
import { detectionTimes, type Followed, recoveryTimes, resolutionTimes, splitRecovery, summarizeTime } from './times.ts'

/** Above this share of faulty trials without times, two policies' times are over different trials. */
const untimedShareMax = 0.05

/** The counts, times and harm that criteria are decided on. */
export interface RowEvidence extends EngineEvidence {
  readonly recall: Counted
  readonly alarmed: { readonly twins: Counted; readonly scares: readonly CountedScare[] }
  readonly acted: { readonly twins: Counted; readonly scares: readonly CountedScare[] }
  /** Blaming alarms in twins, and how long these were watched. */
  readonly alarms: { readonly events: number; readonly hours: number; readonly n: number }
  /** Controls whose good deploy a person rolled back. */
  readonly humanActed: Counted
  readonly detected: Counted
  readonly detection: Followed
  readonly recovery: Followed
  readonly resolution: Followed
  readonly harm: HarmValues
}

export type Figures = Omit<ResultRow, 'policy' | 'level' | 'sameAs'>

/** @param judged a row's trials in canonical order, invalid ones too: they count nowhere */
export function rowEvidence(judged: readonly JudgedTrial[]): RowEvidence {
  const { trials, faulty, facts, allTwins, twins, scares } = partsOf(judged)
  const controls = [...twins, ...scares]
  const timed = faulty.map(({ trial }) => trial)
  return {
    recall: countOf(
      faulty.filter(({ truth }) => wantsRollback(truth)),
      ({ trial }) => isReverted(trial.facts),
    ),
    alarmed: { twins: countOf(twins, isAlarmed), scares: byScare(judged, scares, isAlarmed) },
    acted: { twins: countOf(twins, isFalselyActed), scares: byScare(judged, scares, isFalselyActed) },
    alarms: {
      events: allTwins.reduce((sum, { trial }) => sum + trial.facts.blamingAlarms, 0),
      hours: allTwins.reduce((sum, { trial }) => sum + trial.facts.horizonMs, 0) / 3_600_000,
      n: allTwins.length,
    },
    humanActed: countOf(controls, ({ trial }) => trial.facts.revertedMs.human !== undefined),
    detected: countOf(facts, isDetected),
    detection: detectionTimes(timed),
    recovery: recoveryTimes(timed),
    resolution: resolutionTimes(timed),
    harm: harmValues(trials),
    ...engineEvidence(trials),
  }
}

/**
 * All figures of one row; every trial weighs the same, so scenarios weigh by their valid trials.
 * @param judged the row's trials in canonical order, invalid ones too: they count nowhere
 * @param seed keys the bootstrap's draws
 */
export function rowFigures(judged: readonly JudgedTrial[], seed: number): { figures: Figures; evidence: RowEvidence } {
  const { trials, faulty, facts, twins, scares, incidents } = partsOf(judged)
  const evidence = rowEvidence(judged)
  const { recall, alarmed, acted, detection, recovery, resolution } = evidence
  const timed = facts.filter(one => measuredFromMs(one) !== null)
  const figures: Figures = {
    faulty: {
      n: faulty.length,
      detected: evidence.detected.count,
      preempted: facts.filter(({ preempted }) => preempted).length,
      latched: timed.filter(({ latched }) => latched).length,
      recovered: timed.filter(({ recoveredMs }) => recoveredMs !== null).length,
      resolved: facts.filter(({ resolvedMs }) => resolvedMs !== null).length,
    },
    twins: controlCounts(twins),
    scares: controlCounts(scares),
    incidents: controlCounts(incidents),
    humanActed: evidence.humanActed.count,
    recall: rate(recall),
    precisionAtCfr: precisionAtCfr(rate(recall), rate(acted.twins)),
    alarmsPerHealthyHour: poissonRate(evidence.alarms.events, evidence.alarms.hours),
    falsePositiveRate: falseRate(alarmed.twins, alarmed.scares),
    falseActionRate: falseRate(acted.twins, acted.scares),
    timesComparable: facts.length - timed.length <= untimedShareMax * facts.length,
    timeToDetectS: summarizeTime(detection),
    fdrtS: { ...summarizeTime(recovery), split: splitRecovery(facts) },
    timeToResolveS: summarizeTime(resolution),
    harm: harmMeans(evidence.harm, seed),
    ...engineFigures(trials, evidence),
  }
  return { figures, evidence }
}

function partsOf(judged: readonly JudgedTrial[]) {
  const trials = judged.filter(({ invalid }) => invalid === undefined)
  const faulty = trials.filter(({ trial }) => trial.variant === 'faulty')
  const allTwins = trials.filter(({ trial }) => trial.variant === 'twin')
  return {
    trials,
    faulty,
    facts: faulty.map(({ trial }) => trial.facts),
    allTwins,
    twins: allTwins.filter(hasDeploy),
    scares: trials.filter(one => one.trial.variant === 'scare' && hasDeploy(one)),
    incidents: faulty.filter(one => one.truth.deploy !== 'revert' && hasDeploy(one)),
  }
}

/** Without a deploy there is none to call bad, or to take back. */
export function hasDeploy({ scenario }: Pick<JudgedTrial, 'scenario'>): boolean {
  return scenario.deploys.length > 0
}

export function isAlarmed({ trial }: JudgedTrial): boolean {
  return trial.facts.blamingAlarms > 0
}

function isAlarmedByArgoAlone({ blamingAlarms, argoAlarms }: TrialFacts): boolean {
  return blamingAlarms > 0 && blamingAlarms === argoAlarms
}

export function isFalselyActed({ trial, truth }: JudgedTrial): boolean {
  return falseActions(trial.facts, truth).length > 0
}

function controlCounts(controls: readonly JudgedTrial[]): ResultRow['twins'] {
  return {
    n: controls.length,
    alarmed: controls.filter(isAlarmed).length,
    acted: controls.filter(isFalselyActed).length,
    byArgoAlone: {
      alarmed: controls.filter(({ trial: { facts } }) => isAlarmedByArgoAlone(facts)).length,
      acted: controls.filter(({ trial, truth }) => isArgoAlone(trial.facts, truth)).length,
    },
  }
}

/** In order of the suite; a scare of which no trial is valid stands with none, for nothing can be claimed of it. */
function byScare(
  judged: readonly JudgedTrial[],
  valid: readonly JudgedTrial[],
  holds: (control: JudgedTrial) => boolean,
): CountedScare[] {
  const scenarios = new Set(judged.map(({ scenario }) => scenario))
  return [...scenarios]
    .filter(scenario => controlOf(scenario) === 'scare' && hasDeploy({ scenario }))
    .map(scenario => ({
      scenario: scenario.name,
      ...countOf(
        valid.filter(one => one.scenario === scenario),
        holds,
      ),
    }))
}
