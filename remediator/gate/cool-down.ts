import type { SafeClass } from '../../harness/model/safe-action.ts'
import { type Finding, unless } from './finding.ts'
import type { GatePolicy } from './section.ts'
import type { GateState } from './state.ts'

/**
 * Requests that no wait makes right, one after the other, are a search for the gap. The class is closed for a while, whatever target or
 * value the next one names.
 */
export function judgeCoolDown(
  { denials }: GateState,
  { coolDown }: GatePolicy,
  className: SafeClass,
  nowMs: number,
): Finding[] {
  const ofClass = denials.filter(denial => denial.class === className)
  const isClosed = ofClass.some(({ atMs }, index) => {
    const before = ofClass[index - coolDown.denials + 1]
    return before !== undefined && atMs - before.atMs <= coolDown.within && nowMs < atMs + coolDown.for
  })
  return unless(!isClosed, 'cool-down', `${coolDown.denials} requests of ${className} were out of the question`)
}

/** Forgets what can close nothing any more. */
export function forgetOldDenials(state: GateState, { coolDown }: GatePolicy, nowMs: number): void {
  state.denials = state.denials.filter(({ atMs }) => nowMs - atMs < coolDown.within + coolDown.for)
}
