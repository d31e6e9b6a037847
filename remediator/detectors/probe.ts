import * as z from 'zod'
import { defineDetector } from './detector.ts'
import { findingOf, holdFor, noTrouble, suspicion, type Trouble } from './suspicion.ts'

const tuning = z
  .strictObject({
    failed: z.int().min(1).default(3).meta({ description: 'Failed checks among the last `of` that raise the alarm' }),
    of: z.int().min(1).max(100).default(5).meta({ description: 'Latest checks that count' }),
    ...suspicion,
  })
  .refine(({ failed, of }) => failed <= of, { path: ['failed'], message: 'is more than `of`' })
type Tuning = z.output<typeof tuning>

interface State {
  /** The last checks, oldest first. */
  readonly answers: boolean[]
  /** What fails; empty when nothing does. */
  failing: string
  readonly trouble: Trouble
}

/**
 * Synthetic checks of the users' path: alarms when too many of the last ones failed. They see what no counter shows, such as an entry
 * that nobody reaches, but not whose doing it is: attribution says that. The score is the share of the last checks that failed.
 *
 * Three of the last five is an assumption.
 */
export const probe = defineDetector<Tuning, State>({
  name: 'probe',
  finds: "synthetic checks of the users' path that fail",
  scope: 'service',
  tuning,
  create: () => ({ answers: [], failing: '', trouble: noTrouble() }),
  observe: (state, chosen, observation, context) => {
    if (observation.type !== 'probe.answered') return undefined
    state.answers.push(observation.ok)
    if (state.answers.length > chosen.of) state.answers.shift()
    const failed = state.answers.filter(ok => !ok).length
    state.failing = failed < chosen.failed ? '' : `${failed} of the last ${state.answers.length} checks failed`
    return state.failing === '' ? undefined : findingOf(state.trouble, state.failing, chosen, context)
  },
  score: ({ answers }) => (answers.length === 0 ? 0 : answers.filter(ok => !ok).length / answers.length),
  limit: ({ failed, of }) => failed / of,
  holds: ({ failing, trouble }, _, context) => holdFor(trouble, failing, context),
})
