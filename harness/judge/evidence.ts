import type { RootCause } from '../model/cause.ts'
import { type Level, levels } from '../model/effect.ts'
import type { GroundTruth } from '../model/ground-truth.ts'
import { controlOf, type Disturbance, rootCauseOf, type Scenario, truthOf, variants } from '../model/scenario.ts'
import type { TrialFacts } from './instants.ts'
import type { TrialResult } from './trial-result.ts'

/** The policy whose runs decide which trials are valid and what harm is measured against. */
const nullPolicy = 'null'

/** A trial with what it is judged by. */
export interface JudgedTrial {
  readonly trial: TrialResult
  readonly scenario: Scenario
  readonly truth: GroundTruth
  /** null in a control. */
  readonly root: RootCause | null
  /** The null policy's run of the same trial; undefined where it was not run, as on real clusters. */
  readonly nullRun: TrialFacts | undefined
  /** Of a faulty trial, the run without the fault that harm is measured against: its control under null, else that of the same row. */
  readonly harmless: TrialFacts | undefined
  /** The same trial of the same policy at the next lower level that was run. */
  readonly below: TrialFacts | undefined
  /** Why the trial does not count; undefined where it does. */
  readonly invalid: string | undefined
}

/** Joins each trial with the runs that it is judged by, in canonical order: by scenario of the suite, seed and variant. */
export function judgeTrials(trials: readonly TrialResult[], scenarios: readonly Scenario[]): JudgedTrial[] {
  const byId = new Map(trials.map(trial => [keyOf(trial, trial.variant, trial.policy, trial.level), trial]))
  const nulls = new Map(
    trials.filter(({ policy }) => policy === nullPolicy).map(trial => [keyOf(trial, trial.variant), trial]),
  )
  const order = new Map(scenarios.map((scenario, i) => [scenario.name, { scenario, i }]))
  return trials
    .map(trial => {
      const { scenario } = order.get(trial.scenario)!
      const nullRun = nulls.get(keyOf(trial, trial.variant))?.facts
      const control = controlOf(scenario)
      const nullControl = nulls.get(keyOf(trial, control))
      const harmless = nullControl ?? byId.get(keyOf(trial, control, trial.policy, trial.level))
      const counts = harmless !== undefined && invalidity(harmless, scenario, nullControl?.facts) === undefined
      return {
        trial,
        scenario,
        truth: truthOf(scenario, trial.variant),
        root: rootCauseOf(scenario, trial.variant),
        nullRun,
        harmless: counts ? harmless.facts : undefined,
        below: levelsBelow(trial.level)
          .map(level => byId.get(keyOf(trial, trial.variant, trial.policy, level)))
          .find(one => one !== undefined)?.facts,
        invalid: invalidity(trial, scenario, nullRun),
      }
    })
    .sort(
      (a, b) =>
        order.get(a.trial.scenario)!.i - order.get(b.trial.scenario)!.i ||
        a.trial.seed - b.trial.seed ||
        variants.indexOf(a.trial.variant) - variants.indexOf(b.trial.variant),
    )
}

/** From the highest on. */
function levelsBelow(level: Level): Level[] {
  return levels.slice(0, levels.indexOf(level)).toReversed()
}

export function trialsOf(judged: readonly JudgedTrial[], policy: string, level: Level): JudgedTrial[] {
  return judged.filter(({ trial }) => trial.policy === policy && trial.level === level)
}

/** Whether pods may restart or wait in a twin too. */
export function disturbsPods({ disturbances }: Scenario): boolean {
  const kinds: readonly Disturbance['kind'][] = [
    'sick-pod',
    'noisy-neighbour',
    'node-pressure',
    'pod-crash',
    'rolling-restart',
  ]
  return disturbances.some(({ kind }) => kinds.includes(kind))
}

/** By set-up and by the null policy's run of the same seed, never by what the policy did. */
function invalidity(
  { variant, facts }: TrialResult,
  scenario: Scenario,
  nullRun: TrialFacts | undefined,
): string | undefined {
  if (!facts.valid || nullRun?.valid === false) return 'its set-up or its telemetry failed'
  if (nullRun === undefined) return undefined
  if (variant === 'faulty') {
    const { onsetMs, horizonMs } = nullRun
    return onsetMs === null || onsetMs >= horizonMs ? 'the fault touched nothing although nobody acted' : undefined
  }
  const { endPhase, deployedMs, illPod } = nullRun
  // Nothing is seen of a Rollout that nothing happens to.
  const endedWell = endPhase === 'Healthy' || endPhase === 'Paused' || (endPhase === '' && deployedMs === null)
  if (!endedWell) return 'the release did not end healthy although nobody acted'
  // In a scare that may be what looks bad.
  return illPod === null || variant === 'scare' || disturbsPods(scenario)
    ? undefined
    : `a pod was ill that the scenario did not make so: ${illPod}`
}

function keyOf({ scenario, seed }: TrialResult, ...rest: readonly string[]): string {
  return [scenario, seed, ...rest].join('/')
}
