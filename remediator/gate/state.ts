import type { SafeAction, SafeClass } from '../../harness/model/safe-action.ts'
import { targetName } from '../../harness/model/safe-action.ts'
import { actionKey, inverseOf } from './action-text.ts'
import type { GatePolicy } from './section.ts'

/** What the gate remembers. Plain data. */
export interface GateState {
  /** The latest time that it was told. */
  clockMs: number
  /** Oldest first. */
  readonly records: ActionRecord[]
  /** Denials that no wait would have spared. */
  denials: { readonly class: SafeClass; readonly atMs: number }[]
  asksAtMs: number[]
}

/** An action that was granted or applied. It holds its target until it is finished. */
export interface ActionRecord {
  readonly action: SafeAction
  /** When it was granted, and then when it was applied. */
  atMs: number
  stage: 'granted' | 'applied' | 'finished'
  /** False when it failed; null before it is finished. */
  ok: boolean | null
  /** It was taken back. */
  undone: boolean
  /** It takes another one back. */
  readonly takesBack: boolean
}

export function createGate(): GateState {
  return { clockMs: 0, records: [], denials: [], asksAtMs: [] }
}

/**
 * Tells that an action goes out: from now on it counts and holds its target. Call it as the action's intent is recorded, before its
 * outcome is known. It records what happened, allowed or not.
 */
export function actionApplied(state: GateState, action: SafeAction, nowMs: number): void {
  passTime(state, nowMs)
  const granted = grantOf(state, action)
  if (granted === undefined) state.records.push(recordOf(state, action, nowMs, 'applied'))
  else Object.assign(granted, { atMs: nowMs, stage: 'applied' } satisfies Partial<ActionRecord>)
}

/**
 * Tells that an action is over, which frees its target. Call it when its effect was verified, or when it failed.
 * @param ok false when it failed; it counts all the same
 */
export function actionFinished(state: GateState, action: SafeAction, nowMs: number, ok: boolean): void {
  passTime(state, nowMs)
  const record = state.records.findLast(({ action: other, stage }) => stage !== 'finished' && isSame(other, action))
  if (record === undefined) return
  record.stage = 'finished'
  record.ok = ok
  const original = inverseOf(action)
  if (record.takesBack && ok && original !== null) actionUndone(state, original, nowMs)
}

/**
 * Tells that an action was taken back, or should be and cannot (a restarted pod): what the oscillation breaker counts. An inverse that
 * went through the gate tells it by itself when it is finished.
 */
export function actionUndone(state: GateState, action: SafeAction, nowMs: number): void {
  passTime(state, nowMs)
  const record = state.records.findLast(
    ({ action: other, undone, takesBack }) => !undone && !takesBack && isSame(other, action),
  )
  if (record === undefined) return
  record.undone = true
  record.stage = 'finished'
}

/** Remembers that an action was allowed. */
export function grant(state: GateState, action: SafeAction): void {
  state.records.push(recordOf(state, action, state.clockMs, 'granted'))
}

/** Time never goes back. */
export function passTime(state: GateState, nowMs: number): void {
  if (nowMs > state.clockMs) state.clockMs = nowMs
}

/** Forgets grants that nobody used in time. */
export function forgetOldGrants(state: GateState, { grant: forMs }: GatePolicy, nowMs: number): void {
  const isOver = ({ stage, atMs }: ActionRecord) => stage === 'granted' && nowMs >= atMs + forMs
  for (let i = state.records.length - 1; i >= 0; i--) if (isOver(state.records[i]!)) state.records.splice(i, 1)
}

/** The action that this one would take back: the last one of its field, applied, and not taken back yet. */
export function takenBackBy({ records }: GateState, action: SafeAction): ActionRecord | undefined {
  const original = inverseOf(action)
  if (original === null) return undefined
  const last = records.findLast(
    ({ action: other, stage, ok, undone, takesBack }) =>
      stage !== 'granted' && ok !== false && !undone && !takesBack && fieldOf(other) === fieldOf(action),
  )
  return last !== undefined && isSame(last.action, original) ? last : undefined
}

export function grantOf({ records }: GateState, action: SafeAction): ActionRecord | undefined {
  return records.findLast(({ action: other, stage }) => stage === 'granted' && isSame(other, action))
}

/** What an action changes, as distinct from the value that it gives it. */
export function fieldOf(action: SafeAction): string {
  const field = action.class === 'widenThreshold' ? `/${action.metric}` : ''
  return `${action.class}/${targetName(action.target)}${field}`
}

function recordOf(state: GateState, action: SafeAction, atMs: number, stage: ActionRecord['stage']): ActionRecord {
  const takesBack = takenBackBy(state, action) !== undefined
  return { action: structuredClone(action), atMs, stage, ok: null, undone: false, takesBack }
}

function isSame(one: SafeAction, other: SafeAction): boolean {
  return actionKey(one) === actionKey(other)
}
