import * as z from 'zod'
import { time } from './entries.ts'

const timeout = time.refine(({ ms }) => ms > 0 && ms <= 3_600_000, 'a timeout is above 0 and at most 1h')

/** How long callers wait for an answer before they give up. */
export const clients = z.strictObject({
  callTimeout: timeout.meta({ description: 'Of one attempt between services, where the topology says nothing' }),
  edgeTimeout: timeout.meta({ description: "Of users' requests" }),
})
