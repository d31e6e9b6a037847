import { type GoodKind, goodKinds, type Practice, type PracticeScenario } from '../../harness/judge/practice.ts'
import type { PracticeRun } from '../practice.ts'
import { code, marked, table } from './markdown.ts'
import { practicePolicies } from './policies.ts'
import { reasonTable } from './reason-table.ts'
import { stopReasons } from './reasons.ts'

const shown = [...practicePolicies.gates, practicePolicies.reference]

const kinds: Readonly<Record<GoodKind, string>> = { twin: 'quiet day', scare: 'scare', beside: 'other trouble' }

/** Which good deploys each gate takes back, and why. */
export function breaksSection({ scenarios }: Practice, run: PracticeRun): string {
  const rows = goodKinds.flatMap(kind => scenarios.flatMap(one => rowOf(one, kind)))
  return [
    '## What each breaks',
    'The share of good deploys that are taken back: ● all, ◐ some, ○ none. Scenarios in which nobody takes one back are left out.',
    table(['scenario', 'around it', 'trials', ...shown.map(code)], rows),
    'Why, with a trial to look at:',
    reasonTable(stopReasons, scenarios, ({ stopped }) => stopped, run),
  ].join('\n\n')
}

/** None where no gate stops any. */
function rowOf({ scenario, heldOut, cells }: PracticeScenario, kind: GoodKind): string[][] {
  const stopped = shown.flatMap(
    policy => cells.find(cell => cell.policy === policy)!.stopped.find(one => one.kind === kind) ?? [],
  )
  if (stopped.every(({ count }) => count === 0)) return []
  const name = `${code(scenario)}${heldOut ? ' (held out)' : ''}`
  return [[name, kinds[kind], String(stopped[0]!.n), ...stopped.map(marked)]]
}
