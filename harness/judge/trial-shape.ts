import * as z from 'zod'
import { levels } from '../model/effect.ts'
import { variants } from '../model/scenario.ts'
import type { TrialResult } from './trial-result.ts'

const ms = z.number().nullable()

/** What each trial came to as it is read again: keys that this version does not know are let be. */
export const trialShape = z.object({
  id: z.string(),
  scenario: z.string(),
  family: z.string(),
  variant: z.enum(variants),
  seed: z.number(),
  policy: z.string(),
  level: z.enum(levels),
  digest: z.string(),
  facts: z.object({
    requests: z.number(),
    badRequests: z.number(),
    badRequestsToEnd: z.number(),
    valid: z.boolean(),
    horizonMs: z.number(),
    endMs: z.number(),
    endPhase: z.string(),
    illPod: z.string().nullable(),
    deployedMs: ms,
    onsetMs: ms,
    detectedMs: ms,
    preempted: z.boolean(),
    latched: z.boolean(),
    actedMs: ms,
    effectiveMs: ms,
    recoveredMs: ms,
    resolvedMs: ms,
    blamingAlarms: z.number(),
    argoAlarms: z.number(),
    revertedMs: z.partialRecord(z.enum(['engine', 'argo', 'human', 'kubelet']), z.number()),
    actions: z.array(z.string()),
    paged: z.boolean(),
    looks: z.number(),
    diagnosis: z
      .object({
        madeMs: z.number(),
        sinceMs: z.number(),
        verdict: z.string(),
        causeRank: z.number().nullable(),
        changeRank: z.number().nullable(),
        blamesRelease: z.boolean(),
      })
      .nullable(),
    proposals: z.object({
      opened: z.number(),
      correct: z.number(),
      reverted: z.number(),
      wrong: z.number(),
      fixableInOneFile: z.boolean(),
    }),
    gate: z.object({
      requested: z.number(),
      applied: z.number(),
      unwarranted: z.number(),
      harmful: z.number(),
      undone: z.number(),
      remediesAsked: z.number(),
      overBlocked: z.number(),
    }),
    toolCalls: z.number(),
    decisive: z.string(),
  }),
}) satisfies z.ZodType<TrialResult>
