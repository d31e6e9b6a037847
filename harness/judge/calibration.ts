import type { Estimate } from '../stats/estimate.ts'
import { pairedRatio } from '../stats/paired-ratio.ts'
import { wilson } from '../stats/proportion.ts'
import type { TrialResult } from './trial-result.ts'

/** At one and the same time the first of them is taken. */
const reverters = ['engine', 'argo', 'human'] as const

/** What came of a release up to the horizon; `under way`: neither, as it waits, or is held. */
export type Decision = `rolled back by ${(typeof reverters)[number]}` | 'promoted' | 'under way'

/** A time on one backend: mean over the pairs, one that is not over at the horizon counted as the time up to there. */
export interface BackendTime {
  readonly meanS: number | null
  /** Not over at the horizon. */
  readonly censored: number
}

/** A time on both backends, over the pairs of trials that have it. */
export interface CalibratedTime {
  readonly pairs: number
  readonly real: BackendTime
  readonly sim: BackendTime
  /** Real over simulated; null where times of both sides were not over: two misses are no likeness. */
  readonly ratio: Estimate
  /** A bound where times of one side were not over: a longer horizon would have moved the ratio further from 0, or towards it. */
  readonly ratioIs: 'exact' | 'at least' | 'at most'
  /** Whether the ratio lies within `likeness`; null where there is none, or a bound on it does not tell. */
  readonly alike: boolean | null
}

/** A row of trials on both backends. */
export interface CalibratedScenario {
  readonly scenario: string
  readonly variant: string
  readonly policy: string
  readonly level: string
  /** Seeds with a valid trial on both backends, and those that lack one, as it is invalid or did not end. */
  readonly pairs: number
  readonly invalid: number
  /** null in a control. */
  readonly times: {
    readonly deployToOnsetS: CalibratedTime
    readonly timeToDetectS: CalibratedTime
    readonly fdrtS: CalibratedTime
  } | null
  readonly decisions: {
    readonly real: Readonly<Partial<Record<Decision, number>>>
    readonly sim: Readonly<Partial<Record<Decision, number>>>
    /** Pairs in which both rolled it back or neither did, and their share. */
    readonly agreed: number
    readonly agreement: Estimate
  }
}

/** Times of one backend that are within these many times the other's are alike: a third less or half more. */
export const likeness = { low: 0.67, high: 1.5 } as const

/**
 * Compares the trials of a real cluster with those of the simulator on the same plan, in order of the simulated ones.
 * @param sim of the policies under test alone, all that were planned
 */
export function calibrate(real: readonly TrialResult[], sim: readonly TrialResult[]): CalibratedScenario[] {
  const played = new Map(real.map(trial => [trial.id, trial]))
  const rows = Map.groupBy(sim, ({ scenario, variant, policy, level }) => [scenario, variant, policy, level].join('/'))
  return [...rows.values()].map(row => calibrateRow(row, played))
}

interface Pair {
  readonly real: TrialResult
  readonly sim: TrialResult
}

function calibrateRow(all: readonly TrialResult[], played: ReadonlyMap<string, TrialResult>): CalibratedScenario {
  const { scenario, variant, policy, level } = all[0]!
  const pairs = all.flatMap((sim): Pair[] => {
    const real = played.get(sim.id)
    return real?.facts.valid && sim.facts.valid ? [{ real, sim }] : []
  })
  const decided = pairs.map(pair => ({ real: decisionOf(pair.real), sim: decisionOf(pair.sim) }))
  const agreed = decided.filter(one => isRolledBack(one.real) === isRolledBack(one.sim)).length
  const isFaulty = variant === 'faulty'
  return {
    scenario,
    variant,
    policy,
    level,
    pairs: pairs.length,
    invalid: all.length - pairs.length,
    times: isFaulty
      ? {
          deployToOnsetS: timeOf(pairs, ({ deployedMs, onsetMs }) => [deployedMs, onsetMs]),
          timeToDetectS: timeOf(pairs, ({ onsetMs, detectedMs }) => [onsetMs, detectedMs]),
          fdrtS: timeOf(pairs, ({ onsetMs, recoveredMs }) => [onsetMs, recoveredMs]),
        }
      : null,
    decisions: {
      real: countsOf(decided.map(one => one.real)),
      sim: countsOf(decided.map(one => one.sim)),
      agreed,
      agreement: wilson(agreed, pairs.length),
    },
  }
}

/** @param ends instants that a time lies between; without the first there is no such time */
function timeOf(
  pairs: readonly Pair[],
  ends: (facts: TrialResult['facts']) => readonly [number | null, number | null],
): CalibratedTime {
  const times = pairs.flatMap(({ real, sim }) => {
    const both = [real, sim].map(({ facts }) => {
      const [fromMs, toMs] = ends(facts)
      if (fromMs === null) return undefined
      const isOver = toMs !== null && toMs <= facts.horizonMs
      return { seconds: ((isOver ? toMs : facts.horizonMs) - fromMs) / 1000, isOver }
    })
    const [ofReal, ofSim] = both
    return ofReal === undefined || ofSim === undefined ? [] : [{ real: ofReal, sim: ofSim }]
  })
  const of = (side: 'real' | 'sim'): BackendTime => ({
    meanS: times.length === 0 ? null : times.reduce((sum, time) => sum + time[side].seconds, 0) / times.length,
    censored: times.filter(time => !time[side].isOver).length,
  })
  const [onReal, onSim] = [of('real'), of('sim')]
  const bothMiss = onReal.censored > 0 && onSim.censored > 0
  const ratio = pairedRatio(bothMiss ? [] : times.map(time => [time.real.seconds, time.sim.seconds]))
  const ratioIs = onReal.censored > 0 ? 'at least' : onSim.censored > 0 ? 'at most' : 'exact'
  return { pairs: times.length, real: onReal, sim: onSim, ratio, ratioIs, alike: isAlike(ratio.value, ratioIs) }
}

function isAlike(ratio: number | null, ratioIs: CalibratedTime['ratioIs']): boolean | null {
  if (ratio === null) return null
  if (ratio > likeness.high) return ratioIs === 'at most' ? null : false
  if (ratio < likeness.low) return ratioIs === 'at least' ? null : false
  return ratioIs === 'exact' ? true : null
}

function decisionOf({ facts }: TrialResult): Decision {
  const { revertedMs, horizonMs, resolvedMs } = facts
  const byMs = (actor: (typeof reverters)[number]) => revertedMs[actor] ?? Number.POSITIVE_INFINITY
  const first = reverters.reduce((best, actor) => (byMs(actor) < byMs(best) ? actor : best))
  if (byMs(first) <= horizonMs) return `rolled back by ${first}`
  return resolvedMs !== null && resolvedMs <= horizonMs ? 'promoted' : 'under way'
}

/** By whom is no difference, nor whether a release that was let be is promoted just before the horizon or just after it. */
function isRolledBack(decision: Decision): boolean {
  return decision.startsWith('rolled back')
}

function countsOf(decisions: readonly Decision[]): Partial<Record<Decision, number>> {
  const counts: Partial<Record<Decision, number>> = {}
  for (const decision of decisions) counts[decision] = (counts[decision] ?? 0) + 1
  return counts
}
