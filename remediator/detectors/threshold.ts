import * as z from 'zod'
import { durationMs, ratio } from '../../harness/model/schema-types.ts'
import { defineDetector } from './detector.ts'
import { findingOf, holdFor, noTrouble, suspicion, type Trouble } from './suspicion.ts'

const tuning = z.strictObject({
  window: durationMs.default(60_000),
  interval: durationMs.default(30_000).meta({ description: 'Time from one measurement to the next' }),
  minRequests: z.int().min(1).default(100).meta({ description: 'No measurement with fewer requests in the window' }),
  breaches: z
    .int()
    .min(1)
    .default(2)
    .meta({ description: 'Consecutive measurements over a limit that raise the alarm' }),
  maxErrorRatio: ratio.default(0.05),
  maxSlowRatio: ratio.default(0.05).meta({ description: 'Share of successes slower than `slow`' }),
  slow: durationMs.default(500).meta({ description: 'Read at the next latency bucket bound' }),
  attribute: z
    .boolean()
    .default(false)
    .meta({ description: "Whether attribution says whom to blame; without it every breach is the new version's" }),
  ...suspicion,
})
type Tuning = z.output<typeof tuning>

interface State {
  /** The window's looks, oldest first: `[toMs, requests, errors, successes, slow]` each. */
  readonly looks: (readonly [number, number, number, number, number])[]
  nextAtMs: number
  errorBreaches: number
  slowBreaches: number
  score: number
  /** What breaches its limit for long enough; empty when nothing does. */
  breach: string
  readonly trouble: Trouble
}

/**
 * Absolute limits on the judged version's error ratio and slow share over a window, as most public canary gates have them, but
 * read for the judged version alone. The score is the larger ratio of a share to its limit.
 *
 * Defaults are the modes of a tally of 102 public AnalysisTemplates (2026-11-21): errors over 5 %, window 60 s, interval 30 s,
 * failureLimit 1, p95 under 0.5 s. `minRequests` is an assumption. Breaches have to be consecutive here; Argo counts all.
 */
export const threshold = defineDetector<Tuning, State>({
  name: 'threshold',
  finds: 'errors or slow requests of the new version above a fixed limit, several windows in a row',
  scope: 'rollout',
  tuning,
  create: () => ({
    looks: [],
    nextAtMs: 0,
    errorBreaches: 0,
    slowBreaches: 0,
    score: 0,
    breach: '',
    trouble: noTrouble(),
  }),
  observe: (state, chosen, observation, context) => {
    if (observation.type !== 'look') return undefined
    const { judgedHash, upperBoundsS } = context
    const { toMs, versions } = observation.look
    const judged = versions.find(version => version.podTemplateHash === judgedHash)
    if (judged !== undefined) {
      const slow = firstSlowBucket(upperBoundsS, chosen.slow / 1000)
      const { requests, errors, latency } = judged
      state.looks.push([toMs, requests, errors, sum(latency, 0), sum(latency, slow)])
    }
    while (state.looks.length > 0 && state.looks[0]![0] <= toMs - chosen.window) state.looks.shift()
    if (toMs < state.nextAtMs) return undefined
    const [requests, errors, successes, slow] = totals(state.looks)
    if (requests < chosen.minRequests) return undefined
    state.nextAtMs = toMs + chosen.interval

    const errorRatio = errors / requests
    const slowRatio = successes === 0 ? 0 : slow / successes
    state.errorBreaches = errorRatio > chosen.maxErrorRatio ? state.errorBreaches + 1 : 0
    state.slowBreaches = slowRatio > chosen.maxSlowRatio ? state.slowBreaches + 1 : 0
    state.score = Math.max(overLimit(errorRatio, chosen.maxErrorRatio), overLimit(slowRatio, chosen.maxSlowRatio))
    state.breach =
      state.errorBreaches >= chosen.breaches
        ? `${percent(errorRatio)} errors, limit ${percent(chosen.maxErrorRatio)}`
        : state.slowBreaches >= chosen.breaches
          ? `${percent(slowRatio)} slow, limit ${percent(chosen.maxSlowRatio)}`
          : ''
    if (state.breach === '') return undefined
    if (!chosen.attribute) return { blames: judgedHash, reason: state.breach }
    return findingOf(state.trouble, state.breach, chosen, context)
  },
  score: ({ score }) => score,
  limit: () => 1,
  holds: ({ trouble, breach }, _, context) => holdFor(trouble, breach, context),
})

/** Index of the first bucket that holds only requests slower than the bound; the one up to +Inf at the latest. */
function firstSlowBucket(upperBoundsS: readonly number[], boundS: number): number {
  const index = upperBoundsS.findIndex(bound => bound >= boundS)
  return index === -1 ? upperBoundsS.length : index + 1
}

function sum(counts: readonly number[], from: number): number {
  let total = 0
  for (let k = from; k < counts.length; k++) total += counts[k]!
  return total
}

function totals(looks: State['looks']): [number, number, number, number] {
  const total: [number, number, number, number] = [0, 0, 0, 0]
  for (const [, ...counts] of looks) for (let i = 0; i < 4; i++) total[i]! += counts[i]!
  return total
}

/** Share over its limit; a limit of 0 that is broken counts as a hundred times over. */
function overLimit(share: number, limit: number): number {
  return limit > 0 ? share / limit : share > 0 ? 100 : 0
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}
