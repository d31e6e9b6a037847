import { meanInterval } from '../stats/bootstrap.ts'
import { streamKey, uniform } from '../stats/uniform.ts'
import type { JudgedTrial } from './evidence.ts'
import type { TrialFacts } from './instants.ts'
import type { Estimate, ResultRow } from './summary.ts'

/** The shipped subject's objective: 99 % of requests answered well, and within 500 ms. */
const sloRatio = 0.99

const msOf30Days = 30 * 86_400_000

/** What one trial did to requests, or the policy to a good release; null where it says nothing of it. */
export const harmOfTrial: Readonly<Record<keyof ResultRow['harm'], (one: JudgedTrial) => number | null>> = {
  badRequests: ({ trial, harmless }: JudgedTrial) =>
    trial.variant !== 'faulty' || harmless === undefined ? null : trial.facts.badRequests - harmless.badRequests,
  badRequestsToEnd: ({ trial, harmless }: JudgedTrial) =>
    trial.variant !== 'faulty' || harmless === undefined
      ? null
      : trial.facts.badRequestsToEnd - harmless.badRequestsToEnd,
  controlBadRequests: ({ trial, nullRun }: JudgedTrial) =>
    trial.variant === 'faulty' || nullRun === undefined ? null : trial.facts.badRequests - nullRun.badRequests,
  budgetBurn: (one: JudgedTrial) => {
    const bad = harmOfTrial.badRequests(one)
    return bad === null ? null : bad / errorBudget(one.harmless!)
  },
  goodReleaseMinutesLost: ({ trial, nullRun }: JudgedTrial) =>
    trial.variant !== 'twin' || nullRun === undefined || nullRun.deployedMs === null
      ? null
      : (releasedMs(trial.facts) - releasedMs(nullRun)) / 60_000,
}
export type HarmValues = Readonly<Record<keyof ResultRow['harm'], readonly number[]>>

/**
 * What the deploys did to requests, and the policy to good releases, each trial against the run of its own seed without fault or
 * policy. Trials without such a run, as where it was invalid, are left out.
 * @param trials valid ones, in canonical order
 */
export function harmValues(trials: readonly JudgedTrial[]): HarmValues {
  const values = (name: keyof HarmValues) => trials.map(harmOfTrial[name]).filter(value => value !== null)
  return {
    badRequests: values('badRequests'),
    badRequestsToEnd: values('badRequestsToEnd'),
    controlBadRequests: values('controlBadRequests'),
    budgetBurn: values('budgetBurn'),
    goodReleaseMinutesLost: values('goodReleaseMinutesLost'),
  }
}

/** Means with bootstrap intervals. @param seed keys the bootstrap's draws */
export function harmMeans(values: HarmValues, seed: number): ResultRow['harm'] {
  const mean = (name: keyof HarmValues): Estimate => {
    const key = streamKey(seed, 'summary', name)
    return meanInterval(values[name], i => uniform(key, i))
  }
  return {
    badRequests: mean('badRequests'),
    badRequestsToEnd: mean('badRequestsToEnd'),
    controlBadRequests: mean('controlBadRequests'),
    budgetBurn: mean('budgetBurn'),
    goodReleaseMinutesLost: mean('goodReleaseMinutesLost'),
  }
}

/** Bad requests that the objective allows in 30 days of the load that users bring without the fault, over all services. */
function errorBudget({ requests, horizonMs }: TrialFacts): number {
  return (1 - sloRatio) * requests * (msOf30Days / horizonMs)
}

function releasedMs({ resolvedMs, horizonMs }: JudgedTrial['trial']['facts']): number {
  return Math.min(resolvedMs ?? horizonMs, horizonMs)
}
