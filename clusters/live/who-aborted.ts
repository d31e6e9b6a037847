import type { Actor } from '../../harness/model/effect.ts'
import type { OperationResult } from './attempt.ts'
import { abortedBefore } from './operations.ts'

/** Tells the aborts of an update apart: the log names whoever was first. */
export interface WhoAborted {
  /** A request is on its way. */
  sent(podTemplateHash: string, actor: Actor): void
  answered(podTemplateHash: string, actor: Actor, result: OperationResult): void
  /** @param message of the Rollout's status, once its controller has seen the abort. */
  of(podTemplateHash: string, message: string): Actor
  /** The update goes on: what comes next is another abort. */
  forget(podTemplateHash: string): void
}

/** The controller writes why it has aborted; it knows no reason for an abort by patch (Argo Rollouts v1.9.1, rollout/sync.go). */
const argosReason = /Rollout aborted update to revision \d+: ./

export function whoAborted(): WhoAborted {
  const onTheWay = new Map<string, Actor>()
  const first = new Map<string, Actor>()
  return {
    sent(hash, actor) {
      if (!onTheWay.has(hash)) onTheWay.set(hash, actor)
    },
    answered(hash, actor, { ok, message }) {
      if (onTheWay.get(hash) === actor) onTheWay.delete(hash)
      if (ok && !message.startsWith(abortedBefore) && !first.has(hash)) first.set(hash, actor)
    },
    of(hash, message) {
      if (argosReason.test(message)) return 'argo'
      // The watch may be quicker than the answer to the request.
      return first.get(hash) ?? onTheWay.get(hash) ?? 'human'
    },
    forget(hash) {
      first.delete(hash)
    },
  }
}
