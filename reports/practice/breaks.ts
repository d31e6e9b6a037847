import type { Practice, PracticeScenario } from '../../harness/judge/practice.ts'
import type { PracticeRun } from '../practice.ts'
import { code, marked, table } from './markdown.ts'
import { practicePolicies } from './policies.ts'
import { reasonTable } from './reason-table.ts'
import { stopReasons } from './reasons.ts'

const shown = [...practicePolicies.gates, practicePolicies.reference]

const kinds: Readonly<Record<PracticeScenario['controls'], string>> = {
  twin: 'twin',
  scare: 'scare',
  beside: 'beside other trouble',
}

/** Which good deploys each gate takes back, and why. */
export function breaksSection({ scenarios }: Practice, run: PracticeRun): string {
  const stopping = scenarios.filter(({ cells }) =>
    cells.some(({ policy, stopped }) => shown.includes(policy as (typeof shown)[number]) && stopped.count > 0),
  )
  const calm = scenarios.length - stopping.length
  const order = ['twin', 'scare', 'beside'] as const
  return [
    '## What each breaks',
    `The share of good deploys that are taken back: ● all, ◐ some, ○ none. In the other ${calm} scenarios nobody stops a good one.`,
    table(
      ['scenario', 'good deploys', 'trials', ...shown.map(code)],
      order.flatMap(kind =>
        stopping
          .filter(({ controls }) => controls === kind)
          .map(({ scenario, heldOut, cells }) => [
            `${code(scenario)}${heldOut ? ' (held out)' : ''}`,
            kinds[kind],
            String(cells[0]!.stopped.n),
            ...shown.map(policy => marked(cells.find(cell => cell.policy === policy)!.stopped)),
          ]),
      ),
    ),
    'Why, with a trial to look at:',
    reasonTable(
      stopReasons,
      scenarios,
      ({ stopped }) => stopped,
      ({ wronglyStopped }) => wronglyStopped,
      run,
    ),
  ].join('\n\n')
}
