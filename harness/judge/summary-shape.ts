import * as z from 'zod'
import { causeKinds } from '../model/cause.ts'
import { levels } from '../model/effect.ts'
import { groundTruth } from '../model/ground-truth.ts'
import { measures } from '../model/measures.ts'
import type { Summary } from './summary.ts'

const level = z.enum(levels)
const verdict = z.enum(['pass', 'fail', 'inconclusive'])
const amount = z.number().nullable()
const estimate = z.object({ value: amount, low: amount, high: amount })
const claimed = estimate.extend({ claimHigh: amount })
const falseRate = z.object({ twins: claimed, worstScare: claimed.extend({ scenario: z.string().nullable() }) })
const time = z.object({ median: estimate, p95: estimate, restrictedMean: estimate, censored: z.number() })
const byWhom = z.object({ alarmed: z.number(), acted: z.number() })
const controls = byWhom.extend({ n: z.number(), byArgoAlone: byWhom })

const row = z.object({
  policy: z.string(),
  level,
  sameAs: level.nullable(),
  faulty: z.object({
    n: z.number(),
    detected: z.number(),
    preempted: z.number(),
    latched: z.number(),
    recovered: z.number(),
    resolved: z.number(),
  }),
  twins: controls,
  scares: controls,
  incidents: controls,
  humanActed: z.number(),
  recall: estimate,
  precisionAtCfr: estimate.extend({ cfr: z.number() }),
  alarmsPerHealthyHour: estimate,
  falsePositiveRate: falseRate,
  falseActionRate: falseRate,
  timesComparable: z.boolean(),
  timeToDetectS: time,
  fdrtS: time.extend({ split: z.object({ detect: amount, decide: amount, execute: amount, settle: amount }) }),
  timeToResolveS: time,
  harm: z.object({
    badRequests: estimate,
    badRequestsToEnd: estimate,
    controlBadRequests: estimate,
    budgetBurn: estimate,
    goodReleaseMinutesLost: estimate,
  }),
  diagnosis: z.object({
    ac1: estimate,
    ac3: estimate,
    medianS: amount,
    n: z.number(),
    made: z.number(),
    inconclusive: z.number(),
    confidentlyWrong: z.number(),
    changeAc1: estimate,
    changeAc3: estimate,
    falseOnScares: estimate,
    falseOnTwins: estimate,
  }),
  proposals: z.object({
    opened: z.number(),
    correct: z.number(),
    reverted: z.number(),
    false: z.number(),
    wrong: z.number(),
    fixableInOneFile: z.number(),
    correctRate: estimate,
  }),
  gate: z.object({
    requested: z.number(),
    applied: z.number(),
    unsafe: z.number(),
    overBlocked: z.number(),
    noRegression: estimate,
    undone: z.number(),
    regressions: z.number(),
    overBlockRate: estimate,
  }),
  budget: z.object({ toolCalls: z.number(), toolCallsMax: z.number() }),
})

const difference = estimate.extend({
  answer: z.enum(['better', 'worse', 'cannot tell']),
  event: z.string().nullable(),
  eventAt: level.nullable(),
  eventShare: amount,
})

const criterion = z.object({
  name: z.string(),
  verdict,
  observed: amount,
  low: amount,
  high: amount,
  bound: z.string(),
  measure: z.enum(measures),
  policy: z.string(),
  level,
  scenario: z.string().nullable(),
  family: z.string().nullable(),
  criterion: z.string(),
  n: z.number(),
  confidence: z.number(),
  look: amount,
  missing: z.object({ n: z.number(), seeds: z.number(), trials: z.number() }).nullable(),
})

/** A summary as it is read again: keys that this version does not know are let be, those that it needs are looked for. */
export const summaryShape = z.object({
  schemaVersion: z.literal(1),
  version: z.string(),
  suite: z.string(),
  backend: z.enum(['sim', 'kind', 'existing']),
  seed: z.number(),
  verdict,
  wallMs: z.number(),
  logDigest: z.string().nullable(),
  trials: z.object({
    planned: z.number(),
    valid: z.number(),
    invalid: z.number(),
    skipped: z.number(),
    looks: z.number(),
  }),
  levels: z.array(row),
  anchors: z.array(row),
  scenarios: z.array(row.extend({ scenario: z.string(), family: z.string() })),
  detectors: z.array(
    z.object({
      policy: z.string(),
      detector: z.string(),
      scenario: z.string(),
      recall: estimate,
      falsePositiveRate: estimate,
      timeToDetectS: time,
      latched: z.number(),
    }),
  ),
  criteria: z.array(criterion),
  artifacts: z.object({ dir: z.string(), html: z.string(), junit: z.string() }),
  findings: z.array(z.object({ trial: z.string(), problem: z.string(), replay: z.string() })),
  groundTruth: z.array(
    z.object({
      ...groundTruth.shape,
      scenario: z.string(),
      family: z.string(),
      requestsPerSecond: z.number(),
      scare: z.string().nullable(),
      causeKind: z.enum(causeKinds).nullable(),
      disturbsPods: z.boolean(),
    }),
  ),
  differences: z.array(
    z.object({
      policy: z.string(),
      scenario: z.string(),
      family: z.string(),
      below: level,
      level,
      pairs: z.number(),
      timeToResolveS: difference,
      fdrtS: difference,
      badRequests: difference,
      badRequestsToEnd: difference,
    }),
  ),
  heldOut: z.object({ families: z.array(z.string()), levels: z.array(row), anchors: z.array(row) }),
  looks: z.object({ planned: z.array(z.number()), taken: z.number() }).nullable(),
  brokenBounds: z.array(
    z.object({
      policy: z.string(),
      level,
      meanDifference: z.number(),
      high: z.number(),
      trials: z.array(z.string()),
    }),
  ),
}) satisfies z.ZodType<Summary>
