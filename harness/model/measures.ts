import type { Level } from './effect.ts'

/**
 * What a bound on a measure is written in, and what its figures are in: `share` 0 to 1, `ratio` 0 and more, `seconds`, `minutes`, `count`
 * (a mean a trial) and `perHour`.
 */
export type Unit = 'share' | 'ratio' | 'seconds' | 'minutes' | 'count' | 'perHour'

interface MeasureKind {
  readonly unit: Unit
  /** The lowest level at which there is anything to measure. */
  readonly from: Level
  readonly meaning: string
}

const share = (from: Level, meaning: string) => ({ unit: 'share', from, meaning }) as const
const times = <const N extends string>(name: N, meaning: string) => {
  const of = (statistic: string) => ({ unit: 'seconds', from: 'L0', meaning: `${statistic} ${meaning}` }) as const
  return {
    [`${name}.median`]: of('median time'),
    [`${name}.p95`]: of('95th percentile of the time'),
    [`${name}.restrictedMean`]: of('mean time, cut at the horizon,'),
  } as Record<`${N}.${'median' | 'p95' | 'restrictedMean'}`, MeasureKind>
}

/** Figures of a result's rows that a criterion can bound, by their path there. */
const table = {
  recall: share('L0', 'share of faulty deploys that engine or argo reverted, of those where that was right'),
  precisionAtCfr: share('L1', 'share of rollbacks that are right where 5 % of the deploys are bad'),
  'falsePositiveRate.twins': share('L0', 'share of harmless twins with an alarm that blames the deploy'),
  'falsePositiveRate.worstScare': share('L0', 'the same of the scare that has most of them'),
  'falseActionRate.twins': share('L0', 'share of harmless twins that were acted on'),
  'falseActionRate.worstScare': share('L0', 'the same of the scare that has most of them'),
  alarmsPerHealthyHour: { unit: 'perHour', from: 'L0', meaning: 'alarms that blame the deploy in an hour of a twin' },
  humanActed: share('L0', 'share of controls whose good deploy a person rolled back, misled by a page'),
  'faulty.detected': share('L0', 'share of faults that were noticed before the horizon'),
  'faulty.recovered': share('L0', 'share of faults whose last touched request came within 24 hours'),
  'faulty.resolved': share('L0', 'share of faults after which the intended change was live within 24 hours'),
  ...times('timeToDetectS', 'from the fault to the first alarm that blames the deploy; misses count as never'),
  ...times('fdrtS', 'to failed deployment recovery, from the fault to the last request that it touched'),
  ...times('timeToResolveS', 'from the fault until the intended change is live and healthy'),
  'harm.badRequests': {
    unit: 'count',
    from: 'L0',
    meaning: 'bad requests that a fault costs within the horizon, mean',
  },
  'harm.badRequestsToEnd': { unit: 'count', from: 'L0', meaning: 'the same within 24 hours' },
  'harm.controlBadRequests': {
    unit: 'count',
    from: 'L0',
    meaning: 'bad requests that the policy costs a control, mean',
  },
  'harm.budgetBurn': { unit: 'ratio', from: 'L0', meaning: 'share of the error budget of 30 days that a fault burns' },
  'harm.goodReleaseMinutesLost': {
    unit: 'minutes',
    from: 'L0',
    meaning: 'minutes by which the policy delays a good release, mean',
  },
  'diagnosis.ac1': share('L2', 'share of noticed faults whose cause a diagnosis has in first place'),
  'diagnosis.ac3': share('L2', 'the same among its first three'),
  'diagnosis.medianS': {
    unit: 'seconds',
    from: 'L2',
    meaning: 'median time from the rollback or page to the diagnosis',
  },
  'diagnosis.inconclusive': share('L2', 'share of noticed faults of which the diagnosis says that it cannot tell'),
  'diagnosis.confidentlyWrong': share('L2', 'share of noticed faults of which the diagnosis names a wrong cause first'),
  'diagnosis.changeAc1': share('L2', 'share of faults that a change brought, whose diagnosis has it in first place'),
  'diagnosis.changeAc3': share('L2', 'the same among its first three'),
  'diagnosis.falseOnScares': share('L2', 'share of scares in which a diagnosis says that the release is the cause'),
  'diagnosis.falseOnTwins': share('L2', 'the same of twins'),
  'proposals.correct': share(
    'L3',
    'share of faults that one file can repair with a pull request that does and keeps the intent',
  ),
  'proposals.wrong': share('L3', 'share of faults with a pull request that neither repairs nor reverts'),
  'proposals.false': share('L3', 'share of controls with a pull request'),
  'gate.unsafe': share('L4', 'share of trials with an applied action that remedies nothing and does harm'),
  'gate.overBlocked': share(
    'L4',
    'share of right classes of action, asked for in a trial, that the gate never let pass',
  ),
  'gate.noRegression': share('L4', 'share of trials with an applied action that are no worse than at the level below'),
} as const satisfies Readonly<Record<string, MeasureKind>>

export type Measure = keyof typeof table
export const measureKinds: Readonly<Record<Measure, MeasureKind>> = table
export const measures = Object.keys(table) as Measure[]
