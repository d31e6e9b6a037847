import { z } from 'zod'
import type { Behaviour } from './behaviour.ts'
import type { CauseKind } from './cause.ts'
import { faultKinds } from './faults/index.ts'
import type { PatchTarget } from './release.ts'
import { ratio } from './schema-types.ts'

/**
 * One way a release goes wrong, in a file of its own in `faults/`: parameters in, behaviour of the released version out. Both
 * backends consume the behaviour; a fault writes no metric, event or log line.
 */
export interface Fault {
  readonly kind: string
  /** What breaks, in one line for `carmine list`. */
  readonly breaks: string
  /** What a right diagnosis calls it. */
  readonly cause: CauseKind
  /** Each parameter is a magnitude: a number, or a distribution that the trial's seed draws from. */
  readonly parameters: Readonly<Record<string, Magnitude>>
  /** Parameters that name something, and what. */
  readonly names?: Readonly<Record<string, NamedThing>>
  /**
   * The key that is wrong: one whose value tells the process what to do, or one that refers to something that does not exist. Where it is
   * not `env` the release has a harmless change there too, which it is for.
   */
  readonly target: PatchTarget
  /**
   * What the version does; harmless where the target is a reference.
   * @param drawn one number per parameter.
   * @param named one text per name.
   */
  behaviour(drawn: Readonly<Record<string, number>>, named: Readonly<Record<string, string>>): Behaviour
  /** What befalls the analysis of good releases, for a fault that is nothing else: it can only be an incident. */
  analysis?(drawn: Readonly<Record<string, number>>): AnalysisTrouble
}

/**
 * `limit`: the first metric with a limit is held against this share of errors. `silence`: Prometheus does not answer for so long from
 * the incident on.
 */
export type AnalysisTrouble =
  | { readonly kind: 'limit'; readonly limit: number }
  | { readonly kind: 'silence'; readonly silentMs: number }

export type NamedThing = 'route' | 'tenant' | 'service'

export interface Magnitude {
  readonly unit: 'ratio' | 'factor' | 'ms' | 'KiB' | 'count'
  readonly min: number
  readonly max: number
}

/** A fixed number, or a lognormal cut to [min, max]. */
export type MagnitudeSpec =
  | number
  | { readonly median: number; readonly sigma: number; readonly min: number; readonly max: number }

export const faults: Readonly<Record<string, Fault>> = Object.fromEntries(faultKinds.map(fault => [fault.kind, fault]))

/** Schema of a `fault:` in a scenario: `kind`, that kind's magnitudes and its names. */
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
  const names = Object.entries(fault.names ?? {}).map(([name, thing]) => [
    name,
    z
      .string()
      .min(1)
      .max(63)
      .meta({ description: `Name of a ${thing}` }),
  ])
  return z
    .strictObject({ kind: z.literal(fault.kind), ...Object.fromEntries(magnitudes), ...Object.fromEntries(names) })
    .meta({ description: `What goes wrong: ${fault.breaks}` })
}

function magnitudeSchema({ unit, min, max }: Magnitude): z.ZodType {
  const number = z.number().min(min).max(max)
  const bounded = unit === 'ratio' ? ratio.pipe(number) : number
  const distribution = z
    .strictObject({ median: bounded, sigma: z.number().positive().max(5), min: bounded, max: bounded })
    .refine(({ median, min: low, max: high }) => low <= median && median <= high, 'the median lies outside [min, max]')
  return z.union([bounded, distribution])
}
