import * as z from 'zod'
import { lognormalTime, share, time } from './entries.ts'

/** From a written change to the cluster: review, checks and pipeline. */
export const forge = z.strictObject({
  review: z.strictObject({ incident: lognormalTime, normal: lognormalTime, longest: time }),
  changesRequested: share,
  rework: lognormalTime,
  checks: lognormalTime.meta({ description: 'Tests of a pull request, beside its review' }),
  pipeline: z.strictObject({
    image: lognormalTime.meta({ description: 'Tests, image and push of what is merged' }),
    deploy: lognormalTime,
    fails: share.meta({ description: 'A run on the main branch fails, and is started again' }),
  }),
})
export type ForgeTimes = z.output<typeof forge>
