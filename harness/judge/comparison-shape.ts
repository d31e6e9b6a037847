import * as z from 'zod'
import { levels } from '../model/effect.ts'
import type { Comparison } from './comparison.ts'

const amount = z.number().nullable()
const verdict = z.enum(['better', 'same', 'regress', 'cannot tell'])
const answer = z.enum(['better', 'worse', 'same', 'cannot tell'])
const rowName = z.object({ policy: z.string(), level: z.enum(levels) })

const tested = z.object({
  n: z.object({ baseline: z.number(), candidate: z.number() }),
  values: z.object({ baseline: amount, candidate: amount }),
  difference: z.object({ value: amount, low: amount, high: amount }),
  pairs: z.object({ better: z.number(), worse: z.number() }).nullable(),
  p: amount,
  adjustedP: amount,
})

const measure = tested.extend({
  measure: z.string(),
  unit: z.enum(['ratio', 's', 'requests', 'minutes', 'calls']),
  better: z.enum(['higher', 'lower']),
  decides: z.boolean(),
  answer,
  scenario: z.string().nullable(),
  worstScenario: tested.extend({ scenario: z.string(), answer }).nullable(),
  trialsToTell: amount,
  seedsToTell: amount,
})

/** A comparison as it is read again: keys that this version does not know are let be. */
export const comparisonShape = z.object({
  schemaVersion: z.literal(1),
  version: z.string(),
  verdict,
  baseline: z.string(),
  candidates: z.array(
    z.object({
      candidate: z.string(),
      verdict,
      paired: z.boolean(),
      commonSeeds: z.number(),
      rows: z.array(
        z.object({
          baseline: rowName,
          candidate: rowName,
          sameAs: z.enum(levels).nullable(),
          verdict,
          trials: z.object({ baseline: z.number(), candidate: z.number(), pairs: amount, different: amount }),
          measures: z.array(measure),
          families: z.array(z.object({ family: z.string(), heldOut: z.boolean(), measures: z.array(measure) })),
        }),
      ),
    }),
  ),
}) satisfies z.ZodType<Comparison>
