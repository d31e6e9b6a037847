import * as z from 'zod'
import type { Look, VersionLook } from '../../harness/model/look.ts'
import { durationMs, ratio } from '../../harness/model/schema-types.ts'
import { logEvidenceOf } from '../evidence/class-ratio.ts'
import {
  createExpertTable,
  type ExpertTable,
  expertName,
  setBaselineExperts,
  setPlugInExpert,
} from '../evidence/experts.ts'
import {
  addLook,
  createOnsetMixture,
  leadingExpert,
  logEvidence,
  type OnsetMixture,
  onsetPrior,
} from '../evidence/onset-mixture.ts'
import { type DetectorContext, defineDetector, type Finding } from './detector.ts'

const atLeastOne = z.number().min(1).max(100)

const tuning = z.strictObject({
  alpha: ratio
    .default(0.01)
    .meta({ description: 'Bound on the probability of a false alarm over one whole harmless rollout' }),
  errorRatios: z.array(atLeastOne).min(1).default([2, 4, 10]),
  latencyFactors: z.array(atLeastOne).default([1.5, 2, 4]),
  tailShare: ratio.default(0.05),
  toleratedErrorRatio: atLeastOne
    .default(1.3)
    .meta({ description: 'Ratio of error ratios that pods of a good version may show' }),
  toleratedLatencyFactor: z.number().min(1.01).max(10).default(1.25),
  warmUp: durationMs.default(20_000).meta({ description: 'No bets this long after pods came to the judged version' }),
})
type Tuning = z.output<typeof tuning>

/** Requests that the baseline's past is worth at most; older looks fade. */
const historyLimit = 20_000
/** What the plug-in expert remembers of a look one look later (assumption: it forgets within some 20 looks). */
const memory = 0.95
const looksBetweenRefreshes = 6

/** Outcomes of one version in one look, per class: latency buckets of successes, then errors. */
interface Outcomes {
  requests: number
  successes: number
  readonly counts: Float64Array
}

interface State {
  readonly mixture: OnsetMixture
  readonly table: ExpertTable
  /** Baseline's past per class, and the judged version's as the plug-in expert remembers it. */
  readonly history: Float64Array
  readonly past: Float64Array
  /** Law that the experts were last made for. */
  readonly law: Float64Array
  readonly judged: Outcomes
  readonly baseline: Outcomes
  readonly increments: Float64Array
  readonly scratch: Float64Array
  /** Whether the history holds any request: no bets before. */
  knowsBaseline: boolean
  mostPods: number
  holdUntilMs: number
}

/**
 * Is the judged version worse than the stable one that serves beside it? A bet on every look, made before the look is seen: experts
 * on error ratios, on slow-downs, on a slow tail and on the version's own past, mixed over the look at which the fault begins. Under
 * any load, drift or common trouble that both versions share the alarm is false with probability at most `alpha` per rollout.
 *
 * Ratios {2, 4, 10} and the onset prior: two-sample count e-processes after Turner, Ly and Grünwald (arXiv 2106.02693), Lindon and
 * Malek (arXiv 2011.03567) and Shin, Ramdas and Rinaldo (arXiv 2203.03532). Tolerances allow for pods that differ (log-sd 0.1 to
 * 0.25, assumption); the hold is for caches and JITs that are cold (assumption). While a single pod carries the evidence, ten times
 * as much is asked for: it may be the pod that is bad.
 */
export const onsetExpert = defineDetector<Tuning, State>({
  name: 'onset-expert',
  finds: 'evidence that the new version does worse than the stable one beside it, from some look on',
  scope: 'rollout',
  tuning,
  create: (chosen, { upperBoundsS, totals, stableHash }) => {
    const classes = upperBoundsS.length + 2
    const table = createExpertTable(chosen, classes)
    const floats = () => new Float64Array(classes)
    const state: State = {
      mixture: createOnsetMixture(table.experts),
      table,
      history: floats(),
      past: floats(),
      law: floats(),
      judged: { requests: 0, successes: 0, counts: floats() },
      baseline: { requests: 0, successes: 0, counts: floats() },
      increments: new Float64Array(table.experts),
      scratch: floats(),
      knowsBaseline: false,
      mostPods: 0,
      holdUntilMs: Number.NEGATIVE_INFINITY,
    }
    countOutcomes(totals[stableHash], state.baseline)
    remember(state)
    return state
  },
  observe: (state, chosen, observation, context) =>
    observation.type === 'look' ? observeLook(state, chosen, observation.look, context) : undefined,
  score: ({ mixture }) => logEvidence(mixture),
})

function observeLook(state: State, chosen: Tuning, look: Look, context: DetectorContext): Finding | undefined {
  const { judgedHash, stableHash, upperBoundsS, lookIntervalMs, horizonMs } = context
  const judged = versionOf(look, judgedHash)
  countOutcomes(judged, state.judged)
  countOutcomes(versionOf(look, stableHash), state.baseline)
  if (judged !== undefined && judged.pods > state.mostPods) {
    state.mostPods = judged.pods
    state.holdUntilMs = look.fromMs + chosen.warmUp
  }
  const held = look.fromMs < state.holdUntilMs
  const bothServe = state.judged.requests > 0 && state.baseline.requests > 0
  let finding: Finding | undefined
  if (bothServe && state.knowsBaseline && !held) {
    bet(state, chosen, upperBoundsS, Math.round(horizonMs / lookIntervalMs))
    const nats = logEvidence(state.mixture)
    if (nats >= Math.log((state.mostPods > 1 ? 1 : 10) / chosen.alpha)) {
      const leader = expertName(chosen, leadingExpert(state.mixture))
      finding = { blames: judgedHash, reason: `worse than stable: ${leader}, evidence e^${nats.toFixed(1)}` }
    }
    learn(state)
  }
  remember(state)
  return finding
}

/** Adds the evidence of the look that stands in `judged` and `baseline`. Has to come before that look is learnt from. */
export function bet(state: State, chosen: Tuning, upperBoundsS: readonly number[], plannedLooks: number): void {
  const { mixture, table, judged, baseline, law, past, increments, scratch } = state
  if (mixture.looks % looksBetweenRefreshes === 0) {
    smoothLaw(state)
    setBaselineExperts(table, chosen, law, upperBoundsS)
  }
  setPlugInExpert(table, law, past, scratch)
  const errors = table.classes - 1
  const ofJudged = { trials: judged.requests, counts: judged.counts }
  const ofBaseline = { trials: baseline.requests, counts: baseline.counts }
  const goodOfJudged = { trials: judged.successes, counts: judged.counts }
  const goodOfBaseline = { trials: baseline.successes, counts: baseline.counts }
  for (let m = 0; m < table.experts; m++) {
    increments[m] =
      logEvidenceOf(table, m, errors, table.classes, ofJudged, ofBaseline) +
      logEvidenceOf(table, m, 0, errors, goodOfJudged, goodOfBaseline)
  }
  addLook(mixture, increments, onsetPrior(mixture.looks + 1, plannedLooks))
}

/** Takes the look's judged outcomes into the plug-in expert's past. */
export function learn({ past, judged: { counts } }: State): void {
  for (let k = 0; k < past.length; k++) past[k] = past[k]! * memory + counts[k]!
}

/** Takes the look's baseline outcomes into the history. */
function remember(state: State): void {
  const { history, baseline } = state
  if (baseline.requests === 0) return
  state.knowsBaseline = true
  let total = 0
  for (let k = 0; k < history.length; k++) total += history[k]! + baseline.counts[k]!
  const kept = Math.min(1, historyLimit / total)
  for (let k = 0; k < history.length; k++) history[k] = (history[k]! + baseline.counts[k]!) * kept
}

function smoothLaw({ law, history }: State): void {
  for (let k = 0; k < law.length; k++) law[k] = history[k]! + 0.5
}

/** Requests that the latency buckets miss are counted as requests that did not fail. */
function countOutcomes(version: VersionLook | undefined, outcomes: Outcomes): void {
  const { counts } = outcomes
  const errorClass = counts.length - 1
  outcomes.successes = 0
  for (let k = 0; k < errorClass; k++) {
    const count = version?.latency[k] ?? 0
    counts[k] = count
    outcomes.successes += count
  }
  counts[errorClass] = version?.errors ?? 0
  outcomes.requests = Math.max(version?.requests ?? 0, outcomes.successes + counts[errorClass]!)
}

function versionOf(look: Look, podTemplateHash: string): VersionLook | undefined {
  return look.versions.find(version => version.podTemplateHash === podTemplateHash)
}
