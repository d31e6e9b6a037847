import * as z from 'zod'
import type { Look } from '../../harness/model/look.ts'
import { durationMs, ratio } from '../../harness/model/schema-types.ts'
import { defineDetector } from './detector.ts'
import { findingOf, holdFor, noTrouble, suspicion, type Trouble } from './suspicion.ts'

const window = z.strictObject({
  long: durationMs,
  short: durationMs,
  burn: z.number().positive().meta({ description: 'Alarm above this burn rate, in both windows' }),
})

const tuning = z.strictObject({
  objective: ratio.default(0.99).meta({ description: 'Share of requests that is to be answered well and in time' }),
  windows: z
    .array(window)
    .min(1)
    .default([
      { long: 300_000, short: 25_000, burn: 14.4 },
      { long: 300_000, short: 25_000, burn: 6 },
      { long: 450_000, short: 37_500, burn: 3 },
    ])
    .meta({ description: 'One of them suffices; the short window ends an alarm soon after the trouble' }),
  of: z
    .array(z.enum(['subject', 'entry']))
    .min(1)
    .default(['subject', 'entry'])
    .meta({ description: 'Whose requests are watched: those of the service under test, those of users at the entry' }),
  minRequests: z.int().min(1).default(200).meta({ description: 'No alarm with fewer requests in the long window' }),
  minBad: z.int().min(1).default(20).meta({ description: 'No alarm with fewer bad requests in the long window' }),
  ...suspicion,
})
type Tuning = z.output<typeof tuning>

/** The end of a look, and requests and bad requests of all looks up to it. */
type Count = readonly [toMs: number, requests: number, bad: number]

interface State {
  /** By service that is watched, oldest first: the longest window, and the look before it. */
  readonly counts: Count[][]
  /** What burns, as of the last look; empty when nothing does. */
  burning: string
  readonly trouble: Trouble
  score: number
}

/**
 * Is the error budget of the service under test, or of users' requests at the entry, spent too fast? Errors and slow answers over
 * requests, against the objective, in a long window and a short one. It compares no versions, so it sees what appears long after a
 * promotion; whom to blame is attribution's to say. The score is the largest burn rate of both windows, over the one that alarms.
 *
 * Burn rates 14.4, 6 and 3, and short windows of a twelfth of the long one: Google, The Site Reliability Workbook, ch. 5, table 5-8
 * (1 h, 6 h), with the third row (1 d, 2 h) as sloth has it. The long windows are shortened to what a trial of half an hour can fill
 * (assumption): a twelfth of the hour for a page, and less than that for the others. `minRequests` and `minBad` are assumptions; the
 * workbook calls the method unfit for low traffic.
 */
export const burnRate = defineDetector<Tuning, State>({
  name: 'burn-rate',
  finds: "the error budget of the service, or of users' requests, spent too fast",
  scope: 'service',
  tuning,
  create: ({ of }) => ({ counts: of.map(() => []), burning: '', trouble: noTrouble(), score: 0 }),
  observe: (state, chosen, observation, context) => {
    if (observation.type !== 'look') return undefined
    const longest = chosen.windows.reduce((most, { long }) => Math.max(most, long), 0)
    state.burning = ''
    state.score = 0
    chosen.of.forEach((which, i) => {
      const service = which === 'subject' ? context.service : context.entry
      const counts = state.counts[i]!
      addLook(counts, observation.look, service, longest)
      for (const { long, short, burn } of chosen.windows) {
        const rate = burnOver(counts, long, chosen, true)
        const shortRate = burnOver(counts, short, chosen, false)
        const ofBoth = Math.min(rate, shortRate)
        state.score = Math.max(state.score, ofBoth / burn)
        if (ofBoth > burn && state.burning === '')
          state.burning = `${service} burns its budget ${rate.toFixed(1)} times too fast`
      }
    })
    return state.burning === '' ? undefined : findingOf(state.trouble, state.burning, chosen, context)
  },
  score: ({ score }) => score,
  limit: () => 1,
  holds: ({ burning, trouble }, _, context) => holdFor(trouble, burning, context),
})

function addLook(counts: Count[], { fromMs, toMs, services }: Look, service: string, longestMs: number): void {
  const found = services.find(each => each.service === service)
  if (found === undefined) return
  const [, requests, bad] = counts.at(-1) ?? [0, 0, 0]
  if (counts.length === 0) counts.push([fromMs, 0, 0])
  counts.push([toMs, requests + found.requests, bad + found.errors + found.slow])
  while (counts[1]![0] <= toMs - longestMs) counts.shift()
}

/** 0 where there is too little to say. */
function burnOver(
  counts: readonly Count[],
  windowMs: number,
  { objective, minRequests, minBad }: Tuning,
  enough: boolean,
): number {
  const last = counts.at(-1)
  if (last === undefined) return 0
  let low = 0
  let high = counts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (counts[middle]![0] > last[0] - windowMs) high = middle - 1
    else low = middle
  }
  const before = counts[low]!
  const requests = last[1] - before[1]
  const bad = last[2] - before[2]
  if (requests === 0 || (enough && (requests < minRequests || bad < minBad))) return 0
  return bad / requests / (1 - objective)
}
