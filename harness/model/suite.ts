import * as z from 'zod'
import { levels } from './effect.ts'
import { documentOf, durationMs, ratio } from './schema-types.ts'

/** Measures that a criterion can bound. Rates are decided by one-sided 95 % Clopper–Pearson bounds, times by their interval. */
export const measures = [
  'recall',
  'falsePositiveRate.twins',
  'falsePositiveRate.worstScare',
  'falseActionRate.twins',
  'falseActionRate.worstScare',
  'timeToDetectS.median',
  'timeToDetectS.p95',
  'fdrtS.median',
  'fdrtS.p95',
] as const
export type Measure = (typeof measures)[number]

const criterion = z
  .strictObject({
    level: z.enum(levels),
    measure: z.enum(measures),
    atLeast: z.union([ratio, durationMs]).optional(),
    below: z.union([ratio, durationMs]).optional(),
  })
  .refine(
    ({ atLeast, below }) => (atLeast === undefined) !== (below === undefined),
    'give one of `atLeast` and `below`',
  )
  .meta({
    description:
      'A bound that the run has to show, not only to meet: with too little evidence the verdict is inconclusive',
  })
export type Criterion = z.output<typeof criterion>

/** Policies that give every number its scale; they run at L1 and have one row each. */
const anchorNames = ['null', 'always-roll-back', 'random', 'stock-argo'] as const

/** Looks run for 30 minutes where a suite says nothing else. */
export const defaultHorizonMs = 1_800_000

const suiteSpec = z.strictObject({
  description: z.string(),
  backend: z.enum(['sim', 'kind']).default('sim'),
  scenarios: z.array(z.string()).min(1),
  seeds: z.int().min(1).max(100_000).meta({ description: 'Trials of each scenario' }),
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
  criteria: z.array(criterion).default([]),
})

/** Suite: the trials that are planned and what they have to show. */
export const suiteDocument = documentOf('Suite', suiteSpec)
export type SuiteSpec = z.output<typeof suiteSpec>
export interface Suite extends SuiteSpec {
  readonly name: string
}
