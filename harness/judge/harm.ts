import { meanInterval } from '../stats/bootstrap.ts'
import { streamKey, uniform } from '../stats/uniform.ts'
import type { JudgedTrial } from './evidence.ts'
import type { TrialFacts } from './instants.ts'
import type { Estimate, ResultRow } from './summary.ts'

/** The shipped subject's objective: 99 % of requests answered well, and within 500 ms. */
const sloRatio = 0.99

const msOf30Days = 30 * 86_400_000

export type HarmValues = Readonly<Record<keyof ResultRow['harm'], readonly number[]>>

/**
 * What the deploys did to requests, and the policy to good releases, each trial against the run of its own seed without fault or
 * policy. Trials without such a run, as where it was invalid, are left out.
 * @param trials valid ones, in canonical order
 */
export function harmValues(trials: readonly JudgedTrial[]): HarmValues {
  const faulty = trials.filter(({ trial }) => trial.variant === 'faulty')
  const controls = trials.filter(({ trial }) => trial.variant !== 'faulty')
  const twins = controls.filter(({ trial }) => trial.variant === 'twin')
  return {
    badRequests: faulty.flatMap(badRequests),
    badRequestsToEnd: faulty.flatMap(({ trial: { facts }, harmless }) =>
      harmless === undefined ? [] : facts.badRequestsToEnd - harmless.badRequestsToEnd,
    ),
    controlBadRequests: controls.flatMap(({ trial: { facts }, nullRun }) =>
      nullRun === undefined ? [] : facts.badRequests - nullRun.badRequests,
    ),
    budgetBurn: faulty.flatMap(one => badRequests(one).map(bad => bad / errorBudget(one.harmless!))),
    goodReleaseMinutesLost: twins.flatMap(({ trial: { facts }, nullRun }) =>
      nullRun === undefined || nullRun.deployedMs === null ? [] : (releasedMs(facts) - releasedMs(nullRun)) / 60_000,
    ),
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

function badRequests({ trial: { facts }, harmless }: JudgedTrial): number[] {
  return harmless === undefined ? [] : [facts.badRequests - harmless.badRequests]
}

/** Bad requests that the objective allows in 30 days of the load that users bring without the fault, over all services. */
function errorBudget({ requests, horizonMs }: TrialFacts): number {
  return (1 - sloRatio) * requests * (msOf30Days / horizonMs)
}

function releasedMs({ resolvedMs, horizonMs }: JudgedTrial['trial']['facts']): number {
  return Math.min(resolvedMs ?? horizonMs, horizonMs)
}
