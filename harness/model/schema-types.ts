import * as z from 'zod'
import { parseDurationMs, parseExactDurationMs } from './duration.ts'

/** API group and version of carmine's own documents. */
export const apiVersion = 'carmine/v1alpha1'

/** Text such as `90s` or `1h30m`, read as whole milliseconds, 0 or more. */
export const durationMs = durationBy(parseDurationMs)

/** The same with fractions of a millisecond, such as `0.2ms`. */
export const exactDurationMs = durationBy(parseExactDurationMs)

function durationBy(parse: (text: string) => number | undefined) {
  return z
    .string({ error: 'expected a duration with its unit, such as 30s or 5m' })
    .transform((text, context) => {
      const ms = parse(text)
      if (ms !== undefined) return ms
      context.addIssue({ code: 'custom', message: `\`${text}\` is not a duration; write 250ms, 30s, 5m or 1h30m` })
      return z.NEVER
    })
    .meta({
      description: 'A Go duration: 250ms, 30s, 5m, 1h30m',
      // For JSON Schema, which sees no transform; the parser decides.
      pattern: '^(0|(\\d+(\\.\\d+)?(ms|s|m|h))+)$',
    })
}

/** A time, or an interval from which the seed draws one uniformly. */
export const instant = z
  .union([durationMs, z.strictObject({ from: durationMs, to: durationMs })])
  .meta({ description: 'A time from the start of the trial, or {from, to}' })

/** A share from 0 to 1, written as a number (`0.05`) or in percent (`5%`). */
export const ratio = z
  .union([z.number(), z.string()])
  .transform((input, context) => {
    const percent = typeof input === 'string' ? /^(\d+(?:\.\d+)?)%$/.exec(input)?.[1] : undefined
    const value = typeof input === 'number' ? input : percent === undefined ? Number.NaN : Number(percent) / 100
    if (value >= 0 && value <= 1) return value
    context.addIssue({
      code: 'custom',
      message: `${JSON.stringify(input)} is not a share; write 0.05 or 5%, at most 1 or 100%`,
    })
    return z.NEVER
  })
  .meta({ description: 'A share: 0.05 or 5%', minimum: 0, maximum: 1, pattern: '^\\d+(\\.\\d+)?%$' })

/** A Kubernetes object name: RFC 1123 label, at most 63 characters. */
export const resourceName = z
  .string()
  .max(63)
  .regex(
    /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
    'a name has lower-case letters, digits and `-`, and begins and ends with a letter or digit',
  )

/** The frame that all of carmine's own documents share: `apiVersion`, `kind`, `metadata`, `spec`. */
export function documentOf<const K extends string, S extends z.ZodType>(kind: K, spec: S) {
  return z.strictObject({
    apiVersion: z.literal(apiVersion),
    kind: z.literal(kind),
    metadata: z.strictObject({ name: resourceName, labels: z.record(z.string(), z.string()).optional() }),
    spec,
  })
}
