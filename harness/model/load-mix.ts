import * as z from 'zod'
import { ratio } from './schema-types.ts'

/** Name of a route or a tenant. A route is the path of its requests, of which `/ready` is the readiness probe's. */
export const mixName = z
  .string()
  .regex(/^(?!ready$)[a-z0-9][-a-z0-9]{0,62}$/, 'a name has lower-case letters, digits and `-`, and is not `ready`')

/** Shares by name that add up to 1. */
export const mix = z
  .record(mixName, ratio)
  .refine(shares => sumsToOne(Object.values(shares)), { message: 'the shares do not add up to 100%' })

/** Whether shares add up to 1, but for the rounding of what people write. */
export function sumsToOne(shares: readonly number[]): boolean {
  return Math.abs(shares.reduce((sum, share) => sum + share, 0) - 1) < 1e-6
}
