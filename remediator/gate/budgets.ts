import { targetName } from '../../harness/model/safe-action.ts'
import { type Finding, unless } from './finding.ts'
import type { Situation } from './situation.ts'

/**
 * Actions in a sliding window: of a class on a target, and of all on all. They are counted by what they touch and never by incident, as a
 * new incident costs nothing. Failed ones count.
 */
export function judgeBudgets({ action, facts: { nowMs }, policy, others, takesBack }: Situation): Finding[] {
  if (takesBack !== undefined) return []
  const spent = others.filter(record => !record.takesBack)
  const ofClass = policy.classes[action.class].budget
  const target = targetName(action.target)
  const onTarget = spent.filter(
    ({ action: other, atMs }) =>
      other.class === action.class && targetName(other.target) === target && atMs > nowMs - ofClass.within,
  ).length
  const inAll = spent.filter(({ atMs }) => atMs > nowMs - policy.budget.within).length
  return [
    ...unless(onTarget < ofClass.atMost, 'budget', `${onTarget} of ${ofClass.atMost} spent on ${target}`),
    ...unless(inAll < policy.budget.atMost, 'budget', `${inAll} of ${policy.budget.atMost} spent in all`),
  ]
}
