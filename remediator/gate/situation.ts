import type { SafeAction } from '../../harness/model/safe-action.ts'
import type { GateFacts } from './facts.ts'
import type { GatePolicy } from './section.ts'
import type { ActionRecord, GateState } from './state.ts'

/** What a rule looks at. */
export interface Situation<A extends SafeAction = SafeAction> {
  readonly action: A
  readonly facts: GateFacts
  readonly policy: GatePolicy
  readonly state: GateState
  /** Records that count against the action: all but its own grant. */
  readonly others: readonly ActionRecord[]
  /** The action that this one takes back; undefined where it takes back none. */
  readonly takesBack: ActionRecord | undefined
}
