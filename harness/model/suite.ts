import * as z from 'zod'
import { criterionText } from './criterion.ts'
import { levels } from './effect.ts'
import { type Scenario, type Variant, variants, variantsOf } from './scenario.ts'
import { documentOf, durationMs } from './schema-types.ts'
import { maxSeeds } from './seed.ts'

/** Policies that give every number its scale; they run at L1 and have one row each. */
const anchorNames = ['null', 'always-roll-back', 'random', 'clairvoyant', 'stock-argo'] as const

/** Looks run for 30 minutes where a suite says nothing else. */
export const defaultHorizonMs = 1_800_000

const k6Spec = z.strictObject({
  script: z
    .string()
    .optional()
    .meta({ description: 'A k6 script that sends the load instead of the shipped one, as a path from this file' }),
  extensions: z
    .array(
      z
        .string()
        .regex(/^[\w.-]+(\/[\w.~-]+)+(@[\w.+-]+)?$/, 'expected a Go module, such as github.com/grafana/xk6-sql@v1.0.0'),
    )
    .default([])
    .meta({ description: 'Go modules of k6 extensions that the script imports; xk6 builds a k6 with them' }),
  from: z
    .enum(['cluster', 'local'])
    .default('cluster')
    .meta({ description: 'Where k6 runs: in a Job beside the service, or on the machine of carmine' }),
})

const suiteSpec = z.strictObject({
  description: z.string(),
  backend: z.enum(['sim', 'kind']).default('sim'),
  scenarios: z.array(z.string()).min(1),
  variants: z
    .record(z.string(), z.array(z.enum(variants)).min(1))
    .optional()
    .meta({ description: 'By scenario, the variants that are run; all that a scenario has where it is not named' }),
  seeds: z.int().min(1).max(maxSeeds).meta({ description: 'Trials of each scenario' }),
  policies: z.array(z.string()).min(1).default(['careful']),
  anchors: z.array(z.enum(anchorNames)).default([...anchorNames]),
  levels: z
    .array(z.enum(levels))
    .min(1)
    .default([...levels]),
  horizon: durationMs
    .default(defaultHorizonMs)
    .meta({ description: 'Looks run this long; longer where the rollout is planned to take longer' }),
  pause: durationMs.optional().meta({ description: "Replaces the duration of the rollout's timed pauses" }),
  load: z.strictObject({ k6: k6Spec }).optional().meta({ description: 'What sends the load on real clusters' }),
  parameters: z
    .string()
    .optional()
    .meta({ description: 'A file of parameters that go over the shipped ones, as a path from this file' }),
  heldOut: z.array(z.string()).default([]).meta({
    description: 'Families of scenarios that no rule was made for: they have figures apart, and are in no others',
  }),
  criteria: z.array(criterionText).default([]),
})

/** Suite: the trials that are planned and what they have to show. */
export const suiteDocument = documentOf('Suite', suiteSpec)
export type SuiteSpec = z.output<typeof suiteSpec>
export interface Suite extends SuiteSpec {
  readonly name: string
}

/** The variants of a scenario that a suite runs. */
export function plannedVariants({ variants }: Pick<Suite, 'variants'>, scenario: Scenario): readonly Variant[] {
  const chosen = variants?.[scenario.name]
  const all = variantsOf(scenario)
  return chosen === undefined ? all : all.filter(variant => chosen.includes(variant))
}
