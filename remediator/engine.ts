import type { Effect, Level } from '../harness/model/effect.ts'
import type { TimedObservation } from '../harness/model/observation.ts'
import { act, finish, settle } from './act.ts'
import { page, verdictOn } from './decide.ts'
import { arm, detect, type Raised } from './detect.ts'
import { type Outbox, put, release } from './outbox.ts'
import { createSeen, see } from './seen.ts'
import { type EngineSetting, type EngineState, type Judgement, revisionOf } from './state.ts'

export type { EngineSetting, EngineState } from './state.ts'

export function createEngine(setting: EngineSetting, level: Level): EngineState {
  const latencyBucketsS = setting.latencyBucketsS.filter(bound => Number.isFinite(bound))
  return {
    setting: { ...setting, latencyBucketsS },
    level,
    steps: 0,
    seen: createSeen(),
    judgement: null,
    revisions: {},
    withheld: [],
  }
}

/**
 * Takes one observation and says what is to be done: detect, decide, act, and let out what the level allows. Changes the state in
 * place; the same observations give the same effects. Doubled, late and stale observations are harmless.
 */
export function step(state: EngineState, observation: TimedObservation): Effect[] {
  const outbox: Outbox = { trial: state.setting.trial, step: state.steps++, effects: [] }
  const isFresh = see(state.seen, observation)
  if (observation.type === 'effect.finished') finish(state, outbox, observation)
  let raised: Raised[] = []
  if (observation.type === 'rollout.changed') {
    settle(state, outbox)
    if (arm(state)) raised = alarmOnSight(state)
  }
  const { judgement } = state
  if (judgement !== null) {
    if (isFresh) raised.push(...detect(state, judgement, observation))
    decide(state, outbox, judgement, raised)
  }
  return release(state, outbox)
}

/** Shadow alarms come last, so that effect ids are the same with and without shadows. */
function decide(state: EngineState, outbox: Outbox, judgement: Judgement, raised: readonly Raised[]): void {
  for (const { alarm, deciding } of raised) if (deciding) put(outbox, { type: 'alarm', alarm, deciding })
  const revision = revisionOf(state, judgement.judgedHash)
  const verdict = verdictOn(state, judgement)
  if (verdict !== undefined) revision.blamed = true
  page(outbox, revision, judgement, verdict)
  act(state, outbox, judgement, revision, verdict)
  for (const { alarm, deciding } of raised) if (!deciding) put(outbox, { type: 'alarm', alarm, deciding })
}

/** The always-roll-back policy calls every new revision bad, with no detector's help. */
function alarmOnSight({ judgement, setting }: EngineState): Raised[] {
  if (judgement === null || setting.policy.decide.when !== 'always') return []
  const alarm = { detector: 'always', blames: judgement.judgedHash, pod: '', score: 1, reason: 'a new revision' }
  return [{ alarm, deciding: true }]
}
