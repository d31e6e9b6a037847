import * as z from 'zod'
import type { Look, VersionLook } from '../../harness/model/look.ts'
import { durationMs, ratio } from '../../harness/model/schema-types.ts'
import { logEvidenceOf } from '../evidence/class-ratio.ts'
import {
  createExpertTable,
  type ExpertTable,
  expertName,
  latencyExperts,
  setBaselineExperts,
  setPlugInExpert,
} from '../evidence/experts.ts'
import {
  addLook,
  createOnsetMixture,
  forget,
  leadingExpert,
  logEvidence,
  logEvidenceOfExperts,
  type OnsetMixture,
  onsetPrior,
} from '../evidence/onset-mixture.ts'
import { addPods, forgetPods } from '../evidence/pod-evidence.ts'
import { addSlowness, logMiddles } from '../evidence/slowness.ts'
import { type DetectorContext, defineDetector, type Finding } from './detector.ts'
import {
  commonTrouble,
  createGuards,
  type Guards,
  guardTuning,
  judgeErrors,
  judgeSlowness,
  newPodsServe,
  type Ruling,
  reasonToWait,
} from './onset-guards.ts'

const atLeastOne = z.number().min(1).max(100)

const tuning = z.strictObject({
  alpha: ratio
    .default(0.01)
    .meta({ description: 'Bound on the probability of a false alarm over one whole harmless rollout' }),
  errorRatios: z
    .array(atLeastOne)
    .min(1)
    .default([2, 4, 10])
    .meta({ description: 'How many times as many errors are bet on' }),
  latencyFactors: z.array(atLeastOne).default([1.5, 2, 4]).meta({ description: 'How many times as long is bet on' }),
  tailShare: ratio.default(0.05).meta({ description: 'Share of requests that a slow tail has' }),
  toleratedErrorRatio: atLeastOne
    .default(1.3)
    .meta({ description: 'Ratio of error ratios that pods of a good version may show' }),
  toleratedLatencyFactor: z
    .number()
    .min(1.01)
    .max(10)
    .default(1.25)
    .meta({ description: 'Ratio of times that pods of a good version may show' }),
  warmUp: durationMs.default(20_000).meta({ description: 'No bets this long after pods came to the judged version' }),
  ...guardTuning,
})
type Tuning = z.output<typeof tuning>

/** Requests that the baseline's past is worth at most; older looks fade. */
const historyLimit = 20_000
/** What the plug-in expert remembers of a look one look later (assumption: it forgets within some 20 looks). */
const memory = 0.95
const looksBetweenRefreshes = 6

/** Ten times the evidence. */
const weight = Math.log(10)
/** Odds of 20: the rollout waits to see more; and the experts on errors have spoken. */
const suspicious = Math.log(20)
const errorsSpeak = Math.log(20)

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
  betsFromMs: number
  readonly guards: Guards
}

/**
 * Is the judged version worse than the stable one that serves beside it? A bet on every look, made before the look is seen: experts
 * on error ratios, on slow-downs, on a slow tail and on the version's own past, mixed over the look at which the fault begins. Under
 * any load, drift or common trouble that both versions share the alarm is false with probability at most `alpha` per rollout.
 *
 * Ratios {2, 4, 10} and the onset prior: two-sample count e-processes after Turner, Ly and Grünwald (arXiv 2106.02693), Lindon and
 * Malek (arXiv 2011.03567) and Shin, Ramdas and Rinaldo (arXiv 2203.03532). Tolerances allow for pods that differ (log-sd 0.1 to
 * 0.25, assumption).
 *
 * Evidence is not blame yet: guards stand between them, which only take alarms away, so that the level stands. Errors have to stand
 * without the worst pod; where they are one pod's, it is named and the version is not blamed. While a single pod serves, or while what
 * both versions share is in trouble, ten times as much evidence is asked for. Slowness without errors looks the same at first in a slow
 * version, in cold pods and on busy nodes; it has to last for `confirmSlowFor`, must not shrink as a warm-up does, and longer where it
 * came over pods that were well. Measured on the simulator, rollouts held meanwhile: of harmless versions on cold pods all are blamed
 * without the minute of `confirmSlowFor`, and of 200 with it 1; on busy nodes 6 of 100, with three minutes 1. The price is that slow
 * versions are found after 95 s in the median instead of 20 s, and with three minutes after 200 s, on a fifth of the pods.
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
      betsFromMs: Number.NEGATIVE_INFINITY,
      guards: createGuards(),
    }
    countOutcomes(totals[stableHash], state.baseline)
    remember(state)
    return state
  },
  observe: (state, chosen, observation, context) =>
    observation.type === 'look' ? observeLook(state, chosen, observation.look, context) : undefined,
  score: ({ mixture }) => logEvidence(mixture),
  limit: ({ alpha }) => Math.log(1 / alpha),
  holds: ({ guards }, chosen, context) => reasonToWait(guards, chosen, context),
})

function observeLook(state: State, chosen: Tuning, look: Look, context: DetectorContext): Finding | undefined {
  const { judgedHash, stableHash, upperBoundsS, lookIntervalMs, horizonMs } = context
  const { guards } = state
  const judged = versionOf(look, judgedHash)
  const stable = versionOf(look, stableHash)
  countOutcomes(judged, state.judged)
  countOutcomes(stable, state.baseline)
  if (judged !== undefined && judged.pods > state.mostPods) {
    state.mostPods = judged.pods
    state.betsFromMs = look.fromMs + chosen.warmUp
    newPodsServe(guards, chosen, look.fromMs)
  }
  guards.common = context.rollout?.stableHash === judgedHash ? '' : commonTrouble(context)
  const bothServe = judged !== undefined && stable !== undefined && judged.requests > 0 && stable.requests > 0
  let finding: Finding | undefined
  if (bothServe && state.knowsBaseline && look.fromMs >= state.betsFromMs) {
    const plannedLooks = Math.round(horizonMs / lookIntervalMs)
    bet(state, chosen, upperBoundsS, plannedLooks)
    addPods(guards.pods, judged, stable, chosen.toleratedErrorRatio, plannedLooks)
    addSlowness(guards.slowness, look.toMs, logMiddles(upperBoundsS), judged.latency, stable.latency)
    finding = judge(state, chosen, context, look.toMs)
    learn(state)
  }
  remember(state)
  return finding
}

/** What the evidence comes to when the guards have seen it. They only take alarms away, so the level stands. */
function judge(state: State, chosen: Tuning, context: DetectorContext, nowMs: number): Finding | undefined {
  const { mixture, guards, mostPods } = state
  const nats = logEvidence(mixture)
  const asked = Math.log(1 / chosen.alpha) + (mostPods > 1 ? 0 : weight) + (guards.common === '' ? 0 : weight)
  if (nats < asked) {
    excuse(guards, nats >= suspicious ? 'it may be worse than stable' : '', nowMs)
    return undefined
  }
  const ruling = rulingOn(state, chosen, context, nowMs, asked)
  switch (ruling.is) {
    case 'blame':
      excuse(guards, '', nowMs)
      return {
        blames: context.judgedHash,
        reason: `worse than stable: ${expertName(chosen, leadingExpert(mixture))}, evidence e^${nats.toFixed(1)}`,
      }
    case 'bad pod':
      excuse(guards, ruling.why, nowMs)
      return { blames: null, pod: ruling.pod, reason: ruling.why }
    case 'over':
      excuse(guards, '', nowMs)
      forget(mixture)
      forgetPods(guards.pods)
      return undefined
    case 'excused':
      excuse(guards, ruling.why, nowMs)
      return undefined
  }
}

function rulingOn(state: State, chosen: Tuning, context: DetectorContext, nowMs: number, asked: number): Ruling {
  const { mixture, guards, mostPods } = state
  const { first, last } = latencyExperts(chosen)
  const ofErrors = logEvidenceOfExperts(mixture, m => m < first || m > last)
  if (ofErrors < errorsSpeak) return judgeSlowness(guards, chosen, nowMs)
  const ruling: Ruling = mostPods > 1 ? judgeErrors(guards, chosen, context) : { is: 'blame' }
  if (ruling.is === 'blame' || ruling.is === 'over') return ruling
  const ofLatency = logEvidenceOfExperts(mixture, m => m >= first && m <= last)
  return ofLatency >= asked ? judgeSlowness(guards, chosen, nowMs) : ruling
}

function excuse(guards: Guards, why: string, nowMs: number): void {
  if (why !== '' && guards.excuse === '') guards.excusedSinceMs = nowMs
  guards.excuse = why
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
