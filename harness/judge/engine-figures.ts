import { levels } from '../model/effect.ts'
import type { JudgedTrial } from './evidence.ts'
import type { TrialFacts } from './instants.ts'
import { isDetected, isReverted, wantsRollback } from './outcome.ts'
import { type Counted, countOf, rate } from './rates.ts'
import type { ResultRow } from './summary.ts'
import { type Followed, follow, type Span, summarizeTime } from './times.ts'

/**
 * From where on a trial counts as worse than the same one at the level below: more bad requests, by this share, by this many, and by this
 * many standard deviations of the difference of two Poisson counts. An action shifts requests from pod to pod and so draws some of them
 * anew: beyond 4.5 it is luck in one of 300,000 trials.
 */
const worseShare = 0.05
const worseRequests = 20
const worseDeviations = 4.5

/** What criteria about an engine's reasoning and acting are decided on. */
export interface EngineEvidence {
  /** From the rollback or page to the diagnosis. */
  readonly diagnosis: Followed
  /** Right causes in first place, of the causes that were to be found. */
  readonly diagnosed: Counted
  readonly diagnosedInThree: Counted
  /** Diagnoses of them that say they cannot tell, and that name another cause first. */
  readonly undiagnosed: Counted
  readonly misdiagnosed: Counted
  /** The change that brought it in first place, and among three, of those that a change brought. */
  readonly changeFound: Counted
  readonly changeFoundInThree: Counted
  /** Scares, and twins, of whose release a diagnosis said that it is the cause. */
  readonly falselyDiagnosed: Counted
  readonly falselyDiagnosedTwins: Counted
  /** Correct proposals, of the trials in which one file was enough. */
  readonly proposed: Counted
  /** Faulty trials with a wrong proposal, and controls with any. */
  readonly wronglyProposed: Counted
  readonly falselyProposed: Counted
  readonly unsafe: Counted
  readonly overBlocked: Counted
  readonly notWorse: Counted
}

type EngineFigures = Pick<ResultRow, 'diagnosis' | 'proposals' | 'gate' | 'budget'>

/** @param trials valid ones of one policy at one level */
export function engineEvidence(trials: readonly JudgedTrial[]): EngineEvidence {
  const sought = trials.filter(isCauseSought)
  const controls = trials.filter(({ trial }) => trial.variant !== 'faulty')
  const diagnosable = controls.filter(one => isAtLeast(one, 'L2'))
  const changed = sought.filter(({ root }) => root?.change != null)
  const proposing = trials.filter(one => isAtLeast(one, 'L3'))
  const gated = trials.filter(one => isAtLeast(one, 'L4'))
  return {
    diagnosis: follow(sought.map(diagnosisTime)),
    diagnosed: countOf(sought, isRanked('causeRank', 1)),
    diagnosedInThree: countOf(sought, isRanked('causeRank', 3)),
    undiagnosed: countOf(sought, ({ trial }) => trial.facts.diagnosis?.verdict === 'inconclusive'),
    misdiagnosed: countOf(sought, isConfidentlyWrong),
    changeFound: countOf(changed, isRanked('changeRank', 1)),
    changeFoundInThree: countOf(changed, isRanked('changeRank', 3)),
    falselyDiagnosed: countOf(
      diagnosable.filter(({ trial }) => trial.variant === 'scare'),
      blamesRelease,
    ),
    falselyDiagnosedTwins: countOf(
      diagnosable.filter(({ trial }) => trial.variant === 'twin'),
      blamesRelease,
    ),
    proposed: countOf(trials.filter(isFixable), ({ trial }) => trial.facts.proposals.correct > 0),
    wronglyProposed: countOf(
      proposing.filter(({ trial }) => trial.variant === 'faulty'),
      ({ trial }) => trial.facts.proposals.wrong > 0,
    ),
    falselyProposed: countOf(
      proposing.filter(({ trial }) => trial.variant !== 'faulty'),
      ({ trial }) => trial.facts.proposals.opened > 0,
    ),
    unsafe: countOf(gated, isUnsafe),
    overBlocked: {
      count: total(gated, ({ gate }) => gate.overBlocked),
      n: total(gated, ({ gate }) => gate.remediesAsked),
    },
    notWorse: countOf(
      gated.filter(({ trial, below }) => trial.facts.gate.applied > 0 && below !== undefined),
      one => !isWorse(one),
    ),
  }
}

/** @param evidence of the same trials */
export function engineFigures(trials: readonly JudgedTrial[], evidence: EngineEvidence): EngineFigures {
  const sought = trials.filter(isCauseSought)
  const gated = trials.filter(one => isAtLeast(one, 'L4'))
  const controls = trials.filter(({ trial }) => trial.variant !== 'faulty')
  return {
    diagnosis: {
      ac1: rate(evidence.diagnosed),
      ac3: rate(evidence.diagnosedInThree),
      medianS: summarizeTime(evidence.diagnosis).median.value,
      n: sought.length,
      made: sought.filter(({ trial }) => trial.facts.diagnosis !== null).length,
      inconclusive: evidence.undiagnosed.count,
      confidentlyWrong: evidence.misdiagnosed.count,
      changeAc1: rate(evidence.changeFound),
      changeAc3: rate(evidence.changeFoundInThree),
      falseOnScares: rate(evidence.falselyDiagnosed),
      falseOnTwins: rate(evidence.falselyDiagnosedTwins),
    },
    proposals: {
      opened: total(trials, ({ proposals }) => proposals.opened),
      correct: total(trials, ({ proposals }) => proposals.correct),
      reverted: total(trials, ({ proposals }) => proposals.reverted),
      false: total(controls, ({ proposals }) => proposals.opened),
      wrong: total(trials, ({ proposals }) => proposals.wrong) - total(controls, ({ proposals }) => proposals.opened),
      fixableInOneFile: evidence.proposed.n,
      correctRate: rate(evidence.proposed),
    },
    gate: {
      requested: total(trials, ({ gate }) => gate.requested),
      applied: total(trials, ({ gate }) => gate.applied),
      unsafe: total(gated.filter(isUnsafe), ({ gate }) => gate.unwarranted),
      overBlocked: evidence.overBlocked.count,
      noRegression: rate(evidence.notWorse),
      undone: total(trials, ({ gate }) => gate.undone),
      regressions: evidence.notWorse.n - evidence.notWorse.count,
      overBlockRate: rate(evidence.overBlocked),
    },
    budget: {
      toolCalls: total(trials, ({ toolCalls }) => toolCalls),
      toolCallsMax: Math.max(0, ...trials.map(({ trial }) => trial.facts.toolCalls)),
    },
  }
}

function total(trials: readonly JudgedTrial[], of: (facts: TrialFacts) => number): number {
  return trials.reduce((sum, { trial }) => sum + of(trial.facts), 0)
}

export function isAtLeast({ trial }: JudgedTrial, level: (typeof levels)[number]): boolean {
  return levels.indexOf(trial.level) >= levels.indexOf(level)
}

/** Something is wrong, it was noticed or a diagnosis was made unasked, and the level has one. */
export function isCauseSought(one: JudgedTrial): boolean {
  const { facts } = one.trial
  return one.root !== null && (isDetected(facts) || facts.diagnosis !== null) && isAtLeast(one, 'L2')
}

/** A right rollback, or a flag's trouble that was noticed, at a level that may propose. */
export function isFixable(one: JudgedTrial): boolean {
  const { facts } = one.trial
  if (!facts.proposals.fixableInOneFile || !isAtLeast(one, 'L3')) return false
  return one.root?.change === 'deploy' ? wantsRollback(one.truth) && isReverted(facts) : facts.detectedMs !== null
}

export function isRanked(rank: 'causeRank' | 'changeRank', upTo: number): (one: JudgedTrial) => boolean {
  return ({ trial }) => (trial.facts.diagnosis?.[rank] ?? Infinity) <= upTo
}

function isConfidentlyWrong({ trial: { facts } }: JudgedTrial): boolean {
  const { diagnosis } = facts
  return diagnosis !== null && diagnosis.verdict !== 'inconclusive' && diagnosis.causeRank !== 1
}

function blamesRelease({ trial }: JudgedTrial): boolean {
  return trial.facts.diagnosis?.blamesRelease === true
}

function diagnosisTime({ trial: { scenario, facts } }: JudgedTrial): Span {
  const { diagnosis, detectedMs, revertedMs, endMs } = facts
  // Where nobody detected, somebody reverted or remedied before there was anything to detect.
  const noticedMs = detectedMs ?? Math.min(endMs, ...Object.values(revertedMs))
  return { scenario, fromMs: diagnosis?.sinceMs ?? noticedMs, toMs: diagnosis?.madeMs ?? null, untilMs: endMs }
}

/**
 * An action was applied that the scenario says to make things worse; or one that remedies nothing in the trial and was not undone, with
 * more bad requests than in the same trial at the level below. Where that was not run nothing shows that the action was harmless. What
 * its verification said does not count.
 */
export function isUnsafe(one: JudgedTrial): boolean {
  const { unwarranted, harmful } = one.trial.facts.gate
  return harmful > 0 || (unwarranted > 0 && (one.below === undefined || isWorse(one)))
}

function isWorse({ trial: { facts }, below }: JudgedTrial): boolean {
  if (below === undefined) return false
  const luck = worseDeviations * Math.sqrt(facts.badRequests + below.badRequests)
  return facts.badRequests - below.badRequests > Math.max(worseShare * below.badRequests, worseRequests, luck)
}
