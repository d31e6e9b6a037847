import * as z from 'zod'
import { lognormalTime, share, time, value } from './entries.ts'

const factor = value(z.number().positive().max(100))
const count = value(z.int().min(0).max(100))

/** One law by day and one by night. */
const times = z.strictObject({ day: lognormalTime, night: lognormalTime })
const shares = z.strictObject({ day: share, night: share })

/** How people on call behave: times from one event to the next, and how often they slip. */
export const people = z.strictObject({
  night: z
    .strictObject({ from: time, to: time })
    .meta({ description: 'Times of day between which it is night, over midnight where `to` is the earlier one' }),
  page: z.strictObject({
    delivery: lognormalTime,
    lost: share,
    acknowledgement: times,
    acknowledgementFactor: factor,
    noAnswer: shares.meta({ description: 'A responder never answers, and the page goes on to the next one' }),
    escalation: time.meta({ description: 'Wait for an answer at each level' }),
    escalationLevels: count,
    escalationLoops: count,
  }),
  fatigue: z
    .strictObject({
      shift: time,
      repeatedAlertFactor: value(z.number().min(0).max(1)),
      pagesBefore: count,
      slowness: factor,
    })
    .meta({ description: 'What earlier pages of the shift do to the next one' }),
  look: lognormalTime,
  decision: z.strictObject({
    time: lognormalTime,
    deployIsOldAfter: time,
    oldDeployFactor: factor,
    wrongHypothesis: share,
    wrongHypothesisRound: lognormalTime,
    falseRollback: share,
    missedRollback: share,
    lookAgain: lognormalTime,
  }),
  rollback: lognormalTime,
  findCause: lognormalTime,
  applyRemedy: lognormalTime,
  writeFix: lognormalTime,
  clearSuspicion: lognormalTime,
  promote: lognormalTime,
  approval: z.strictObject({
    time: times,
    noAnswer: shares,
    timeout: time,
    rejectsRight: share,
    acceptsWrong: share,
  }),
})
export type People = z.output<typeof people>
