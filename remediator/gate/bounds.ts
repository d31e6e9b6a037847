import type { SafeAction } from '../../harness/model/safe-action.ts'
import type { BaselineThreshold, GateFacts } from './facts.ts'
import { type Finding, finding, unless } from './finding.ts'
import type { Situation } from './situation.ts'
import { fieldOf } from './state.ts'

type Of<C extends SafeAction['class']> = Extract<SafeAction, { readonly class: C }>

/** Values against the approved baseline, step by step and over time. What takes an action back is bound by the baseline alone. */
export function judgeBounds(situation: Situation): Finding[] {
  const { action } = situation
  switch (action.class) {
    case 'scale':
      return judgeReplicas({ ...situation, action })
    case 'widenThreshold':
      return judgeLimit({ ...situation, action })
    case 'retry':
      return judgeRetries({ ...situation, action })
    case 'quietLog':
      return judgeMessage({ ...situation, action })
    case 'restartPod':
      return judgeReadyPods({ ...situation, action })
  }
}

function judgeReplicas({ action, facts: { baseline }, policy, takesBack }: Situation<Of<'scale'>>): Finding[] {
  if (baseline === null) return [noBaseline]
  const { fromReplicas, replicas } = action
  const most = Math.min(baseline.maxReplicas, Math.floor(baseline.replicas * policy.classes.scale.maxFactor))
  return [
    ...unless(replicas <= most, 'bounds', `${replicas} replicas, at most ${most}`, true),
    ...unless(replicas >= baseline.replicas, 'bounds', `${replicas} replicas, at least ${baseline.replicas}`, true),
    ...unless(takesBack !== undefined || replicas > fromReplicas, 'bounds', 'only scales up', true),
  ]
}

function judgeLimit(situation: Situation<Of<'widenThreshold'>>): Finding[] {
  const { action, facts, policy, others, takesBack, state } = situation
  if (facts.baseline === null) return [noBaseline]
  const threshold = thresholdOf(facts, action)
  if (threshold === undefined) {
    return [finding('bounds', `${action.metric} is not among the baseline's thresholds`, true)]
  }
  const { maxFactor, productOver } = policy.classes.widenThreshold
  const step = loosening(threshold, action.fromValue, action.toValue)
  const inAll = loosening(threshold, threshold.limit, action.toValue)
  const recent = others.filter(
    ({ action: other, atMs, undone, takesBack: isBack }) =>
      fieldOf(other) === fieldOf(action) && !undone && !isBack && atMs > facts.nowMs - productOver,
  )
  const product = recent.reduce((soFar, { action: other }) => {
    const { fromValue, toValue } = other as Of<'widenThreshold'>
    return soFar * loosening(threshold, fromValue, toValue)
  }, step)
  const below = `below ${maxFactor} times`
  return [
    ...unless(!threshold.isObjective, 'bounds', `the limit of ${action.metric} is the objective itself`, true),
    ...unless(isBelow(inAll, maxFactor), 'bounds', `${times(inAll)} the baseline's limit, has to stay ${below}`, true),
    ...unless(takesBack !== undefined || step > 1, 'bounds', 'does not widen the limit', true),
    ...unless(
      takesBack !== undefined || isBelow(product, maxFactor),
      'bounds',
      `${times(product)} in all steps of the window, has to stay ${below}`,
      true,
    ),
    ...unless(
      action.fromValue === limitNow(state.records, threshold, action),
      'precondition',
      `the limit is not ${action.fromValue} now`,
    ),
  ]
}

function judgeRetries({ action, policy, others }: Situation<Of<'retry'>>): Finding[] {
  const { perRevision } = policy.classes.retry
  const before = others.filter(
    ({ action: other }) => other.class === 'retry' && other.podTemplateHash === action.podTemplateHash,
  ).length
  return unless(before < perRevision, 'bounds', `retried ${before} times, at most ${perRevision} a revision`, true)
}

function judgeMessage({ action, facts: { messages }, policy }: Situation<Of<'quietLog'>>): Finding[] {
  const levels = new Set(messages.filter(({ message }) => message === action.message).map(({ level }) => level))
  if (levels.size === 0) return [finding('precondition', 'nobody has read this message in the log')]
  const allowed: readonly string[] = policy.classes.quietLog.levels
  return [...levels]
    .filter(level => !allowed.includes(level))
    .map(level => finding('bounds', `messages of level ${level} are not silenced`, true))
}

/** A pod that is not ready takes nothing away. */
function judgeReadyPods({ action, facts: { baseline, pods }, policy }: Situation<Of<'restartPod'>>): Finding[] {
  if (baseline === null) return [noBaseline]
  if (pods[action.pod]?.ready !== true) return []
  const ready = Object.values(pods).filter(
    pod => pod.ready && pod.phase === 'Running' && pod.name !== action.pod,
  ).length
  const least = Math.ceil(baseline.replicas * policy.classes.restartPod.minReady)
  return unless(ready >= least, 'precondition', `leaves ${ready} ready pods, at least ${least}`)
}

const noBaseline = finding('facts', 'no baseline is pinned')

function thresholdOf({ baseline }: GateFacts, { target, metric }: Of<'widenThreshold'>): BaselineThreshold | undefined {
  return baseline?.thresholds.find(threshold => threshold.template === target.name && threshold.metric === metric)
}

/** What is in force, as far as the gate has had a hand in it. */
function limitNow(
  records: Situation['state']['records'],
  { limit }: BaselineThreshold,
  action: Of<'widenThreshold'>,
): number {
  const last = records.findLast(
    ({ action: other, stage, ok, undone, takesBack }) =>
      fieldOf(other) === fieldOf(action) && stage !== 'granted' && ok !== false && !undone && !takesBack,
  )
  return last === undefined ? limit : (last.action as Of<'widenThreshold'>).toValue
}

/**
 * How many times looser one limit is than another. A limit that values may not fall below is a share (a success ratio); what counts is its
 * distance from 1. NaN, which no bound admits, where it is none.
 */
function loosening({ fails }: BaselineThreshold, fromValue: number, toValue: number): number {
  if (fails === 'above') return toValue / fromValue
  return fromValue < 1 && toValue < 1 ? (1 - toValue) / (1 - fromValue) : Number.NaN
}

/** Below, and not by a rounding error: 0.1 / 0.05 of the distances of 0.9 and 0.95 from 1 is computed as less than 2. */
function isBelow(factor: number, bound: number): boolean {
  return factor < bound * (1 - 1e-9)
}

function times(factor: number): string {
  return `${factor.toFixed(2)} times`
}
