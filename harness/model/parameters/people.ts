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
    delivery: lognormalTime.meta({ description: 'From the alert to the phone' }),
    lost: share.meta({ description: 'Messages that never arrive' }),
    acknowledgement: times.meta({ description: 'From the phone to an answer' }),
    acknowledgementFactor: factor.meta({ description: 'How many times as long as that it takes' }),
    noAnswer: shares.meta({ description: 'A responder never answers, and the page goes on to the next one' }),
    escalation: time.meta({ description: 'Wait for an answer at each level' }),
    escalationLevels: count.meta({ description: 'Responders that are called one after the other' }),
    escalationLoops: count.meta({ description: 'How often they are gone through' }),
  }),
  fatigue: z
    .strictObject({
      shift: time.meta({ description: 'How far back earlier pages count' }),
      repeatedAlertFactor: value(z.number().min(0).max(1)).meta({
        description: 'Part of the prompt answers that is left by each earlier page of the same kind',
      }),
      pagesBefore: count.meta({ description: 'Earlier pages from which on a person is slow' }),
      slowness: factor.meta({ description: 'How many times as long a slow person takes' }),
    })
    .meta({ description: 'What earlier pages of the shift do to the next one' }),
  look: lognormalTime.meta({ description: 'From the answer to a first look at what is wrong' }),
  decision: z.strictObject({
    time: lognormalTime.meta({ description: 'From a look to a decision about a release of late' }),
    deployIsOldAfter: time.meta({ description: 'Age from which on a release is no longer the first suspect' }),
    oldDeployFactor: factor.meta({ description: 'How many times as long the decision about it takes' }),
    wrongHypothesis: share.meta({ description: 'Decisions that take a detour' }),
    wrongHypothesisRound: lognormalTime.meta({ description: 'Time of the detour' }),
    falseRollback: share.meta({ description: 'Good releases that are rolled back by whoever is called about them' }),
    missedRollback: share.meta({ description: 'Looks at which a bad release is taken for a good one' }),
    lookAgain: lognormalTime.meta({ description: 'From such a look to the next one' }),
  }),
  rollback: lognormalTime.meta({ description: 'From the decision to the rollback' }),
  findCause: lognormalTime.meta({ description: 'From the first look to the cause' }),
  readDiagnosis: lognormalTime.meta({
    description: 'From the first look, or later from its arrival, until a report on the cause is read and checked',
  }),
  applyRemedy: lognormalTime.meta({ description: 'From the cause to its remedy, where no release is to blame' }),
  scaleFactor: factor.meta({ description: 'How many times as many pods people ask for where these are too few' }),
  widenFactor: value(z.number().min(1.01).max(10)).meta({
    description: 'How many times as wide people make a limit of an analysis that is too tight',
  }),
  writeFix: lognormalTime.meta({ description: 'From the cause to a pull request' }),
  clearSuspicion: lognormalTime.meta({ description: 'Until a good release that was taken back is known to be good' }),
  promote: lognormalTime.meta({ description: 'Until somebody ends a pause that has no end' }),
  approval: z
    .strictObject({
      time: times,
      noAnswer: shares,
      timeout: time.meta({ description: 'What is not approved by then is not done' }),
      rejectsRight: share.meta({ description: 'Right actions that are rejected' }),
      acceptsWrong: share.meta({ description: 'Wrong actions that are approved' }),
    })
    .meta({ description: 'Of an action that people are asked for in chat' }),
})
export type People = z.output<typeof people>
