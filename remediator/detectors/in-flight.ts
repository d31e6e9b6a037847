import * as z from 'zod'
import type { Look, VersionLook } from '../../harness/model/look.ts'
import { durationMs, ratio } from '../../harness/model/schema-types.ts'
import { addLook, createOnsetMixture, logEvidence, type OnsetMixture, onsetPrior } from '../evidence/onset-mixture.ts'
import { type DetectorContext, defineDetector, type Finding } from './detector.ts'

const atLeastOne = z.number().min(1).max(1000)

const tuning = z.strictObject({
  alpha: ratio.default(0.001).meta({ description: 'Bound on the probability of a false alarm over one whole rollout' }),
  ratios: z
    .array(atLeastOne)
    .min(1)
    .default([4, 10, 30])
    .meta({ description: 'How many times as many unexplained requests in progress are bet on' }),
  tolerated: atLeastOne
    .default(1.5)
    .meta({ description: 'Ratio of unexplained requests in progress that a good version may show' }),
  batch: durationMs.default(10_000).meta({ description: 'Readings within so long a time count as one' }),
  flagFor: durationMs.default(300_000).meta({ description: 'No blame so long after a flag was changed' }),
})
type Tuning = z.output<typeof tuning>

/** Requests in progress, and how many the answered ones explain. */
interface Busy {
  inFlight: number
  explained: number
}

interface State {
  readonly mixture: OnsetMixture
  /** The stable version's, by batches, fading. */
  readonly history: Busy
  /** Sums of the batch's looks, and in how many of them each version was. */
  readonly judged: Busy & { looks: number }
  readonly stable: Busy & { looks: number }
  batchFromMs: number | null
}

/** What a batch of the stable version's past is worth a batch later: it fades within some ten minutes (assumption). */
const memory = 0.983
/** Batches' worth of a stable version in which exactly the explained ones are in progress; it comes before its history. */
const prior = 1
/** By Little's law the yardstick is 1; one below this is not believed (assumption). */
const leastRate = 0.5

/**
 * Do requests of the judged version stall? One that is never answered moves no counter; it stands in the gauge of requests in
 * progress. How many should stand there follows from those that were answered: rate times mean time (Little's law), so that a version
 * that is slow, cold or busy explains its own. What the stable version had over that is the yardstick; it goes on to serve as one
 * when the judged version serves alone.
 *
 * A bet a batch on the ratio of two Poisson means, mixed over the batch at which the fault begins (as the onset-expert's). Readings
 * that follow each other show the same requests, so those of a batch count as one, by their mean: an e-variable stays one under the
 * mean, however the readings depend on each other, as the exponential is convex (Jensen). That the yardstick is estimated is covered
 * by `tolerated` and by what comes before the history. The score is the log of the evidence.
 */
export const inFlight = defineDetector<Tuning, State>({
  name: 'in-flight',
  finds: 'requests of the new version that stall, more than those of the stable one',
  scope: 'rollout',
  tuning,
  create: ({ ratios, batch }, context) => {
    const state: State = {
      mixture: createOnsetMixture(ratios.length),
      history: { inFlight: 0, explained: 0 },
      judged: { inFlight: 0, explained: 0, looks: 0 },
      stable: { inFlight: 0, explained: 0, looks: 0 },
      batchFromMs: null,
    }
    for (const look of context.looks) if (takeLook(state, look, batch, context)) learn(state)
    return state
  },
  observe: (state, chosen, observation, context) => {
    if (observation.type !== 'look' || !takeLook(state, observation.look, chosen.batch, context)) return undefined
    return closeBatch(state, chosen, context)
  },
  score: ({ mixture }) => logEvidence(mixture),
  limit: ({ alpha }) => Math.log(1 / alpha),
})

/** @returns whether a batch is full. */
function takeLook(state: State, look: Look, batchMs: number, context: DetectorContext): boolean {
  const { judgedHash, stableHash, upperBoundsS } = context
  const spanS = (look.toMs - look.fromMs) / 1000
  const judged = look.versions.find(version => version.podTemplateHash === judgedHash)
  const stable = look.versions.find(version => version.podTemplateHash === stableHash)
  const ofStable = stable === undefined ? 0 : busySeconds(stable, upperBoundsS) / spanS
  if (stable !== undefined) add(state.stable, stable.inFlight, ofStable)
  if (judged !== undefined) {
    const own = busySeconds(judged, upperBoundsS) / spanS
    // A version that answers nothing explains nothing: what its pods would at the stable one's rate stands in.
    const byPods = stable === undefined || stable.pods === 0 ? 0 : (ofStable * judged.pods) / stable.pods
    add(state.judged, judged.inFlight, Math.max(own, byPods))
  }
  state.batchFromMs ??= look.fromMs
  return look.toMs >= state.batchFromMs + batchMs
}

function closeBatch(state: State, chosen: Tuning, context: DetectorContext): Finding | undefined {
  const { mixture, history, judged } = state
  const { nowMs, judgedHash, horizonMs, flagChangesMs } = context
  const rate = Math.max(leastRate, (history.inFlight + prior) / (history.explained + prior))
  const count = judged.looks === 0 ? 0 : judged.inFlight / judged.looks
  const explained = judged.looks === 0 ? 0 : judged.explained / judged.looks
  if (explained > 0) {
    const increments = chosen.ratios.map(
      each => count * Math.log(each / chosen.tolerated) - (each - chosen.tolerated) * rate * explained,
    )
    addLook(mixture, increments, onsetPrior(mixture.looks + 1, Math.max(2, Math.round(horizonMs / chosen.batch))))
  }
  learn(state)
  const nats = logEvidence(mixture)
  if (nats < Math.log(1 / chosen.alpha)) return undefined
  const flagged = (flagChangesMs.at(-1) ?? Number.NEGATIVE_INFINITY) > nowMs - chosen.flagFor
  const found = `${count.toFixed(1)} requests in progress where answered ones explain ${explained.toFixed(1)}`
  return flagged
    ? { blames: null, reason: `${found}, after a flag was changed` }
    : { blames: judgedHash, reason: `${found}, evidence e^${nats.toFixed(1)}` }
}

/** Takes the batch of the stable version into its history, and begins the next one. */
function learn(state: State): void {
  const { history, stable, judged } = state
  if (stable.looks > 0) {
    history.inFlight = history.inFlight * memory + stable.inFlight / stable.looks
    history.explained = history.explained * memory + stable.explained / stable.looks
  }
  for (const side of [stable, judged]) {
    side.inFlight = 0
    side.explained = 0
    side.looks = 0
  }
  state.batchFromMs = null
}

function add(side: State['judged'], inProgress: number, explained: number): void {
  side.inFlight += inProgress
  side.explained += explained
  side.looks++
}

/** Time that the answered requests took in all: each bucket's at its middle by the logarithm; errors take what successes do. */
function busySeconds({ requests, errors, latency }: VersionLook, upperBoundsS: readonly number[]): number {
  let successes = 0
  let seconds = 0
  latency.forEach((count, k) => {
    const upper = upperBoundsS[k] ?? 2 * (upperBoundsS.at(-1) ?? 1)
    const lower = upperBoundsS[k - 1] ?? upper / 4
    successes += count
    seconds += count * Math.sqrt(lower * upper)
  })
  return successes === 0 ? 0 : (seconds / successes) * Math.max(requests, successes + errors)
}
