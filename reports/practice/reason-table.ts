import type { PracticeCell, PracticeScenario } from '../../harness/judge/practice.ts'
import type { Counted } from '../../harness/judge/rates.ts'
import { formatRatio } from '../format.ts'
import type { PracticeRun } from '../practice.ts'
import { code, table } from './markdown.ts'
import { practicePolicies } from './policies.ts'
import type { Reason } from './reasons.ts'

/** Failures of a gate in a scenario that are too few to be told of: luck. */
const toldFrom = 0.05

/** How often a gate failed in a scenario, and a trial in which it did; null where it never did. */
export type Failed = Counted & { readonly trial: string | null }

interface Failure {
  readonly gate: string
  readonly scenario: string
  readonly failed: Counted
  readonly trial: string
}

/**
 * Each reason with the failures that it explains. What no reason explains stands below, so that nothing is left out.
 */
export function reasonTable(
  reasons: readonly Reason[],
  scenarios: readonly PracticeScenario[],
  failedIn: (cell: PracticeCell) => readonly Failed[],
  { suite }: PracticeRun,
): string {
  const gates: readonly string[] = [...practicePolicies.gates, practicePolicies.reference]
  const failures = scenarios.flatMap(({ scenario, cells }) =>
    cells
      .filter(({ policy }) => gates.includes(policy))
      .flatMap(cell =>
        failedIn(cell).flatMap(({ trial, ...failed }): Failure[] =>
          trial === null || failed.count < toldFrom * failed.n ? [] : [{ gate: cell.policy, scenario, failed, trial }],
        ),
      ),
  )
  const explained = Map.groupBy(failures, ({ gate, scenario }) =>
    reasons.find(reason => reason.gates.includes(gate) && reason.scenarios.includes(scenario)),
  )
  const rows = reasons.flatMap(reason => {
    const own = explained.get(reason)
    return own === undefined ? [] : [[list(own, 'gate'), list(own, 'scenario'), count(own), reason.why, replay(own)]]
  })
  const rest = explained.get(undefined) ?? []
  return [
    table(['gates', 'scenarios', 'trials', 'why', 'look'], rows),
    `Look at one by \`npx carmine replay TRIAL --suite ${suite}\`. What happens in fewer than ${formatRatio(toldFrom)} of a scenario's trials is in no line.`,
    ...(rest.length === 0
      ? []
      : [`Not explained: ${rest.map(({ gate, scenario }) => `${code(gate)} in ${code(scenario)}`).join(', ')}.`]),
  ].join('\n\n')
}

function list(failures: readonly Failure[], key: 'gate' | 'scenario'): string {
  return [...new Set(failures.map(one => one[key]))].map(code).join(', ')
}

function count(failures: readonly Failure[]): string {
  const of = (key: keyof Counted) => failures.reduce((sum, { failed }) => sum + failed[key], 0)
  return `${of('count')} of ${of('n')}`
}

/** Of the failures one that is most typical: where the gate fails most. */
function replay(failures: readonly Failure[]): string {
  const [most] = failures.toSorted((a, b) => b.failed.count / b.failed.n - a.failed.count / a.failed.n)
  return code(most!.trial)
}
