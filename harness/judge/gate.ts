import type { TrialEvent } from '../model/event.ts'
import type { GroundTruth } from '../model/ground-truth.ts'
import { type SafeClass, safeClasses } from '../model/safe-action.ts'

/** What the engine wanted to do by itself, and did. */
export interface GateFacts {
  /** Decisions of the gate. */
  readonly requested: number
  /** Actions that the API took, without those that undo another. */
  readonly applied: number
  /** Those of them that remedy nothing in this trial and were not undone; and of these, those that are said to make it worse. */
  readonly unwarranted: number
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
  undone: boolean
}

/** What can be taken back, by another operation of its class. */
const reversible: readonly SafeClass[] = ['scale', 'widenThreshold', 'quietLog']

export function foldGate(events: readonly TrialEvent[], truth: Pick<GroundTruth, 'remedies' | 'harmful' | 'tolerated'>): GateFacts {
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
      if (before === undefined) applied.push({ effectId, operation, taken: false, toUndo: false, undone: false })
      else before.undone = true
    } else if (type === 'operation.finished') {
      const own = applied.find(one => one.effectId === data.effectId)
      if (own !== undefined && data.ok) own.taken = true
    } else if (type === 'action.verified' && (data.outcome === 'worse' || data.outcome === 'unknown')) {
      const own = applied.find(one => one.effectId === data.effectId)
      if (own !== undefined) own.toUndo = (reversible as readonly string[]).includes(own.operation)
    }
  }
  const taken = applied.filter(one => one.taken)
  const isRemedy = (operation: string) => (truth.remedies as readonly string[]).includes(operation)
  const isHarmful = ({ operation }: Applied) => (truth.harmful as readonly string[] | undefined)?.includes(operation)
  const isTolerated = (operation: string) => (truth.tolerated as readonly string[] | undefined)?.includes(operation)
  const unwarranted = taken.filter(one => !isRemedy(one.operation) && !isTolerated(one.operation) && !one.undone)
  const remediesAsked = [...asked].filter(isRemedy)
  return {
    requested,
    applied: taken.length,
    unwarranted: unwarranted.length,
    harmful: unwarranted.filter(isHarmful).length,
    undone: taken.filter(one => one.undone).length,
    remediesAsked: remediesAsked.length,
    overBlocked: remediesAsked.filter(one => !passed.has(one)).length,
  }
}

export function isSafeClass(operation: string): operation is SafeClass {
  return (safeClasses as readonly string[]).includes(operation)
}
