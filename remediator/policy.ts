import * as z from 'zod'
import { documentOf } from '../harness/model/schema-types.ts'
import { detectors } from './detectors/index.ts'

const detectorName = z.enum(detectors.map(({ name }) => name))

const tunings = z.strictObject(
  Object.fromEntries(detectors.map(({ name, tuning }) => [name, (tuning as z.ZodObject).prefault({})])),
)

const when = z
  .union([z.enum(['never', 'always', 'any', 'all']), z.strictObject({ atLeast: z.int().min(1) })])
  .default('any')
  .meta({ description: 'How many deciders have to blame a revision; `always` acts at the first sight of it' })

const decide = z
  .strictObject({ when, deciders: z.array(detectorName).default([]) })
  .superRefine(({ when: combination, deciders }, context) => {
    const complain = (message: string) => context.addIssue({ code: 'custom', path: ['deciders'], message })
    const asksNone = combination === 'never' || combination === 'always'
    if (new Set(deciders).size < deciders.length) complain('names a detector twice')
    if (asksNone && deciders.length > 0) complain(`has no use where \`when\` is ${combination}`)
    if (!asksNone && deciders.length === 0) complain('names no detector')
    if (typeof combination === 'object' && combination.atLeast > deciders.length && deciders.length > 0) {
      complain(`are ${deciders.length}, fewer than the ${combination.atLeast} that \`atLeast\` asks for`)
    }
  })

const policySpec = z.strictObject({
  description: z.string(),
  decide,
  detectors: tunings
    .prefault({})
    .meta({ description: 'Tunings; every detector runs, and those that do not decide run in shadow' }),
  budget: z
    .strictObject({
      actionsPerRevision: z.int().min(0).max(10).default(1),
      retries: z.int().min(0).max(10).default(3).meta({ description: 'Repeats of an action that failed' }),
    })
    .prefault({}),
  analysis: z
    .enum(['live', 'dryRun'])
    .default('live')
    .meta({ description: "Whether the manifests' own analysis acts at L1 and above" }),
  manifests: z
    .strictObject({
      files: z.array(z.string()).min(1).meta({
        description:
          'Paths of manifests, each merged into the object of its kind and name, or added where there is none',
      }),
    })
    .optional()
    .meta({ description: 'Manifests that belong to this policy, over those under test' }),
})

/** Policy: what is under test. Which detectors decide, how they are tuned, and how often the engine may act. */
export const policyDocument = documentOf('Policy', policySpec)
export type PolicySpec = z.output<typeof policySpec>
