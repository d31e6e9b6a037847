import type { TrialEvent } from '../../harness/model/event.ts'
import { safeClasses } from '../../harness/model/safe-action.ts'

/** An abort by Argo, or an operation that was taken. */
export type EndingEvent = Extract<TrialEvent, { type: 'rollout.aborted' | 'operation.finished' }>

/** What only prepares something, or lets something go on. */
const endsNothing = ['hold', 'resume', 'promote', 'release']

/**
 * What somebody did to the cluster that may end a trouble, and was done. What was found to be of no use is not among it, nor is the engine's
 * next action of the same class, which takes it back.
 */
export function endingsOf(events: readonly TrialEvent[]): EndingEvent[] {
  const useless = new Set<string>()
  for (const { type, data } of events)
    if (type === 'action.verified' && ['worse', 'unknown'].includes(data.outcome)) useless.add(data.effectId)
  const toUndo: string[] = []
  return events.filter((event): event is EndingEvent => {
    if (event.type === 'rollout.aborted') return event.data.actor === 'argo'
    if (event.type !== 'operation.finished') return false
    const { ok, operation, effectId } = event.data
    if (!ok || endsNothing.includes(operation)) return false
    if (useless.has(effectId)) {
      toUndo.push(operation)
      return false
    }
    const undone = isSafe(operation) && event.data.actor === 'engine' ? toUndo.indexOf(operation) : -1
    if (undone !== -1) toUndo.splice(undone, 1)
    return undone === -1
  })
}

export function isRollback({ type, data }: EndingEvent): boolean {
  return type === 'rollout.aborted' || ['abort', 'undo'].includes(data.operation)
}

function isSafe(operation: string): boolean {
  return (safeClasses as readonly string[]).includes(operation)
}
