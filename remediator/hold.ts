import { contextOf, detectorOf } from './detect.ts'
import { type Outbox, put } from './outbox.ts'
import type { EngineState, Hold, Judgement } from './state.ts'

/**
 * Keeps the rollout at its step while a deciding detector finds that a decision has to wait: trouble that both versions share, evidence
 * that is thin, telemetry that is silent. Lets it go on when none has asked for it for a while, when it has lasted too long, and before
 * an abort, and at the end of the time that the rollout is watched.
 */
export function hold(state: EngineState, outbox: Outbox, judgement: Judgement, verdict: string | undefined): void {
  const { seen, setting } = state
  const { hold: policy } = setting.policy.decide
  const { rollout, nowMs } = seen
  if (rollout === null || !policy.enabled) return
  const isUnderWay = rollout.currentHash === judgement.judgedHash && rollout.stableHash === judgement.stableHash
  const target = { podTemplateHash: judgement.judgedHash }
  const held = judgement.hold
  if (!isUnderWay || rollout.aborted) {
    // What stays held holds the next release too.
    if (held !== null && held.status !== 'resuming' && rollout.held)
      resume(outbox, judgement, held, 'the rollout is over')
    else if (!rollout.held) judgement.hold = null
    return
  }
  const isWatched = nowMs < setting.horizonMs
  if (held === null) {
    if (!isWatched) return
    // The way back from a bad revision is not to be delayed.
    if (verdict !== undefined || state.revisions[judgement.stableHash]?.blamed === true) return
    const reason = reasonToHold(state, judgement)
    if (reason === undefined) return
    const effectId = put(outbox, { type: 'hold', ...target, reason })
    judgement.hold = { status: 'sent', effectId, sinceMs: nowMs, calmSinceMs: null }
    return
  }
  if (held.status === 'resuming') return
  const reason = reasonToHold(state, judgement)
  if (reason === undefined) held.calmSinceMs ??= nowMs
  else held.calmSinceMs = null
  const isCalm = held.calmSinceMs !== null && nowMs - held.calmSinceMs >= policy.resumeAfter
  const isLong = !isWatched || nowMs - held.sinceMs >= policy.atMost
  if (verdict === undefined && !isCalm && !isLong) return
  const isBack = verdict !== undefined
  const because = isBack
    ? 'the release is taken back'
    : isCalm
      ? 'nothing asks for it any more'
      : 'it has lasted too long'
  resume(outbox, judgement, held, because)
}

function resume(outbox: Outbox, { judgedHash }: Judgement, held: Hold, reason: string): void {
  held.status = 'resuming'
  held.effectId = put(outbox, { type: 'resume', podTemplateHash: judgedHash, reason })
}

function reasonToHold(state: EngineState, judgement: Judgement): string | undefined {
  const context = contextOf(state)
  const tunings = state.setting.policy.detectors
  for (const watch of [...judgement.watches, ...state.watches]) {
    if (!watch.deciding) continue
    const reason = detectorOf(watch).holds?.(watch.state, tunings[watch.detector], context)
    if (reason !== undefined) return `${watch.detector}: ${reason}`
  }
  return undefined
}
