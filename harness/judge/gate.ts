import type { TrialEvent } from '../model/event.ts'
import type { GroundTruth } from '../model/ground-truth.ts'
import { type SafeClass, safeClasses } from '../model/safe-action.ts'

/** What the engine wanted to do by itself, and did. */
export interface GateFacts {
  /** Decisions of the gate. */
  readonly requested: number
  /** Actions that the API took, without those that undo another. */
  readonly applied: number
  /**
   * Those of them that remedy nothing in this trial: what is said to make it worse, undone or not, as it has harmed until then, and of the
   * others what was not undone.
   */
  readonly unwarranted: number
  /** Those of them that are said to make it worse. */
  readonly harmful: number
  /** Those that were undone, as the looks after them were worse or unknown. */
  readonly undone: number
  /** Safe classes that would have remedied and were asked for: how many, and how many of these the gate never let pass. */
  readonly remediesAsked: number
  readonly overBlocked: number
}

interface Applied {
  readonly effectId: string
  readonly operation: string
  taken: boolean
  /** Verified as worse or unknown, so that the next operation of its class undoes it. */
  toUndo: boolean
  /** The effect that undoes it, empty before there is one; it has where the API takes it. */
  undoneBy: string
  undone: boolean
}

type Is = (operation: string) => boolean

/** What can be taken back, by another operation of its class. */
const reversible: readonly SafeClass[] = ['scale', 'widenThreshold', 'quietLog']

export function foldGate(
  events: readonly TrialEvent[],
  { remedies, harmful = [], tolerated = [] }: Pick<GroundTruth, 'remedies' | 'harmful' | 'tolerated'>,
): GateFacts {
  const applied: Applied[] = []
  const asked = new Set<string>()
  const passed = new Set<string>()
  let requested = 0
  for (const { type, data } of events) {
    if (type === 'gate.decided') {
      requested++
      asked.add(data.class)
      if (data.verdict !== 'deny') passed.add(data.class)
    } else if (type === 'operation.started' && data.actor === 'engine' && isSafeClass(data.operation)) {
      const { effectId, operation } = data
      const before = applied.find(one => one.operation === operation && one.toUndo && !one.undone)
      if (before !== undefined) before.undoneBy = effectId
      else applied.push({ effectId, operation, taken: false, toUndo: false, undoneBy: '', undone: false })
    } else if (type === 'operation.finished' && data.ok) {
      for (const one of applied) {
        if (one.effectId === data.effectId) one.taken = true
        if (one.undoneBy === data.effectId) one.undone = true
      }
    } else if (type === 'action.verified' && (data.outcome === 'worse' || data.outcome === 'unknown')) {
      const own = applied.find(one => one.effectId === data.effectId)
      if (own !== undefined) own.toUndo = (reversible as readonly string[]).includes(own.operation)
    }
  }
  const taken = applied.filter(one => one.taken)
  const isOneOf = (known: readonly string[]) => (operation: string) => known.includes(operation)
  const [isRemedy, isHarmful, isTolerated] = [remedies, harmful, tolerated].map(isOneOf) as [Is, Is, Is]
  const needless = taken.filter(({ operation }) => !isRemedy(operation) && !isTolerated(operation))
  const unwarranted = needless.filter(({ operation, undone }) => isHarmful(operation) || !undone)
  const remediesAsked = [...asked].filter(isRemedy)
  return {
    requested,
    applied: taken.length,
    unwarranted: unwarranted.length,
    harmful: unwarranted.filter(({ operation }) => isHarmful(operation)).length,
    undone: taken.filter(one => one.undone).length,
    remediesAsked: remediesAsked.length,
    overBlocked: remediesAsked.filter(one => !passed.has(one)).length,
  }
}

export function isSafeClass(operation: string): operation is SafeClass {
  return (safeClasses as readonly string[]).includes(operation)
}
