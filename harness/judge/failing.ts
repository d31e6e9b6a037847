import { counted } from '../model/counted.ts'
import type { Actor } from '../model/effect.ts'
import type { GroundTruth } from '../model/ground-truth.ts'
import type { TrialFacts } from './instants.ts'
import { falseActions, isDetected, isReverted, isRollback, wantsRollback } from './outcome.ts'
import type { TrialResult } from './trial-result.ts'

/** Why a trial went wrong for the policy under test. */
interface Failure {
  /** In a few words, the same for all trials that failed like it. */
  readonly what: string
  readonly evidence: string
}

/** Undefined where nothing went wrong. @param truth what was right for the trial's scenario and variant */
export function failureOf(
  { variant, level, facts }: Pick<TrialResult, 'variant' | 'level' | 'facts'>,
  truth: GroundTruth,
): Failure | undefined {
  if (!facts.valid) return { what: 'the trial is not valid', evidence: 'its set-up or its telemetry failed' }
  if (truth.deploy === 'revert') return failureOfBadDeploy(facts, truth, level !== 'L0')
  if (variant === 'faulty' && truth.page === 'must' && !isDetected(facts))
    return { what: 'nobody was told of the trouble', evidence: badRequestsOf(facts) }
  return falseDeed(facts, truth, variant === 'faulty')
}

export function isFailing(trial: TrialResult, truth: GroundTruth): boolean {
  return failureOf(trial, truth) !== undefined
}

function failureOfBadDeploy(facts: TrialFacts, truth: GroundTruth, acts: boolean): Failure | undefined {
  const evidence = badRequestsOf(facts)
  if (!isDetected(facts)) return { what: 'the fault was not detected', evidence }
  if (wantsRollback(truth)) {
    if (acts && !isReverted(facts)) return { what: 'the bad deploy was not rolled back', evidence }
  } else if (isReverted(facts)) {
    const what = truth.rollbackSafe
      ? 'the deploy was rolled back, which does not end this fault'
      : 'the deploy was rolled back, and the version before is not safe to return to'
    return { what, evidence: rollbackBy(facts, ['engine', 'argo']) }
  }
  return truth.page === 'must' && !facts.paged ? { what: 'nobody was told of the fault', evidence } : undefined
}

/** @param inTrouble something is wrong that is not the deploy's fault */
function falseDeed(facts: TrialFacts, truth: GroundTruth, inTrouble: boolean): Failure | undefined {
  const { deployedMs, revertedMs, blamingAlarms, paged } = facts
  const deploy = deployedMs === null ? 'a version that had long been live' : 'a good deploy'
  const reason = inTrouble ? ' for trouble that is not its fault' : ''
  if (isReverted(facts))
    return { what: `${deploy} was rolled back${reason}`, evidence: rollbackBy(facts, ['engine', 'argo']) }
  const others = falseActions(facts, truth).filter(operation => !isRollback(operation))
  if (others.length > 0) return { what: 'something was done that remedies nothing', evidence: others.join(', ') }
  if (revertedMs.human !== undefined)
    return { what: `people rolled ${deploy} back${reason}`, evidence: rollbackBy(facts, ['human']) }
  if (blamingAlarms > 0) {
    return { what: `${deploy} was called bad${reason}`, evidence: counted(blamingAlarms, 'alarm') }
  }
  if (truth.page === 'mustNot' && paged)
    return { what: 'people were paged for nothing', evidence: 'no alarm blames the deploy' }
  return undefined
}

function badRequestsOf({ badRequests, horizonMs }: TrialFacts): string {
  return `${badRequests} bad requests in the ${Math.round(horizonMs / 6000) / 10} min to the horizon`
}

function rollbackBy({ revertedMs, deployedMs }: TrialFacts, actors: readonly Actor[]): string {
  const names = { engine: 'the engine', argo: 'argo', human: 'people', kubelet: 'the kubelet' }
  const [actor, atMs] = actors
    .flatMap(one => (revertedMs[one] === undefined ? [] : [[one, revertedMs[one]] as const]))
    .reduce((earliest, one) => (one[1] < earliest[1] ? one : earliest))
  const seconds = Math.round((atMs - (deployedMs ?? 0)) / 100) / 10
  const when = deployedMs === null ? `${seconds} s into the trial` : `${seconds} s after the deploy`
  return `by ${names[actor]} ${when}`
}
