import * as z from 'zod'
import { causeKinds } from '../harness/model/cause.ts'
import { safeClasses } from '../harness/model/safe-action.ts'
import { documentOf, durationMs } from '../harness/model/schema-types.ts'
import { detectors } from './detectors/index.ts'
import { diagnoseSection } from './diagnose/section.ts'
import { gateSection } from './gate/section.ts'
import { looksKept } from './seen.ts'

const detectorName = z.enum(detectors.map(({ name }) => name))

const tunings = z.strictObject(
  Object.fromEntries(detectors.map(({ name, tuning }) => [name, (tuning as z.ZodObject).prefault({})])),
)

const when = z
  .union([z.enum(['never', 'always', 'any', 'all']), z.strictObject({ atLeast: z.int().min(1) })])
  .default('any')
  .meta({ description: 'How many deciders have to blame a revision; `always` acts at the first sight of it' })

const hold = z.strictObject({
  enabled: z
    .boolean()
    .default(true)
    .meta({ description: 'Whether the rollout is kept at its step while a decider asks for time' }),
  resumeAfter: durationMs.default(60_000).meta({ description: 'Calm after which it goes on' }),
  atMost: durationMs.default(600_000).meta({ description: 'Longest hold; the rollout then goes on' }),
})

const decide = z
  .strictObject({
    when,
    deciders: z.array(detectorName).default([]).meta({ description: 'Detectors whose alarms count' }),
    hold: hold.prefault({}),
  })
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

const remediate = z.strictObject({
  on: z.enum(['diagnosis', 'alarm']).default('diagnosis').meta({
    description: 'Whether safe actions follow a confirmed or likely cause, or the first alarm, whatever it is',
  }),
  actions: z
    .partialRecord(z.enum(causeKinds), z.enum(safeClasses))
    .default({})
    .meta({ description: 'Safe class by cause, where it is not the usual one' }),
  blind: z
    .array(z.enum(safeClasses))
    .default([])
    .meta({ description: 'What is done at every alarm, in order, where `on` is `alarm`' }),
  again: durationMs.optional().meta({
    description:
      'Where `on` is `alarm`: after so long all of it is done again, while more than 1 % of requests are bad',
  }),
  scaleFactor: z.number().min(1).max(10).default(2).meta({ description: 'Replicas over the approved ones' }),
  widenFactor: z.number().min(1).max(10).default(1.9).meta({ description: 'New limit over the approved one' }),
  verify: z
    .strictObject({
      enabled: z
        .boolean()
        .default(true)
        .meta({ description: 'Without it an action is taken for right once it is done' }),
      settle: durationMs.default(60_000).meta({ description: 'Time that an action has to take effect' }),
      looks: z
        .int()
        .min(1)
        .max(looksKept)
        .default(12)
        .meta({ description: 'Looks after it that are compared with those before' }),
      requests: z.int().min(1).default(50).meta({ description: 'Requests that they have to carry' }),
      deadline: durationMs.default(300_000).meta({ description: 'When an outcome that is still unknown is undone' }),
    })
    .prefault({}),
})

const policySpec = z.strictObject({
  description: z.string().meta({ description: 'In a word, for lists and reports' }),
  decide,
  detectors: tunings
    .prefault({})
    .meta({ description: 'Tunings; every detector runs, and those that do not decide run in shadow' }),
  budget: z
    .strictObject({
      actionsPerRevision: z.int().min(0).max(10).default(1).meta({ description: 'Rollbacks of one revision' }),
      retries: z.int().min(0).max(10).default(3).meta({ description: 'Repeats of an action that failed' }),
    })
    .prefault({}),
  diagnose: diagnoseSection.prefault({}),
  remediate: remediate.prefault({}),
  gate: gateSection.prefault({}),
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
