import * as z from 'zod'
import { durationMs, ratio } from '../schema-types.ts'

const source = z.string().min(1).meta({ description: 'Where the number comes from, or the word `assumption`' })

/** A time that is drawn from a lognormal law: the log has the standard deviation `sigma`. */
export const lognormalTime = z
  .strictObject({ median: durationMs, sigma: z.number().min(0).max(5), source })
  .refine(({ median }) => median > 0, { path: ['median'], message: 'the median of a lognormal law is above 0' })
  .transform(({ median, ...rest }) => ({ medianMs: median, ...rest }))
export type LognormalTime = z.output<typeof lognormalTime>

/** A share from 0 to 1: how often something happens. */
export const share = z.strictObject({ share: ratio, source })
export type Share = z.output<typeof share>

/** A fixed time. */
export const time = z.strictObject({ time: durationMs, source }).transform(entry => {
  const { time: ms, ...rest } = entry
  return { ms, ...rest }
})

/** Time between two things that happen again and again: shorter ones would only fill a trial with them. */
export const interval = time.refine(({ ms }) => ms >= 1000 && ms <= 300_000, 'an interval here is from 1s to 5m')

/** Any other number, such as a count or a factor. */
export function value(number: z.ZodType<number, number>) {
  return z.strictObject({ value: number, source })
}
