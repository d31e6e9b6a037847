import { meanInterval } from '../stats/bootstrap.ts'
import { streamKey, uniform } from '../stats/uniform.ts'
import type { JudgedTrial } from './evidence.ts'
import type { TrialFacts } from './instants.ts'
import type { Estimate, ResultRow } from './summary.ts'

/** The shipped subject's objective: 99 % of requests answered well, and within 500 ms. */
const sloRatio = 0.99

const msOf30Days = 30 * 86_400_000

/**
 * What the deploys did to requests, and the policy to good releases, each trial against the run of its own seed without fault or
 * policy; means with bootstrap intervals. Trials without such a run, as where it was invalid, are left out of the mean.
 * @param trials valid ones, in canonical order
 * @param seed keys the bootstrap's draws
 */
export function harmOf(trials: readonly JudgedTrial[], seed: number): ResultRow['harm'] {
  const faulty = trials.filter(({ trial }) => trial.variant === 'faulty')
  const controls = trials.filter(({ trial }) => trial.variant !== 'faulty')
  const twins = controls.filter(({ trial }) => trial.variant === 'twin')
  const mean = (name: string, values: readonly number[]): Estimate => {
    const key = streamKey(seed, 'summary', name)
    return meanInterval(values, i => uniform(key, i))
  }
  return {
    badRequests: mean('badRequests', faulty.flatMap(badRequests)),
    badRequestsToEnd: mean(
      'badRequestsToEnd',
      faulty.flatMap(({ trial: { facts }, harmless }) =>
        harmless === undefined ? [] : facts.badRequestsToEnd - harmless.badRequestsToEnd,
      ),
    ),
    controlBadRequests: mean(
      'controlBadRequests',
      controls.flatMap(({ trial: { facts }, nullRun }) =>
        nullRun === undefined ? [] : facts.badRequests - nullRun.badRequests,
      ),
    ),
    budgetBurn: mean(
      'budgetBurn',
      faulty.flatMap(one => badRequests(one).map(bad => bad / errorBudget(one.harmless!))),
    ),
    goodReleaseMinutesLost: mean(
      'goodReleaseMinutesLost',
      twins.flatMap(({ trial: { facts }, nullRun }) =>
        nullRun === undefined || nullRun.deployedMs === null ? [] : (releasedMs(facts) - releasedMs(nullRun)) / 60_000,
      ),
    ),
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
