import type { Alarm } from '../harness/model/effect.ts'
import type { TimedObservation } from '../harness/model/observation.ts'
import type { Detector, DetectorContext } from './detectors/detector.ts'
import { detectors } from './detectors/index.ts'
import { forgetGonePods } from './seen.ts'
import { type EngineState, type Judgement, revisionOf } from './state.ts'

const byName = new Map<string, Detector>(detectors.map(detector => [detector.name, detector]))

/**
 * Follows the rollout: a new revision beside a stable one is judged by fresh detectors; one that was promoted goes on being judged
 * until the next comes. Without a stable revision there is nothing to judge against, nor anything to return to.
 * @returns whether a judgement begins.
 */
export function arm(state: EngineState): boolean {
  const { rollout } = state.seen
  if (rollout === null || rollout.currentHash === state.judgement?.judgedHash) return false
  const { currentHash: judgedHash, stableHash } = rollout
  state.judgement = null
  if (judgedHash === '' || stableHash === '' || judgedHash === stableHash) return false
  forgetGonePods(state.seen)
  revisionOf(state, judgedHash)
  const { policy, shadows = true } = state.setting
  const judgement: Judgement = { judgedHash, stableHash, watches: [] }
  state.judgement = judgement
  const context = contextOf(state, judgement)
  const { deciders } = policy.decide
  const shadowNames = detectors.map(({ name }) => name).filter(name => !deciders.includes(name))
  for (const name of shadows ? [...deciders, ...shadowNames] : deciders) {
    judgement.watches.push({
      detector: name,
      deciding: deciders.includes(name),
      state: byName.get(name)!.create(policy.detectors[name], context),
      blaming: null,
      unblaming: null,
    })
  }
  return true
}

/** An alarm that was raised in this step. */
export interface Raised {
  readonly alarm: Alarm
  readonly deciding: boolean
}

/** Shows an observation to every detector of the judgement, and latches what they find: first trouble without blame, then blame. */
export function detect(state: EngineState, judgement: Judgement, observation: TimedObservation): Raised[] {
  const raised: Raised[] = []
  const context = contextOf(state, judgement)
  const tunings = state.setting.policy.detectors
  for (const watch of judgement.watches) {
    const detector = byName.get(watch.detector)!
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

function contextOf(state: EngineState, { judgedHash, stableHash }: Judgement): DetectorContext {
  const { seen, setting } = state
  return {
    nowMs: seen.nowMs,
    judgedHash,
    stableHash,
    rollout: seen.rollout,
    deployedAtMs: null,
    promotedAtMs: null,
    service: '',
    entry: '',
    looks: [],
    flagChangesMs: [],
    pods: seen.pods,
    totals: seen.totals,
    upperBoundsS: setting.latencyBucketsS,
    lookIntervalMs: setting.lookIntervalMs,
    horizonMs: setting.horizonMs,
  }
}
