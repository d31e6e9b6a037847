import * as z from 'zod'
import { value } from './entries.ts'

/** What all services of a topology have in common. */
export const services = z.strictObject({
  queueLimit: value(z.number().min(0).max(1e6)).meta({
    description: 'Requests that wait for a replica at most; what comes beyond them is turned away',
  }),
})
