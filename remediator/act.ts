import type { TimedObservation } from '../harness/model/observation.ts'
import { wayBack } from './decide.ts'
import { type Outbox, put } from './outbox.ts'
import type { EngineState, Judgement, Revision } from './state.ts'

/** Time to the first repeat of a failed action; it doubles with each further one (assumption). */
export const firstRetryMs = 1000

/** Sends the action that the verdict asks for, if there is a way back, the budget allows it, none is under way and it would be on record. */
export function act(
  state: EngineState,
  outbox: Outbox,
  judgement: Judgement,
  revision: Revision,
  verdict: string | undefined,
): void {
  const { budget } = state.setting.policy
  const { action } = revision
  const isDue =
    action === null ? verdict !== undefined : action.status === 'failed' && state.seen.nowMs >= action.retryAtMs
  if (!isDue || verdict === undefined || revision.actionsSpent >= budget.actionsPerRevision) return
  if (!state.auditOk) return
  const way = wayBack(state, judgement)
  if (way === undefined) {
    revision.action = null
    return
  }
  const podTemplateHash = revision.podTemplateHash
  const effectId = put(outbox, { ...way, podTemplateHash, reason: verdict })
  revision.action = { status: 'sent', type: way.type, effectId }
}

/** Takes the outcome of an action: done, to be repeated, or given up. */
export function finish(state: EngineState, outbox: Outbox, { effectId, ok }: Finished): void {
  for (const revision of Object.values(state.revisions)) {
    const { action } = revision
    if (action?.status !== 'sent' || action.effectId !== effectId) continue
    if (!ok) {
      fail(state, outbox, revision)
      return
    }
    revision.action = { status: 'done', type: action.type }
    revision.actionsSpent++
    return
  }
}

export type Finished = TimedObservation & { readonly type: 'effect.finished' }

/**
 * Looks whether the world shows an action that was done. An abort that came when the revision had just been promoted did nothing,
 * though the status shows it until the controller drops it: it counts as failed, so that an undo can follow.
 */
export function settle(state: EngineState, outbox: Outbox): void {
  const { rollout } = state.seen
  for (const revision of Object.values(state.revisions)) {
    const { action, podTemplateHash } = revision
    if (rollout === null || action?.status !== 'done') continue
    const isPromoted = rollout.stableHash === podTemplateHash
    if (rollout.currentHash !== podTemplateHash || (rollout.aborted && !isPromoted)) {
      revision.action = null
      revision.failures = 0
    } else if (action.type === 'abort' && isPromoted) {
      revision.actionsSpent--
      fail(state, outbox, revision)
    }
  }
}

function fail(state: EngineState, outbox: Outbox, revision: Revision): void {
  revision.failures++
  if (revision.failures > state.setting.policy.budget.retries) {
    revision.actionsSpent++
    revision.failures = 0
    revision.action = null
    return
  }
  const retryAtMs = state.seen.nowMs + firstRetryMs * 2 ** (revision.failures - 1)
  revision.action = { status: 'failed', retryAtMs }
  put(outbox, { type: 'wake', atMs: retryAtMs })
}
