import type { CauseKind } from '../model/cause.ts'
import type { Level } from '../model/effect.ts'
import type { GroundTruth } from '../model/ground-truth.ts'
import type { Measure } from '../model/measures.ts'
import type { BrokenBound } from './bound.ts'

/**
 * The result of a run: what `summary.json` holds and `carmine run --json` prints, keys in this order. Keys may be added, never renamed.
 */
export interface Summary {
  readonly schemaVersion: 1
  readonly version: string
  readonly suite: string
  readonly backend: 'sim' | 'kind' | 'existing'
  readonly seed: number
  readonly verdict: Verdict
  readonly wallMs: number
  /** sha256 over the trials' digests in plan order; null on real clusters, where no run repeats another. */
  readonly logDigest: string | null
  readonly trials: {
    readonly planned: number
    readonly valid: number
    readonly invalid: number
    readonly skipped: number
    /** Looks really simulated; of a forked trial those from its fork on. */
    readonly looks: number
  }
  readonly levels: readonly ResultRow[]
  /** Null, always-roll-back, random, clairvoyant and stock-argo, those that ran; the anchor's name stands in `policy`. */
  readonly anchors: readonly ResultRow[]
  readonly scenarios: readonly ScenarioRow[]
  readonly detectors: readonly DetectorRow[]
  readonly criteria: readonly CriterionResult[]
  readonly artifacts: { readonly dir: string; readonly html: string; readonly junit: string }
  /** Trials that went wrong, each with the command line that replays it, or shows it where it was on a real cluster; worst first. */
  readonly findings: readonly Finding[]
  /** What was right in each scenario; its controls are left alone. With the logs, all that the figures are made from. */
  readonly groundTruth: readonly ScenarioTruth[]
  /** What each level changes beside the one below it. */
  readonly differences: readonly DifferenceRow[]
  /** Families that no rule was made for. They are in no figure of `levels` and `anchors`, and in no criterion. */
  readonly heldOut: {
    readonly families: readonly string[]
    readonly levels: readonly ResultRow[]
    readonly anchors: readonly ResultRow[]
  }
  /** Of a run that was to end as soon as all is decided: the planned looks, as seeds of each scenario, and how many were taken. */
  readonly looks: { readonly planned: readonly number[]; readonly taken: number } | null
  /** Rows with less harm than who knows everything: a bug of carmine, which no figure survives. */
  readonly brokenBounds: readonly BrokenBound[]
}

/** A policy at two levels in the same faulty trials of a scenario. */
export interface DifferenceRow {
  readonly policy: string
  readonly scenario: string
  readonly family: string
  /** The level that `level` is compared with. */
  readonly below: Level
  readonly level: Level
  readonly pairs: number
  /** Restricted to 24 hours, where what is not reached ends. */
  readonly timeToResolveS: Difference
  readonly fdrtS: Difference
  readonly badRequests: Difference
  readonly badRequestsToEnd: Difference
}

/** Mean of the paired differences, higher minus lower level, with its bootstrap interval of 95 %. */
export interface Difference extends Estimate {
  /** Whether the interval excludes 0. Less is better. It is not corrected for the number of differences. */
  readonly answer: 'better' | 'worse' | 'cannot tell'
  /** Type of the first event in which two logs of a pair part, the commonest of the pairs that came out otherwise; null without any. */
  readonly event: string | null
  /** The level whose log has it. */
  readonly eventAt: Level | null
  /** Its share of these pairs. */
  readonly eventShare: number | null
}

/** Of the trials with the fault where the scenario has one. */
export interface ScenarioTruth extends GroundTruth {
  readonly scenario: string
  readonly family: string
  readonly requestsPerSecond: number
  /** What looks bad in its controls; null where they are twins. */
  readonly scare: string | null
  /** What a right diagnosis of it names; null without a fault. */
  readonly causeKind: CauseKind | null
  /** It makes pods restart or wait that no release has harmed. */
  readonly disturbsPods: boolean
}

export type Verdict = 'pass' | 'fail' | 'inconclusive'

/** A figure with its 95 % interval; members are null where not defined (no trials, median not reached). */
export interface Estimate {
  readonly value: number | null
  readonly low: number | null
  readonly high: number | null
}

/** A rate 0 to 1 that may be claimed to be below something: `claimHigh` is its one-sided 95 % Clopper–Pearson upper bound. */
export interface ClaimedRate extends Estimate {
  readonly claimHigh: number | null
}

export interface FalseRate {
  readonly twins: ClaimedRate
  /** The scare with the highest rate, null where the suite has none; its claim is Bonferroni-corrected over the scares. */
  readonly worstScare: { readonly scenario: string | null } & ClaimedRate
}

/**
 * A time in seconds. Misses are censored at the horizon and counted in `censored`, never dropped. Below 100 trials, or 30 in which it was
 * reached, `low` and `high` are null.
 */
export interface TimeSummary {
  readonly median: Estimate
  readonly p95: Estimate
  readonly restrictedMean: Estimate
  readonly censored: number
}

/** Restricted means in seconds; they add up to the restricted mean of the whole. */
export interface TimeSplit {
  readonly detect: number | null
  readonly decide: number | null
  readonly execute: number | null
  readonly settle: number | null
}

export interface ControlCounts {
  /** Valid ones in which something was deployed: without a deploy none can be blamed or taken back. */
  readonly n: number
  readonly alarmed: number
  readonly acted: number
  /** Those of them in which only the manifests' own analysis did so, and the engine did nothing of the kind. */
  readonly byArgoAlone: { readonly alarmed: number; readonly acted: number }
}

/** A policy at a level, over all scenarios of the suite. */
export interface ResultRow {
  readonly policy: string
  readonly level: Level
  /** The level whose events were the same in every trial; its figures are repeated here. */
  readonly sameAs: Level | null
  readonly faulty: {
    readonly n: number
    /** By an alarm that blames the deploy; where that is not to blame, by a page. */
    readonly detected: number
    /** Reverted before onset: a rollback for recall, without times. */
    readonly preempted: number
    /** Detected by an alarm or page from before onset that nobody acted on. */
    readonly latched: number
    readonly recovered: number
    readonly resolved: number
  }
  readonly twins: ControlCounts
  readonly scares: ControlCounts
  /** Faulty trials in which a good deploy stands beside the trouble: blaming or reverting it is wrong, and in no rate. */
  readonly incidents: ControlCounts
  /** Controls whose good deploy a person rolled back, misled by a false page. */
  readonly humanActed: number
  /** Share of faulty trials that engine or argo reverted before the horizon, of those in which that was right. */
  readonly recall: Estimate
  /** Precision at a change-failure rate `cfr`. */
  readonly precisionAtCfr: { readonly cfr: number } & Estimate
  readonly alarmsPerHealthyHour: Estimate
  readonly falsePositiveRate: FalseRate
  readonly falseActionRate: FalseRate
  /** False where more than 5 % of the faulty trials have no times, so that those of two policies are over different trials. */
  readonly timesComparable: boolean
  readonly timeToDetectS: TimeSummary
  readonly fdrtS: TimeSummary & { readonly split: TimeSplit }
  readonly timeToResolveS: TimeSummary
  readonly harm: {
    /** Up to the horizon. */
    readonly badRequests: Estimate
    /** Until people are no longer followed: 24 hours in the simulator. */
    readonly badRequestsToEnd: Estimate
    readonly controlBadRequests: Estimate
    /** Bad requests over those that an objective of 99 % allows in 30 days of all users' requests. */
    readonly budgetBurn: Estimate
    readonly goodReleaseMinutesLost: Estimate
  }
  /**
   * Of the faulty trials that were noticed, reverted before they did any harm, or diagnosed all the same, from L2 on. What is inconclusive
   * names no cause, and is not in first place.
   */
  readonly diagnosis: {
    /** The right cause in first place, or among the first three. */
    readonly ac1: Estimate
    readonly ac3: Estimate
    /** From the rollback, or else the first page, to the diagnosis; null where it is not reached. */
    readonly medianS: number | null
    readonly n: number
    readonly made: number
    readonly inconclusive: number
    /** Another cause in first place, and not inconclusive. */
    readonly confidentlyWrong: number
    /** The same of the change that brought it, of the trials in which one did. */
    readonly changeAc1: Estimate
    readonly changeAc3: Estimate
    /** Share of the scares, and of the twins, in which a diagnosis says that the release is the cause. */
    readonly falseOnScares: Estimate
    readonly falseOnTwins: Estimate
  }
  /** Pull requests of the engine. */
  readonly proposals: {
    readonly opened: number
    /** Take back what is wrong and keep what the release is for. */
    readonly correct: number
    /** Take back the whole release. */
    readonly reverted: number
    /** In controls. */
    readonly false: number
    /** In faulty trials, and neither correct nor a reversal. */
    readonly wrong: number
    /** Faulty trials from L3 on, rightly rolled back or a flag's, in which one file is enough to keep what the release is for. */
    readonly fixableInOneFile: number
    /** Share of these with a correct proposal. */
    readonly correctRate: Estimate
  }
  readonly gate: {
    readonly requested: number
    readonly applied: number
    /**
     * Applied and no remedy: said to be harmful, undone or not; or not undone and with more bad requests than at the level below, by 5 %, by
     * 20, and beyond luck.
     */
    readonly unsafe: number
    /** Safe classes that would have remedied, were asked for in a trial, and were never let pass in it. */
    readonly overBlocked: number
    /** Share of the trials with an applied action that have no more bad requests than at the level below, by the same measure. */
    readonly noRegression: Estimate
    readonly undone: number
    readonly regressions: number
    readonly overBlockRate: Estimate
  }
  /** In all trials, and the most of one. */
  readonly budget: { readonly toolCalls: number; readonly toolCallsMax: number }
}

/** The same figures of one scenario. */
export interface ScenarioRow extends ResultRow {
  readonly scenario: string
  readonly family: string
}

/** A detector's figures in the open loop, where nobody's action cut it short. */
export interface DetectorRow {
  /** Whose tuning of the detector it is. */
  readonly policy: string
  readonly detector: string
  readonly scenario: string
  readonly recall: Estimate
  readonly falsePositiveRate: Estimate
  readonly timeToDetectS: TimeSummary
  /** Faulty trials whose first alarm came before onset, and counts as detection at onset. */
  readonly latched: number
}

export interface CriterionResult {
  readonly name: string
  readonly verdict: Verdict
  /**
   * In the measure's unit: a ratio, seconds, minutes, or a mean a trial. The interval is the one that decided: one of its ends is the
   * one-sided bound, the other what the figure can be at all; null where nothing bounds it.
   */
  readonly observed: number | null
  readonly low: number | null
  readonly high: number | null
  /** What it had to show, for people: `at least 95 %`. */
  readonly bound: string
  readonly measure: Measure
  readonly policy: string
  readonly level: Level
  /** Null where the criterion is not about one scenario, or one family. */
  readonly scenario: string | null
  readonly family: string | null
  /** The criterion as it is written: `L1 recall >= 95%`. */
  readonly criterion: string
  /** Trials, or pairs, that the figure is made from. */
  readonly n: number
  /** Of the one-sided bound that decided. */
  readonly confidence: number
  /** From 1, of the run's looks: the one that decided it; null where it is open, or the run was planned with one end. */
  readonly look: number | null
  /** Where it is open, what is likely to decide it; null where nothing tells. */
  readonly missing: {
    /** Trials of the kind that `n` counts. */
    readonly n: number
    /** Seeds of each scenario more, and what that makes of trials in all. */
    readonly seeds: number
    readonly trials: number
  } | null
}

export interface Finding {
  readonly trial: string
  /** One sentence of evidence. */
  readonly problem: string
  readonly replay: string
}
