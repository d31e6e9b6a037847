import { targetName } from '../../harness/model/safe-action.ts'
import { type Finding, unless } from './finding.ts'
import type { Situation } from './situation.ts'

/** What was done and taken back again and again helps nobody: somebody fights over the target, or the diagnosis is wrong. */
export function judgeOscillation({ action, facts: { nowMs }, policy, others, takesBack }: Situation): Finding[] {
  if (takesBack !== undefined) return []
  const { undone: most, within } = policy.oscillation
  const undone = others.filter(
    ({ action: other, undone: wasUndone, atMs }) =>
      wasUndone &&
      other.class === action.class &&
      targetName(other.target) === targetName(action.target) &&
      atMs > nowMs - within,
  ).length
  return unless(undone < most, 'oscillation', `${action.class} was taken back ${undone} times here`)
}
