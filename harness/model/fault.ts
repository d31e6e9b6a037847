import * as z from 'zod'
import type { Behaviour } from './behaviour.ts'
import { faultKinds } from './faults/index.ts'
import { ratio } from './schema-types.ts'

/**
 * One way a release goes wrong, in a file of its own in `faults/`: parameters in, behaviour of the released version out. Both
 * backends consume the behaviour; a fault writes no metric, event or log line.
 */
export interface Fault {
  readonly kind: string
  /** What breaks, in one line for `carmine list`. */
  readonly breaks: string
  /** Each parameter is a magnitude: a number, or a distribution that the trial's seed draws from. */
  readonly parameters: Readonly<Record<string, Magnitude>>
  /** @param drawn one number per parameter. */
  behaviour(drawn: Readonly<Record<string, number>>): Behaviour
}

export interface Magnitude {
  readonly unit: 'ratio' | 'factor' | 'ms'
  readonly min: number
  readonly max: number
}

/** A fixed number, or a lognormal cut to [min, max]. */
export type MagnitudeSpec =
  | number
  | { readonly median: number; readonly sigma: number; readonly min: number; readonly max: number }

export const faults: Readonly<Record<string, Fault>> = Object.fromEntries(faultKinds.map(fault => [fault.kind, fault]))

/** Schema of a `fault:` in a scenario: `kind` and that kind's magnitudes. */
export const faultSpec = z.discriminatedUnion(
  'kind',
  faultKinds.map(faultSchema) as [z.ZodObject, ...z.ZodObject[]],
) as unknown as z.ZodType<FaultSpec>

export interface FaultSpec {
  readonly kind: string
  readonly [parameter: string]: MagnitudeSpec | string
}

function faultSchema(fault: Fault): z.ZodObject {
  const magnitudes = Object.entries(fault.parameters).map(([name, magnitude]) => [name, magnitudeSchema(magnitude)])
  return z.strictObject({ kind: z.literal(fault.kind), ...Object.fromEntries(magnitudes) })
}

function magnitudeSchema({ unit, min, max }: Magnitude): z.ZodType {
  const number = z.number().min(min).max(max)
  const bounded = unit === 'ratio' ? ratio.pipe(number) : number
  const distribution = z
    .strictObject({ median: bounded, sigma: z.number().positive().max(5), min: bounded, max: bounded })
    .refine(({ median, min: low, max: high }) => low <= median && median <= high, 'the median lies outside [min, max]')
  return z.union([bounded, distribution])
}
