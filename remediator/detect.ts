import type { Alarm } from '../harness/model/effect.ts'
import type { TimedObservation } from '../harness/model/observation.ts'
import type { Detector, DetectorContext } from './detectors/detector.ts'
import { detectors } from './detectors/index.ts'
import { forgetGonePods } from './seen.ts'
import { type EngineState, revisionOf, type Watch } from './state.ts'

const byName = new Map<string, Detector>(detectors.map(detector => [detector.name, detector]))

/**
 * Follows the rollout: a new revision beside a stable one is judged by fresh detectors; one that was promoted goes on being judged
 * until the next comes. Without a stable revision there is nothing to judge against, nor anything to return to.
 * @returns whether a judgement begins.
 */
export function arm(state: EngineState): boolean {
  const { rollout } = state.seen
  const { judgement: former } = state
  if (rollout === null) return false
  if (former !== null && rollout.currentHash === former.judgedHash) {
    if (rollout.stableHash === former.judgedHash) former.promotedAtMs ??= state.seen.nowMs
    return false
  }
  const { currentHash: judgedHash, stableHash } = rollout
  state.judgement = null
  if (judgedHash === '' || stableHash === '' || judgedHash === stableHash) return false
  forgetGonePods(state.seen)
  revisionOf(state, judgedHash)
  state.judgement = { judgedHash, stableHash, sinceMs: state.seen.nowMs, promotedAtMs: null, watches: [] }
  state.judgement.watches.push(...watchesOf(state, 'rollout'))
  return true
}

/** From the first sight of the Rollout on, the detectors of the service watch, deploy or not. */
export function armService(state: EngineState): void {
  if (state.watches.length === 0 && state.seen.rollout !== null) rearmService(state)
}

/** They forget what they have found. */
export function rearmService(state: EngineState): void {
  state.watches.splice(0, state.watches.length, ...watchesOf(state, 'service'))
}

/** Deciding ones first, in the policy's order. */
function watchesOf(state: EngineState, scope: Detector['scope']): Watch[] {
  const { policy, shadows = true } = state.setting
  const { deciders } = policy.decide
  const shadowNames = shadows ? detectors.map(({ name }) => name).filter(name => !deciders.includes(name)) : []
  const context = contextOf(state)
  return [...deciders, ...shadowNames]
    .filter(name => byName.get(name)!.scope === scope)
    .map(name => ({
      detector: name,
      deciding: deciders.includes(name),
      state: byName.get(name)!.create(policy.detectors[name], context),
      blaming: null,
      unblaming: null,
      told: false,
    }))
}

/** An alarm that was raised in this step. */
export interface Raised {
  readonly alarm: Alarm
  readonly deciding: boolean
}

/** Shows an observation to every detector at work, and latches what they find: first trouble without blame, then blame. */
export function detect(state: EngineState, observation: TimedObservation): Raised[] {
  const watches = [...(state.judgement?.watches ?? []), ...state.watches]
  if (watches.length === 0) return []
  const raised: Raised[] = []
  const context = contextOf(state)
  const tunings = state.setting.policy.detectors
  for (const watch of watches) {
    const detector = detectorOf(watch)
    const finding = detector.observe(watch.state, tunings[watch.detector], observation, context)
    if (finding === undefined || watch.blaming !== null) continue
    const alarm: Alarm = { detector: watch.detector, pod: '', ...finding, score: detector.score(watch.state) }
    if (finding.blames !== null) watch.blaming = alarm
    else if (watch.unblaming === null) watch.unblaming = alarm
    else continue
    raised.push({ alarm, deciding: watch.deciding })
  }
  return raised
}

/** How suspicious a detector at work is. */
export interface Suspicion {
  readonly detector: string
  readonly deciding: boolean
  readonly score: number
  /** Score that it takes to find anything; null where the detector's scale has none. */
  readonly limit: number | null
  /** It has found something. */
  readonly fired: boolean
}

/** Of all detectors at work. It changes nothing. */
export function suspicionsOf({ judgement, watches, setting }: EngineState): Suspicion[] {
  return [...(judgement?.watches ?? []), ...watches].map(watch => {
    const { limit, score } = detectorOf(watch)
    return {
      detector: watch.detector,
      deciding: watch.deciding,
      score: score(watch.state),
      limit: limit?.(setting.policy.detectors[watch.detector]) ?? null,
      fired: watch.blaming !== null || watch.unblaming !== null,
    }
  })
}

export function detectorOf({ detector }: Watch): Detector {
  return byName.get(detector)!
}

export function contextOf({ seen, setting, judgement }: EngineState): DetectorContext {
  return {
    nowMs: seen.nowMs,
    judgedHash: judgement?.judgedHash ?? '',
    stableHash: judgement?.stableHash ?? '',
    deployedAtMs: judgement?.sinceMs ?? null,
    promotedAtMs: judgement?.promotedAtMs ?? null,
    rollout: seen.rollout,
    pods: seen.pods,
    totals: seen.totals,
    looks: seen.looks,
    flagChangesMs: seen.flagChanges.map(({ atMs }) => atMs),
    service: setting.site.service,
    entry: setting.site.entry,
    upperBoundsS: setting.latencyBucketsS,
    lookIntervalMs: setting.lookIntervalMs,
    horizonMs: setting.horizonMs,
  }
}
