import * as z from 'zod'
import { criterionText } from './criterion.ts'
import { type Level, levels } from './effect.ts'
import { documentOf } from './schema-types.ts'

const promotionSpec = z.strictObject({
  description: z
    .string()
    .meta({ description: 'What the level may do that the one below may not, and what that takes' }),
  level: z.enum(['L1', 'L2', 'L3', 'L4']).meta({ description: 'To which a policy is promoted, from the one below' }),
  suite: z.string().meta({ description: 'Whose trials decide; its own criteria do not count' }),
  criteria: z.array(criterionText).min(1),
})

/** Promotion: what a policy has to show before it may act at a level. */
export const promotionDocument = documentOf('Promotion', promotionSpec)
export type PromotionSpec = z.output<typeof promotionSpec>

/** The level that a promotion starts from. */
export function levelBelow(level: PromotionSpec['level']): Level {
  return levels[levels.indexOf(level) - 1]!
}
