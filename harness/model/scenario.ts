import * as z from 'zod'
import { faultSpec } from './fault.ts'
import { groundTruth } from './ground-truth.ts'
import { documentOf, durationMs, ratio } from './schema-types.ts'

/** A time, or an interval from which the seed draws one uniformly. */
const instant = z
  .union([durationMs, z.strictObject({ from: durationMs, to: durationMs })])
  .meta({ description: 'A time from the start of the trial, or {from, to}' })
export type Instant = z.output<typeof instant>

const load = z.strictObject({
  requestsPerSecond: z.number().positive().max(5000).default(50),
  dispersionIndex: z
    .number()
    .min(1)
    .max(100)
    .default(3)
    .meta({ description: 'Variance of the requests in 10 s over their mean; 1 is Poisson' }),
})

const deploy = z.strictObject({
  at: durationMs.default(120_000),
  fault: faultSpec.optional().meta({ description: 'What is wrong with the release; without it the release is good' }),
  truth: groundTruth,
})

const disturbance = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('dependency-outage'),
    service: z.string(),
    at: instant,
    for: instant,
    errorRatio: ratio.meta({ description: 'Share of calls to the service that fail' }),
  }),
  z.strictObject({ kind: z.literal('scrapes-fail'), at: instant, for: instant }),
  z.strictObject({ kind: z.literal('prometheus-down'), at: instant, for: instant }),
])

/** A law on (0, 1) with this mean has a variance below mean (1 - mean), that of a coin. */
const betaLaw = z
  .strictObject({ mean: ratio, sd: ratio })
  .refine(({ mean, sd }) => sd === 0 || sd * sd < mean * (1 - mean), {
    path: ['sd'],
    message: 'no Beta law has this mean and this sd: sd has to be below sqrt(mean (1 - mean))',
  })

const scenarioSpec = z.strictObject({
  description: z.string(),
  family: z.string(),
  load: load.prefault({}),
  baseErrorRatio: z
    .union([ratio, betaLaw])
    .default({ mean: 0.001, sd: 0.001 })
    .meta({ description: "The service's own error ratio, or mean and sd of the Beta law that the seed draws it from" }),
  deploys: z.array(deploy).length(1),
  disturbances: z.array(disturbance).default([]),
})

/** Scenario: what happens. Data only; every time is trial time. */
export const scenarioDocument = documentOf('Scenario', scenarioSpec)
export type ScenarioSpec = z.output<typeof scenarioSpec>
export interface Scenario extends ScenarioSpec {
  readonly name: string
}

/** A faulty deploy, its harmless twin, or a scare: something that looks bad and is not the deploy's fault. */
export const variants = ['faulty', 'twin', 'scare'] as const
export type Variant = (typeof variants)[number]

/** The variants that a scenario is run in: faulty and twin where its deploy has a fault, else it is a scare. */
export function variantsOf(scenario: ScenarioSpec): readonly Variant[] {
  return scenario.deploys.some(({ fault }) => fault !== undefined) ? ['faulty', 'twin'] : ['scare']
}
