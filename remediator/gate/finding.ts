/** The rules of the gate, in the order in which their findings are told. */
export type RuleName =
  | 'request'
  | 'target'
  | 'level'
  | 'audit'
  | 'clock'
  | 'facts'
  | 'class'
  | 'bounds'
  | 'precondition'
  | 'evidence'
  | 'blast radius'
  | 'freeze'
  | 'budget'
  | 'lease'
  | 'oscillation'
  | 'cool-down'
  | 'asks'

/** Something that speaks against an action. */
export interface Finding {
  readonly rule: RuleName
  readonly text: string
  /** No wait would make the action right: whoever asks for such things is looking for the gap. */
  readonly lasting: boolean
}

/** @param lasting see `Finding` */
export function finding(rule: RuleName, text: string, lasting = false): Finding {
  return { rule, text, lasting }
}

/** A finding where the condition is not met. Written as what must hold, so that NaN denies. */
export function unless(holds: boolean, rule: RuleName, text: string, lasting = false): Finding[] {
  return holds ? [] : [finding(rule, text, lasting)]
}
