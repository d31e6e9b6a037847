import * as z from 'zod'
import { lognormalTime, share, time } from './entries.ts'

/** From a written change to the cluster: review, checks and pipeline. */
export const forge = z.strictObject({
  review: z.strictObject({
    incident: lognormalTime.meta({ description: 'While an incident is open' }),
    normal: lognormalTime.meta({ description: 'At other times' }),
    longest: time.meta({ description: 'Bound of both' }),
    refusesRight: share.meta({ description: 'Right pull requests of an engine that are refused' }),
    acceptsWrong: share.meta({ description: 'Wrong pull requests of an engine that are merged' }),
  }),
  changesRequested: share.meta({ description: 'Reviews that ask for another change' }),
  rework: lognormalTime.meta({ description: 'Until the author has made it' }),
  checks: lognormalTime.meta({ description: 'Tests of a pull request, beside its review' }),
  pipeline: z.strictObject({
    image: lognormalTime.meta({ description: 'Tests, image and push of what is merged' }),
    deploy: lognormalTime.meta({ description: 'From the image to the update of the Rollout' }),
    flags: lognormalTime.meta({ description: 'From merged values of flags to flags that have them' }),
    fails: share.meta({ description: 'A run on the main branch fails, and is started again' }),
  }),
})
export type ForgeTimes = z.output<typeof forge>
