import * as z from 'zod'
import { durationMs, ratio } from '../../harness/model/schema-types.ts'

const mode = z
  .enum(['allow', 'ask', 'deny'])
  .default('deny')
  .meta({ description: 'What becomes of an action that no rule speaks against; `ask` waits for a person' })

function count(atMost: number) {
  return z.int().min(0).max(1000).default(atMost).meta({ description: 'At most so many in the window; 0 for none' })
}

function window(lengthMinutes: number) {
  return durationMs.default(minutes(lengthMinutes)).meta({ description: 'Length of the window that ends now' })
}

function budgetOf(atMost: number, minutesWithin: number) {
  return z
    .strictObject({ atMost: count(atMost), within: window(minutesWithin) })
    .prefault({})
    .meta({ description: 'Actions of this class on one target in any window of this length; taking back is free' })
}

const scale = z.strictObject({
  mode,
  maxFactor: z
    .number()
    .min(1)
    .max(10)
    .default(2)
    .meta({ description: 'Replicas at most, in multiples of the baseline; its own maximum counts too' }),
  budget: budgetOf(2, 60),
})

const restartPod = z.strictObject({
  mode,
  minReady: ratio
    .default(0.7)
    .meta({ description: "Share of the baseline's replicas that stay ready while a ready pod is restarted" }),
  budget: budgetOf(12, 30),
})

const widenThreshold = z.strictObject({
  mode,
  maxFactor: z.number().gt(1).max(2).default(2).meta({
    description: 'Limits stay below this multiple of the baseline, and so does the product over `productOver`',
  }),
  productOver: durationMs.default(minutes(1440)).meta({ description: 'Window of the cumulative product' }),
  budget: budgetOf(3, 1440),
})

const retry = z.strictObject({
  mode,
  perRevision: z.int().min(0).max(10).default(1).meta({ description: 'Retries of one revision, without end of time' }),
  budget: budgetOf(2, 60),
})

const quietLog = z.strictObject({
  mode,
  levels: z
    .array(z.enum(['info', 'warn']))
    .default(['info', 'warn'])
    .meta({ description: 'Levels of messages that may be silenced; errors never are' }),
  budget: budgetOf(2, 60),
})

const freeze = z
  .strictObject({
    from: durationMs,
    to: durationMs,
    every: durationMs.optional().meta({ description: 'Repeats with this period, such as 24h; else it is once' }),
  })
  .superRefine(({ from, to, every }, context) => {
    const complain = (message: string) => context.addIssue({ code: 'custom', path: ['to'], message })
    if (every === undefined && to <= from) complain('is not after `from`')
    if (every !== undefined && (from >= every || to > every)) complain('goes beyond `every`')
    if (every !== undefined && from === to) complain('leaves no window')
  })

/** The `gate:` section of a policy. Without it no safe class is allowed. */
export const gateSection = z
  .strictObject({
    mode: z.enum(['enforce', 'observe']).default('enforce').meta({
      description: 'For experiments only: `observe` records the same verdicts, and what is denied is applied anyway',
    }),
    classes: z
      .strictObject({
        scale: scale.prefault({}).meta({ description: 'More replicas for the Rollout' }),
        restartPod: restartPod.prefault({}).meta({ description: 'Deletes one pod; its ReplicaSet makes another' }),
        widenThreshold: widenThreshold
          .prefault({})
          .meta({ description: "A looser limit in an analysis template's metric" }),
        retry: retry.prefault({}).meta({ description: 'Rolls out once more what was aborted' }),
        quietLog: quietLog.prefault({}).meta({ description: 'Lines of one message are no longer written' }),
      })
      .prefault({})
      .meta({ description: 'Safe classes; one that is not mentioned is denied' }),
    budget: z
      .strictObject({ atMost: count(15), within: window(60) })
      .prefault({})
      .meta({ description: 'Actions of all classes on all targets in any window of this length' }),
    asks: z
      .strictObject({ atMost: count(4), within: window(60) })
      .prefault({})
      .meta({ description: 'Questions to people in any window of this length; beyond it an action is denied' }),
    freezes: z.array(freeze).default([]).meta({
      description: "Windows of the gate's own clock in which nothing is applied but what takes an action back",
    }),
    lease: durationMs
      .default(minutes(15))
      .meta({ description: 'Time after which an action whose end was never reported lets go of its target' }),
    grant: durationMs
      .default(minutes(1))
      .meta({ description: 'Time in which an allowed action has to be applied; it holds the target meanwhile' }),
    oscillation: z
      .strictObject({
        undone: z.int().min(1).max(10).default(2).meta({ description: 'So many stop it' }),
        within: window(60),
      })
      .prefault({})
      .meta({ description: 'So many actions of a class taken back on a target stop that class there' }),
    coolDown: z
      .strictObject({
        denials: z.int().min(1).max(100).default(2).meta({ description: 'So many close it' }),
        within: window(10),
        for: durationMs.default(minutes(10)).meta({ description: 'Time from the last of them' }),
      })
      .prefault({})
      .meta({ description: 'So many requests of a class that no wait would make right close the class for a while' }),
    telemetry: z
      .strictObject({
        maxSilence: durationMs.default(minutes(1)).meta({ description: 'Age of the last look with traffic' }),
        window: durationMs.default(minutes(2)).meta({ description: 'Looks that tell how the services fare' }),
        minRequests: z.int().min(1).default(20).meta({ description: 'Fewer of a service in the window tell nothing' }),
        comparedRequests: z.int().min(1).default(100).meta({
          description: 'Fewer of a version, while two run side by side, make no comparison',
        }),
        maxErrorRatio: ratio.default(0.05).meta({ description: 'A service with more errors is in trouble' }),
        maxSlowRatio: ratio.default(0.1).meta({ description: 'A service with more slow requests is in trouble' }),
      })
      .prefault({})
      .meta({ description: 'What the gate asks of looks. Limits are assumptions' }),
  })
  .meta({ description: 'What the engine may apply by itself at L4' })
export type GatePolicy = z.output<typeof gateSection>

function minutes(count: number): number {
  return count * 60_000
}
