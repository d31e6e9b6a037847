import * as z from 'zod'
import { durationMs, ratio } from '../../harness/model/schema-types.ts'

/** How a policy has troubles diagnosed. */
export const diagnoseSection = z
  .strictObject({
    toolCalls: z.int().min(0).max(1000).default(30).meta({ description: 'Tool calls per target and `window`' }),
    window: durationMs.default(3_600_000),
    deadline: durationMs
      .default(270_000)
      .meta({ description: 'A diagnosis is ready this long after the trouble was found, whatever is known by then' }),
    secondLook: durationMs
      .default(75_000)
      .meta({ description: 'What is not confirmed at once is asked again this long after the trouble was found' }),
    confirmed: ratio.default(0.85).meta({ description: 'Least share of the belief of a cause that is `confirmed`' }),
    likely: ratio.default(0.5).meta({ description: 'Least share of the belief of a cause that is named at all' }),
  })
  .prefault({})
export type DiagnoseSection = z.output<typeof diagnoseSection>
