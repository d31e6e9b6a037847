import { z } from 'zod'

/** Operations that can end a fault. */
export const remedies = [
  'abort',
  'undo',
  'flagOff',
  'scale',
  'restart',
  'restartPod',
  'widenThreshold',
  'retry',
  'quietLog',
] as const
export type Remedy = (typeof remedies)[number]

/** What an observer of the service would notice first. */
export const symptoms = ['none', 'errors', 'latency', 'timeouts', 'restarts', 'unready'] as const
export type Symptom = (typeof symptoms)[number]

/** What was right for a trial, known to the judge and never to the engine. */
export const groundTruth = z.strictObject({
  page: z.enum(['must', 'may', 'mustNot']).meta({ description: 'Whether people have to be told' }),
  deploy: z.enum(['revert', 'hold', 'leave']).meta({ description: 'What should happen to the deploy' }),
  remedies: z.array(z.enum(remedies)).meta({ description: 'Operations that end the fault' }),
  harmful: z
    .array(z.enum(remedies))
    .optional()
    .meta({ description: 'Operations that look right here, and make it worse than doing nothing' }),
  tolerated: z
    .array(z.enum(remedies))
    .optional()
    .meta({ description: 'Operations that end no fault and are no mistake, such as the restart of a sick pod' }),
  rollbackSafe: z.boolean().meta({ description: 'Whether the version before can be returned to without harm' }),
  firstSymptom: z.enum(symptoms).meta({ description: 'What is noticed first where nobody acts' }),
  cause: z.string().meta({ description: 'What is wrong, for whoever reads the result' }),
})
export type GroundTruth = z.infer<typeof groundTruth>

/** Ground truth of a twin: a change of the same shape that does no harm. */
export const leaveAlone: GroundTruth = {
  page: 'mustNot',
  deploy: 'leave',
  remedies: [],
  rollbackSafe: true,
  firstSymptom: 'none',
  cause: 'none',
}
