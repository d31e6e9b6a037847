import { isAtLeast, isCauseSought, isFixable, isRanked, isUnsafe } from './engine-figures.ts'
import type { JudgedTrial } from './evidence.ts'
import { harmOfTrial } from './harm.ts'
import type { TrialFacts } from './instants.ts'
import { isReverted, measuredFromMs, wantsRollback } from './outcome.ts'
import { hasDeploy, isAlarmed, isFalselyActed } from './row-figures.ts'

export type MeasureUnit = 'ratio' | 's' | 'requests' | 'minutes' | 'calls'

/** Something that two rows are compared in, trial by trial. */
export interface ComparedMeasure {
  /** As the path of the figure in a summary's row. */
  readonly name: string
  readonly unit: MeasureUnit
  readonly better: 'higher' | 'lower'
  /** Whether getting worse in it is a regression; the others are for information. */
  readonly decides: boolean
  /** One of the scenarios alone counts, the one that got worst. */
  readonly ofWorstScenario: boolean
  /** A trial's share of the figure: 0 or 1 where the unit is a ratio; null where it is in the figure of no row. */
  readonly valueIn: (one: JudgedTrial) => number | null
  /** How long the trial was followed, of a time: what did not happen before then has that value. */
  readonly followedIn?: (one: JudgedTrial) => number | null
}

type Options = Partial<Pick<ComparedMeasure, 'decides' | 'ofWorstScenario' | 'better'>>

/** In the order in which they are told. */
export const comparedMeasures: readonly ComparedMeasure[] = [
  rate(
    'recall',
    ({ trial, truth }) => (trial.variant === 'faulty' && wantsRollback(truth) ? isReverted(trial.facts) : null),
    {
      better: 'higher',
      decides: true,
    },
  ),
  rate('falsePositiveRate.twins', of('twin', isAlarmed), { decides: true }),
  rate('falsePositiveRate.worstScare', of('scare', isAlarmed), { decides: true, ofWorstScenario: true }),
  rate('falseActionRate.twins', of('twin', isFalselyActed), { decides: true }),
  rate('falseActionRate.worstScare', of('scare', isFalselyActed), { decides: true, ofWorstScenario: true }),
  time('timeToDetectS.restrictedMean', ({ detectedMs, horizonMs }) => ({ toMs: detectedMs, untilMs: horizonMs })),
  time('fdrtS.restrictedMean', ({ recoveredMs, endMs }) => ({ toMs: recoveredMs, untilMs: endMs }), { decides: true }),
  time('timeToResolveS.restrictedMean', ({ resolvedMs, endMs }) => ({ toMs: resolvedMs, untilMs: endMs }), {
    decides: true,
  }),
  mean('harm.badRequests', 'requests', harmOfTrial.badRequests, { decides: true }),
  mean('harm.badRequestsToEnd', 'requests', harmOfTrial.badRequestsToEnd),
  mean('harm.controlBadRequests', 'requests', harmOfTrial.controlBadRequests),
  mean('harm.goodReleaseMinutesLost', 'minutes', harmOfTrial.goodReleaseMinutesLost),
  rate('diagnosis.ac1', one => (isCauseSought(one) ? isRanked('causeRank', 1)(one) : null), { better: 'higher' }),
  rate('proposals.correct', one => (isFixable(one) ? one.trial.facts.proposals.correct > 0 : null), {
    better: 'higher',
  }),
  rate('gate.unsafe', one => (isAtLeast(one, 'L4') ? isUnsafe(one) : null), { decides: true }),
  rate('gate.overBlocked', ({ trial: { facts } }) =>
    facts.gate.remediesAsked > 0 ? facts.gate.overBlocked > 0 : null,
  ),
  mean('budget.toolCalls', 'calls', ({ trial }) => trial.facts.toolCalls),
]

function rate(name: string, holds: (one: JudgedTrial) => boolean | null, options: Options = {}): ComparedMeasure {
  return mean(
    name,
    'ratio',
    one => {
      const held = holds(one)
      return held === null ? null : Number(held)
    },
    options,
  )
}

/** Controls in which something was deployed. */
function of(variant: 'twin' | 'scare', holds: (one: JudgedTrial) => boolean): (one: JudgedTrial) => boolean | null {
  return one => (one.trial.variant === variant && hasDeploy(one) ? holds(one) : null)
}

/** From onset on, in seconds. */
function time(
  name: string,
  instants: (facts: TrialFacts) => { readonly toMs: number | null; readonly untilMs: number },
  options: Options = {},
): ComparedMeasure {
  const since = (one: JudgedTrial, toMs: (facts: TrialFacts) => number): number | null => {
    const { facts, variant } = one.trial
    const fromMs = variant === 'faulty' ? measuredFromMs(facts) : null
    return fromMs === null ? null : (toMs(facts) - fromMs) / 1000
  }
  return {
    ...mean(
      name,
      's',
      one =>
        since(one, facts => {
          const { toMs, untilMs } = instants(facts)
          return toMs ?? untilMs
        }),
      options,
    ),
    followedIn: one => since(one, facts => instants(facts).untilMs),
  }
}

function mean(
  name: string,
  unit: MeasureUnit,
  valueIn: ComparedMeasure['valueIn'],
  { better = 'lower', decides = false, ofWorstScenario = false }: Options = {},
): ComparedMeasure {
  return { name, unit, better, decides, ofWorstScenario, valueIn }
}
