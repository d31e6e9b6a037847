import { formatDuration } from '../../harness/model/duration.ts'
import { type Finding, finding } from './finding.ts'
import type { GatePolicy } from './section.ts'
import type { Situation } from './situation.ts'

/** Nothing is changed in a freeze, by the gate's own clock; what takes a change back may go on. */
export function judgeFreeze({ facts: { nowMs }, policy, takesBack }: Situation): Finding[] {
  if (takesBack !== undefined) return []
  return policy.freezes
    .filter(freeze => isIn(freeze, nowMs))
    .map(({ from, to }) => finding('freeze', `from ${formatDuration(from)} to ${formatDuration(to)}`))
}

function isIn({ from, to, every }: GatePolicy['freezes'][number], nowMs: number): boolean {
  const atMs = every === undefined ? nowMs : nowMs % every
  return from <= to ? atMs >= from && atMs < to : atMs >= from || atMs < to
}
