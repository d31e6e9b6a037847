import * as z from 'zod'
import { share } from './entries.ts'

/** Changes that are made besides the one that is judged. */
export const changes = z.strictObject({
  elsewhere: share.meta({ description: 'Trials in which another service changes too, harmlessly' }),
})
