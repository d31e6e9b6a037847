import { targetName } from '../../harness/model/safe-action.ts'
import { type Finding, finding } from './finding.ts'
import type { Situation } from './situation.ts'
import type { ActionRecord } from './state.ts'

/** One action at a time on a target. What takes an action back shares its lease. */
export function judgeLease({ action, facts, policy, others, takesBack }: Situation): Finding[] {
  return others
    .filter(record => record !== takesBack && holdsTarget(record, policy, facts.nowMs))
    .filter(({ action: other }) => targetName(other.target) === targetName(action.target))
    .map(({ action: other }) => finding('lease', `${other.class} is under way on ${targetName(other.target)}`))
}

function holdsTarget({ stage, atMs }: ActionRecord, { lease, grant }: Situation['policy'], nowMs: number): boolean {
  return stage !== 'finished' && nowMs < atMs + (stage === 'granted' ? grant : lease)
}
