import * as z from 'zod'
import { mix } from './load-mix.ts'
import { durationMs, instant } from './schema-types.ts'

const factor = z.number().min(0).max(100)
const off = z.literal('off')

const timeOfDay = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day has the form 14:00')
  .transform(text => (Number(text.slice(0, 2)) * 60 + Number(text.slice(3))) * 60_000)

/**
 * A scenario's load: how many requests reach the service under test, and when. What is left out comes from the parameters' `traffic`,
 * but for stages and bursts, which are then none.
 */
export const loadSpec = z.strictObject({
  requestsPerSecond: z
    .number()
    .positive()
    .max(5000)
    .default(50)
    .meta({ description: 'Requests that reach the service under test at the start of a trial' }),
  dispersionIndex: z
    .number()
    .min(1)
    .max(100)
    .default(3)
    .meta({ description: 'Variance of the requests in 10 s over their mean, at a steady rate; 1 is Poisson' }),
  startsAt: timeOfDay.optional().meta({
    description: 'Time of day at which the trial starts, such as 14:00; else the seed draws it',
    pattern: '^([01]\\d|2[0-3]):[0-5]\\d$',
  }),
  stages: z
    .array(z.strictObject({ for: durationMs, target: factor, from: factor.optional() }))
    .max(1000)
    .optional()
    .meta({
      description:
        'One after the other from the start of the trial: the rate goes in a straight line to `target` times the base rate, beginning at `from` or where the last stage ended (at first 1). The last target stays',
    }),
  bursts: z
    .array(z.strictObject({ at: instant, for: instant, factor }))
    .max(100)
    .optional()
    .meta({ description: 'Times at which the rate is multiplied, such as flash crowds' }),
  daily: z
    .union([
      off,
      z.strictObject({
        amplitude: z.number().min(0).max(0.8).optional(),
        second: z.number().min(0).max(0.2).optional(),
      }),
    ])
    .optional()
    .meta({ description: 'Daily shape of the rate, 1 at the start of the trial' }),
  burstiness: z
    .union([
      off,
      z.strictObject({ variation: z.number().min(0).max(1).optional(), correlationTime: durationMs.optional() }),
    ])
    .optional()
    .meta({ description: 'Slow random ups and downs of the rate around its mean' }),
  routes: mix.optional().meta({ description: 'Shares of the routes' }),
  laterRoutes: z
    .strictObject({ at: instant, routes: mix })
    .optional()
    .meta({ description: 'Shares of the routes from a time on' }),
  tenants: z
    .union([
      z.strictObject({ count: z.int().min(1).max(1000), zipf: z.number().min(0).max(3) }),
      z.strictObject({ shares: mix }),
    ])
    .optional()
    .meta({ description: 'Shares of the tenants, or how many: the n-th then has a share in proportion to n^-zipf' }),
})
export type LoadSpec = z.output<typeof loadSpec>

/** Distance in ms of the knots of a plan's slow modulation; the first is at t = 0. */
export const modulationStepMs = 5000

/** The load of one trial with every draw of the seed made. All factors multiply the base rate; times are ms of trial time. */
export interface LoadPlan {
  /** Time of day at t = 0, in ms since midnight. */
  readonly startsAtMs: number
  /** In order and without gaps from t = 0 on; before them the factor is 1, after them that of the end of the last. */
  readonly stages: readonly {
    readonly fromMs: number
    readonly toMs: number
    readonly from: number
    readonly to: number
  }[]
  readonly bursts: readonly { readonly fromMs: number; readonly toMs: number; readonly factor: number }[]
  /** `(1 + amplitude cos x + second cos 2x) / atStart`, where x is the time of day after the peak in parts of a day's circle. */
  readonly daily: {
    readonly amplitude: number
    readonly second: number
    readonly peakMs: number
    readonly atStart: number
  } | null
  /** Factors at the knots, linear between them, 1 after the last. */
  readonly modulation: readonly number[]
  /** Mixes of the routes in order of time, the first from t = 0 on; shares by name. */
  readonly routes: readonly { readonly fromMs: number; readonly shares: Readonly<Record<string, number>> }[]
  readonly tenants: Readonly<Record<string, number>>
}

/** The base rate for ever, without routes or tenants. */
export const steadyLoad: LoadPlan = {
  startsAtMs: 12 * 3_600_000,
  stages: [],
  bursts: [],
  daily: null,
  modulation: [],
  routes: [],
  tenants: {},
}
