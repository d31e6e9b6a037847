import * as z from 'zod'
import { time } from './entries.ts'

/** How long callers wait for an answer before they give up. */
export const clients = z.strictObject({
  callTimeout: time.meta({ description: 'Of one attempt between services, where the topology says nothing' }),
  edgeTimeout: time.meta({ description: "Of users' requests" }),
})
