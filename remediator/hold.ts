import { type Finished, firstRetryMs } from './act.ts'
import { contextOf, detectorOf } from './detect.ts'
import { type Outbox, put } from './outbox.ts'
import type { EngineState, Hold, Judgement } from './state.ts'

/** The end of a hold is asked for until it is granted, at least so often: firstRetryMs * 2^6, about a minute (assumption). */
const mostDoublings = 6

/**
 * Keeps the rollout at its step while a deciding detector finds that a decision has to wait: trouble that both versions share, evidence
 * that is thin, telemetry that is silent. Lets it go on when none has asked for it for a while, when it has lasted too long, before an
 * abort, when the release is over or another comes, and at the end of the time that the rollout is watched.
 */
export function hold(state: EngineState, outbox: Outbox, verdict: string | undefined): void {
  const { judgement, seen, setting } = state
  const { hold: policy } = setting.policy.decide
  if (seen.rollout === null || !policy.enabled) return
  const isGoing = judgement !== null && isUnderWay(state, judgement)
  const held = state.hold
  if (held !== null && (!isGoing || held.podTemplateHash !== judgement.judgedHash)) letGo(state, outbox, held)
  else if (isGoing && held === null) begin(state, outbox, judgement, verdict)
  else if (isGoing && held?.status === 'refused') beginAgain(state, outbox, judgement, held, verdict)
  else if (isGoing && (held?.status === 'sent' || held?.status === 'on')) goOn(state, outbox, judgement, held, verdict)
}

/** Takes the outcome of a hold, or of its end. A refusal is repeated like that of an action; a hold is given up after as many. */
export function finishHold(state: EngineState, outbox: Outbox, { effectId, ok }: Finished): void {
  const { hold: held, seen, setting } = state
  if (held === null || held.effectId !== effectId) return
  if (held.status === 'sent') {
    if (ok) {
      held.status = 'on'
      held.failures = 0
      return
    }
    held.status = held.failures >= setting.policy.budget.retries ? 'over' : 'refused'
    if (held.status === 'refused') waitFor(state, outbox, held)
  } else if (held.status === 'resuming') {
    if (!ok && seen.rollout?.held === true) {
      held.status = 'on'
      waitFor(state, outbox, held)
    } else if (seen.nowMs - held.sinceMs >= setting.policy.decide.hold.atMost) held.status = 'over'
    else state.hold = null
  }
}

function waitFor({ seen }: EngineState, outbox: Outbox, held: Hold): void {
  held.retryAtMs = seen.nowMs + firstRetryMs * 2 ** Math.min(held.failures, mostDoublings)
  held.failures++
  put(outbox, { type: 'wake', atMs: held.retryAtMs })
}

function begin(state: EngineState, outbox: Outbox, judgement: Judgement, verdict: string | undefined): void {
  const { seen, setting } = state
  // What somebody else holds is theirs.
  if (seen.rollout?.held === true) return
  const reason = wish(state, judgement, verdict)
  if (reason === undefined) return
  const { judgedHash: podTemplateHash } = judgement
  const { nowMs } = seen
  const effectId = put(outbox, { type: 'hold', podTemplateHash, reason })
  const counts = { failures: 0, retryAtMs: 0, calmSinceMs: null }
  state.hold = { podTemplateHash, status: 'sent', effectId, sinceMs: nowMs, ...counts }
  put(outbox, { type: 'wake', atMs: Math.min(nowMs + setting.policy.decide.hold.atMost, setting.horizonMs) })
}

function beginAgain(
  state: EngineState,
  outbox: Outbox,
  judgement: Judgement,
  held: Hold,
  verdict: string | undefined,
): void {
  if (state.seen.nowMs < held.retryAtMs) return
  const reason = state.seen.rollout?.held === true ? undefined : wish(state, judgement, verdict)
  if (reason === undefined) {
    state.hold = null
    return
  }
  held.status = 'sent'
  held.effectId = put(outbox, { type: 'hold', podTemplateHash: held.podTemplateHash, reason })
}

/** Why the rollout should be held now. */
function wish(state: EngineState, judgement: Judgement, verdict: string | undefined): string | undefined {
  if (state.seen.nowMs >= state.setting.horizonMs || !state.auditOk) return undefined
  if (verdict !== undefined && state.seen.rollout?.irreversible === true) return `it cannot be taken back: ${verdict}`
  // The way back from a bad revision is not to be delayed.
  if (verdict !== undefined || state.revisions[judgement.stableHash]?.blamed === true) return undefined
  return reasonToHold(state, judgement)
}

function goOn(state: EngineState, outbox: Outbox, judgement: Judgement, held: Hold, verdict: string | undefined): void {
  const { seen, setting } = state
  const { resumeAfter, atMost } = setting.policy.decide.hold
  const { nowMs } = seen
  // Where there is no way back only people let it go on.
  if (verdict !== undefined && seen.rollout?.irreversible === true) return
  if (reasonToHold(state, judgement) === undefined) held.calmSinceMs ??= nowMs
  else held.calmSinceMs = null
  if (verdict !== undefined) resume(state, outbox, held, 'the release is taken back')
  else if (held.calmSinceMs !== null && nowMs - held.calmSinceMs >= resumeAfter)
    resume(state, outbox, held, 'nothing asks for it any more')
  else if (nowMs >= setting.horizonMs || nowMs - held.sinceMs >= atMost)
    resume(state, outbox, held, 'it has lasted too long')
}

/** The release that was held is over, or another has come. */
function letGo(state: EngineState, outbox: Outbox, held: Hold): void {
  const { rollout } = state.seen
  if (held.status === 'resuming') return
  if (rollout?.held === true && (held.status === 'sent' || held.status === 'on'))
    resume(state, outbox, held, 'the rollout is over')
  // A hold that is still on its way may yet come, as long as it is aimed at the current revision.
  else if (held.status !== 'sent' || rollout?.currentHash !== held.podTemplateHash) state.hold = null
}

function resume({ seen }: EngineState, outbox: Outbox, held: Hold, reason: string): void {
  if (seen.nowMs < held.retryAtMs) return
  held.status = 'resuming'
  // An operation has to name what is being rolled out, whatever was held.
  held.effectId = put(outbox, { type: 'resume', podTemplateHash: seen.rollout!.currentHash, reason })
}

function isUnderWay({ seen }: EngineState, { judgedHash, stableHash }: Judgement): boolean {
  const { rollout } = seen
  return rollout?.currentHash === judgedHash && rollout.stableHash === stableHash && !rollout.aborted
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
