import { targetName } from '../../harness/model/safe-action.ts'
import { type Finding, finding } from './finding.ts'
import type { Situation } from './situation.ts'

/** One action at a time on a target, from its grant to its end. What takes an action back shares its lease. */
export function judgeLease({ action, facts, policy, others, takesBack }: Situation): Finding[] {
  return others
    .filter(record => record !== takesBack && record.stage !== 'finished' && facts.nowMs < record.atMs + policy.lease)
    .filter(({ action: other }) => targetName(other.target) === targetName(action.target))
    .map(({ action: other }) => finding('lease', `${other.class} is under way on ${targetName(other.target)}`))
}
