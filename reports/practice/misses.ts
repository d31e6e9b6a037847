import type { Practice, PracticeScenario } from '../../harness/judge/practice.ts'
import type { Counted } from '../../harness/judge/rates.ts'
import { wilson } from '../../harness/stats/proportion.ts'
import type { PracticeRun } from '../practice.ts'
import { caughtText, code, rateText, table } from './markdown.ts'
import { practicePolicies } from './policies.ts'
import { reasonTable } from './reason-table.ts'
import { missReasons } from './reasons.ts'

const shown = [...practicePolicies.gates, practicePolicies.reference]

/** The share of bad deploys that each gate catches, by family and scenario, and why it misses the rest. */
export function missesSection({ scenarios }: Practice, run: PracticeRun): string {
  const faulty = scenarios.filter(({ cells }) => cells.some(({ caught }) => caught.n > 0))
  const known = faulty.filter(({ heldOut }) => !heldOut)
  return [
    '## What each misses',
    'The share of bad deploys that are caught: ● all, ◐ some, ○ none, ▢ none, and the rollout stands still at its first pod. Held-out families stand at the end.',
    table(['family', ...shown.map(code)], familyRows(known)),
    table(
      ['scenario', 'trials', ...shown.map(code)],
      [
        ...scenarioRows(known),
        ['**held out**', ...Array.from({ length: shown.length + 1 }, () => '')],
        ...scenarioRows(faulty.filter(({ heldOut }) => heldOut)),
      ],
    ),
    'Why, with a trial to look at:',
    reasonTable(
      missReasons,
      faulty,
      ({ caught: { count, n }, missed }) => [{ count: n - count, n, trial: missed }],
      run,
    ),
  ].join('\n\n')
}

function familyRows(scenarios: readonly PracticeScenario[]): string[][] {
  return [...Map.groupBy(scenarios, ({ family }) => family)].map(([family, own]) => [
    family,
    ...shown.map(policy => {
      const { count, n } = own.reduce(
        (sum: Counted, { cells }) => {
          const { caught } = cells.find(cell => cell.policy === policy)!
          return { count: sum.count + caught.count, n: sum.n + caught.n }
        },
        { count: 0, n: 0 },
      )
      return rateText(wilson(count, n))
    }),
  ])
}

function scenarioRows(scenarios: readonly PracticeScenario[]): string[][] {
  return scenarios.map(({ scenario, cells }) => [
    code(scenario),
    String(cells[0]!.caught.n),
    ...shown.map(policy => caughtText(cells.find(cell => cell.policy === policy)!)),
  ])
}
