import * as z from 'zod'
import { levels } from './effect.ts'
import { documentOf, durationMs, ratio } from './schema-types.ts'
import { maxSeeds } from './seed.ts'

/** Rates that a criterion can bound; decided by one-sided 95 % Clopper–Pearson bounds. */
const rateMeasures = [
  'recall',
  'falsePositiveRate.twins',
  'falsePositiveRate.worstScare',
  'falseActionRate.twins',
  'falseActionRate.worstScare',
  'diagnosis.ac1',
  'diagnosis.falseOnScares',
  'proposals.correct',
  'gate.unsafe',
  'gate.overBlocked',
  'gate.noRegression',
] as const

/** Times that a criterion can bound; decided by their intervals. */
const timeMeasures = [
  'timeToDetectS.median',
  'timeToDetectS.p95',
  'fdrtS.median',
  'fdrtS.p95',
  'timeToResolveS.median',
  'timeToResolveS.p95',
] as const

/** Measures that a criterion can bound. */
export const measures = [...rateMeasures, ...timeMeasures] as const
export type Measure = (typeof measures)[number]

const criterion = z
  .strictObject({
    level: z.enum(levels),
    measure: z.enum(measures),
    atLeast: z.union([ratio, durationMs]).optional(),
    below: z.union([ratio, durationMs]).optional(),
  })
  .superRefine((value, context) => {
    const { measure, atLeast, below } = value
    if ((atLeast === undefined) === (below === undefined)) {
      context.addIssue({ code: 'custom', message: 'give one of `atLeast` and `below`' })
    }
    // A rate is at most 1, and no time that a bound would be set to is below 1 ms.
    const bound = atLeast ?? below ?? 0
    const isTime = (timeMeasures as readonly Measure[]).includes(measure)
    if (bound > 0 && isTime !== bound > 1) {
      const path = [below === undefined ? 'atLeast' : 'below']
      context.addIssue({
        code: 'custom',
        path,
        message: `${measure} is bounded by a ${isTime ? 'duration, such as 5m' : 'share, such as 5%'}`,
      })
    }
  })
  .meta({
    description:
      'A bound that the run has to show, not only to meet: with too little evidence the verdict is inconclusive',
  })
export type Criterion = z.output<typeof criterion>

/** Policies that give every number its scale; they run at L1 and have one row each. */
const anchorNames = ['null', 'always-roll-back', 'random', 'clairvoyant', 'stock-argo'] as const

/** Looks run for 30 minutes where a suite says nothing else. */
export const defaultHorizonMs = 1_800_000

const suiteSpec = z.strictObject({
  description: z.string(),
  backend: z.enum(['sim', 'kind']).default('sim'),
  scenarios: z.array(z.string()).min(1),
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
  parameters: z
    .string()
    .optional()
    .meta({ description: 'A file of parameters that go over the shipped ones, as a path from this file' }),
  heldOut: z.array(z.string()).default([]).meta({
    description: 'Families of scenarios that no rule was made for: they have figures apart, and are in no others',
  }),
  criteria: z.array(criterion).default([]),
})

/** Suite: the trials that are planned and what they have to show. */
export const suiteDocument = documentOf('Suite', suiteSpec)
export type SuiteSpec = z.output<typeof suiteSpec>
export interface Suite extends SuiteSpec {
  readonly name: string
}
