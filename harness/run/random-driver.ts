import type { TrialPlan } from '../model/trial.ts'
import { streamKey, uniform } from '../stats/uniform.ts'

/**
 * The `random` anchor: a keyed coin and time, equal for a trial and its twin. It knows nothing and acts on half of the deploys, at a
 * uniform time between deploy and horizon.
 * @returns when it takes the deploy back, in ms of trial time; null where the coin says no, or nothing is deployed.
 */
export function randomAbortMs(plan: TrialPlan): number | null {
  const { deployAtMs } = plan
  if (deployAtMs === null) return null
  const key = streamKey(plan.seed, plan.scenario, 'random driver')
  if (uniform(key, 0) < 0.5) return null
  return Math.round(deployAtMs + uniform(key, 1) * (plan.horizonMs - deployAtMs))
}
