import * as z from 'zod'

/** What was right for a deploy, known to the judge and never to the engine. */
export const groundTruth = z.strictObject({
  page: z.enum(['must', 'may', 'mustNot']).meta({ description: 'Whether people have to be told' }),
  deploy: z.enum(['revert', 'hold', 'leave']).meta({ description: 'What should happen to the deploy' }),
  remedies: z.array(z.enum(['abort', 'undo'])).meta({ description: 'Operations that end the fault' }),
  rollbackSafe: z.boolean().meta({ description: 'Whether the version before can be returned to without harm' }),
  cause: z.string().meta({ description: 'What is wrong, for whoever reads the result' }),
})
export type GroundTruth = z.infer<typeof groundTruth>

/** Ground truth of a twin: a change of the same shape that does no harm. */
export const leaveAlone: GroundTruth = {
  page: 'mustNot',
  deploy: 'leave',
  remedies: [],
  rollbackSafe: true,
  cause: 'none',
}
