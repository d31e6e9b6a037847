import type { Effect, Level } from '../harness/model/effect.ts'
import type { TimedObservation } from '../harness/model/observation.ts'
import { act, finish, settle } from './act.ts'
import { createAudit } from './audit/audit-log.ts'
import { page, verdictOn } from './decide.ts'
import { arm, armService, detect, type Raised } from './detect.ts'
import { createGate } from './gate/state.ts'
import { finishHold, hold } from './hold.ts'
import { followIncidents, type Opening } from './incidents.ts'
import { letOut, type Outbox, put } from './outbox.ts'
import { isAuditId } from './record.ts'
import { createSeen, see } from './seen.ts'
import { type EngineSetting, type EngineState, revisionOf } from './state.ts'

export { isAllowed, letOut } from './outbox.ts'
export { cloneEngine, type EngineSetting, type EngineState, type Site } from './state.ts'

export function createEngine(setting: EngineSetting, level: Level): EngineState {
  const latencyBucketsS = setting.latencyBucketsS.filter(bound => Number.isFinite(bound))
  return {
    setting: { ...setting, latencyBucketsS },
    level,
    steps: 0,
    seen: createSeen(),
    judgement: null,
    hold: null,
    watches: [],
    revisions: {},
    incidents: [],
    toolCallsMs: [],
    toolCallsMade: 0,
    gate: createGate(),
    audit: createAudit(),
    auditOk: true,
    heard: [],
  }
}

/**
 * Takes one observation and says what is to be done, as far as the level allows it. Changes the state in place; the same observations
 * give the same effects. Doubled, late and stale observations are harmless.
 */
export function step(state: EngineState, observation: TimedObservation): Effect[] {
  return letOut(state, react(state, observation))
}

/** The same before the level is asked: detect, decide, act, diagnose, propose, remedy. What it gives has to go through `letOut`. */
export function react(state: EngineState, observation: TimedObservation): Effect[] {
  const outbox: Outbox = { trial: state.setting.trial, step: state.steps++, effects: [] }
  const isFresh = see(state.seen, observation)
  hear(state, observation)
  if (observation.type === 'effect.finished') {
    finishHold(state, outbox, observation)
    finish(state, outbox, observation)
  }
  let raised: Raised[] = []
  if (observation.type === 'rollout.changed') {
    settle(state, outbox)
    armService(state)
    if (arm(state)) raised = alarmOnSight(state)
  }
  if (isFresh) raised.push(...detect(state, observation))
  const opening = decide(state, outbox, raised)
  followIncidents(state, outbox, observation, opening)
  // Shadow alarms come last, so that effect ids are the same with and without shadows.
  for (const { alarm, deciding } of raised) if (!deciding) put(outbox, { type: 'alarm', alarm, deciding })
  return outbox.effects
}

/** Answers to what others have done, people say, are none of the engine's. */
function hear(state: EngineState, observation: TimedObservation): void {
  if (observation.type !== 'effect.finished' && observation.type !== 'approval.answered') return
  const { effectId } = observation
  if (observation.type === 'effect.finished' && isAuditId(effectId)) state.auditOk = observation.ok
  else if (observation.type === 'approval.answered') {
    state.heard.push({ type: 'approval', effectId, outcome: observation.answer, message: '' })
  } else {
    const { ok, message } = observation
    state.heard.push({ type: 'result', effectId, outcome: ok ? 'ok' : 'failed', message })
  }
}

function decide(state: EngineState, outbox: Outbox, raised: readonly Raised[]): Opening | undefined {
  for (const { alarm, deciding } of raised) if (deciding) put(outbox, { type: 'alarm', alarm, deciding })
  const { judgement } = state
  const verdict = judgement === null ? undefined : verdictOn(state, judgement)
  const opening = page(state, outbox, verdict)
  const revision = judgement === null ? null : revisionOf(state, judgement.judgedHash)
  if (revision !== null && verdict !== undefined) revision.blamed = true
  hold(state, outbox, verdict)
  if (judgement !== null && revision !== null) act(state, outbox, judgement, revision, verdict)
  return opening
}

/** The always-roll-back policy calls every new revision bad, with no detector's help. */
function alarmOnSight({ judgement, setting }: EngineState): Raised[] {
  if (judgement === null || setting.policy.decide.when !== 'always') return []
  const alarm = { detector: 'always', blames: judgement.judgedHash, pod: '', score: 1, reason: 'a new revision' }
  return [{ alarm, deciding: true }]
}
