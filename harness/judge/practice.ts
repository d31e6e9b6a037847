import { meanInterval } from '../stats/bootstrap.ts'
import { streamKey, uniform } from '../stats/uniform.ts'
import { type JudgedTrial, trialsOf } from './evidence.ts'
import { harmOfTrial } from './harm.ts'
import { isArgoAlone, isReverted, measuredFromMs, wantsRollback } from './outcome.ts'
import { type PracticeChange, practiceChanges, type WorseThanGate, worseThanGates } from './practice-differences.ts'
import { type Counted, type CountedScare, countOf, rate, worstScare } from './rates.ts'
import { hasDeploy, isFalselyActed } from './row-figures.ts'
import type { Estimate, TimeSummary } from './summary.ts'
import { detectionTimes, follow, summarizeTime } from './times.ts'

/** The level at which the gates of manifests act. */
const practiceLevel = 'L1'

/** Which policies are told of, and what is compared with what. */
export interface PracticePlan {
  readonly reference: string
  /** What teams ship. */
  readonly gates: readonly string[]
  readonly changes: readonly { readonly before: string; readonly after: string }[]
  readonly anchors: readonly string[]
  readonly heldOut: readonly string[]
  /** Keys the bootstrap's draws. */
  readonly seed: number
}

/** A share of trials with its interval by Wilson. */
export interface Share extends Counted, Estimate {}

/**
 * A gate over all scenarios whose deploy is to be taken back, their controls, and good deploys beside other trouble. What happens after
 * the horizon is in no figure: it is up to people, whom only some gates tell.
 */
export interface GateFigures {
  readonly caught: Share
  /** Not caught, and not live for everybody either: the rollout stands still, and nobody is told. */
  readonly stoodStill: Share
  /** Good releases that were taken back. */
  readonly twinsStopped: Share
  readonly scaresStopped: Share
  /** While something is wrong that is no deploy's doing. */
  readonly besideStopped: Share
  readonly worstScare: (Share & { readonly scenario: string }) | null
  /** Of all good ones that were taken back, those that the manifests' own analysis took back and nothing else. */
  readonly stoppedByAnalysis: Counted
  readonly timeToDetectS: TimeSummary
  readonly fdrtS: TimeSummary
  readonly recovered: Share
  readonly badRequests: Estimate
  /** From the deploy of a twin to the new version serving everybody; the horizon where it does not get there. */
  readonly releaseMinutes: Estimate
}

export interface PracticeGate {
  readonly policy: string
  /** Null where the scenarios have none such. */
  readonly known: GateFigures
  readonly heldOut: GateFigures
}

/** What became of a scenario under one gate. */
export interface PracticeCell {
  readonly policy: string
  readonly caught: Counted
  readonly stoodStill: number
  readonly badRequests: Estimate
  /** A trial that was not caught, which `carmine replay` takes; null where all were. */
  readonly missed: string | null
  /** Of good releases, by what is around them; kinds that the scenario has. */
  readonly stopped: readonly GoodDeploys[]
}

/** What is around a good deploy. `beside`: something is wrong that is no deploy's doing. */
export const goodKinds = ['twin', 'scare', 'beside'] as const
export type GoodKind = (typeof goodKinds)[number]

/** Good releases of a kind, and how many were taken back. */
export interface GoodDeploys extends Counted {
  readonly kind: GoodKind
  /** One of these; null where none was. */
  readonly trial: string | null
}

export interface PracticeScenario {
  readonly scenario: string
  readonly family: string
  readonly heldOut: boolean
  readonly cells: readonly PracticeCell[]
}

export interface Practice {
  readonly reference: string
  readonly horizonMs: number
  readonly gates: readonly PracticeGate[]
  readonly anchors: readonly PracticeGate[]
  readonly scenarios: readonly PracticeScenario[]
  /** Each gate instead of the reference. */
  readonly against: readonly PracticeChange[]
  readonly changes: readonly PracticeChange[]
  /** Where the reference is beyond doubt worse than a gate. */
  readonly worse: readonly WorseThanGate[]
}

/** What gates catch, miss and break: a function of the trials alone. Scenarios without a deploy are left out. */
export function judgePractice(judged: readonly JudgedTrial[], plan: PracticePlan): Practice {
  const { reference, gates, changes, anchors, heldOut, seed } = plan
  const trials = judged.filter(one => one.trial.level === practiceLevel && one.invalid === undefined && hasDeploy(one))
  const policies = [...new Set([reference, ...gates, ...changes.flatMap(({ before, after }) => [before, after])])]
  const isHeldOut = ({ scenario }: JudgedTrial) => heldOut.includes(scenario.family)
  const known = trials.filter(one => !isHeldOut(one))
  const apart = trials.filter(isHeldOut)
  const gateOf = (policy: string): PracticeGate => ({
    policy,
    known: gateFigures(trialsOf(known, policy, practiceLevel), seed),
    heldOut: gateFigures(trialsOf(apart, policy, practiceLevel), seed),
  })
  const against = gates.map(after => ({ before: reference, after }))
  return {
    reference,
    horizonMs: trials[0]?.trial.facts.horizonMs ?? 0,
    gates: policies.map(gateOf),
    anchors: anchors.map(gateOf),
    scenarios: scenariosOf(trials, policies, plan),
    against: practiceChanges(known, against, seed),
    changes: practiceChanges(known, changes, seed),
    worse: worseThanGates(trials, reference, gates, seed),
  }
}

/** A bad deploy that has to be taken back. */
function isFaulty({ trial, truth }: JudgedTrial): boolean {
  return trial.variant === 'faulty' && wantsRollback(truth)
}

function isCaught({ trial }: JudgedTrial): boolean {
  return isReverted(trial.facts)
}

function standsStill(one: JudgedTrial): boolean {
  return !isCaught(one) && one.trial.facts.endPhase === 'Degraded'
}

function isBeside({ trial, truth }: JudgedTrial): boolean {
  return trial.variant === 'faulty' && truth.deploy !== 'revert'
}

function gateFigures(trials: readonly JudgedTrial[], seed: number): GateFigures {
  const faulty = trials.filter(isFaulty)
  const timed = faulty.map(({ trial }) => trial)
  const twins = trials.filter(({ trial }) => trial.variant === 'twin')
  const scares = trials.filter(({ trial }) => trial.variant === 'scare')
  const scenarios = [...Map.groupBy(scares, ({ trial }) => trial.scenario)]
  const worst = worstScare(
    scenarios.map(([scenario, own]): CountedScare => ({ scenario, ...countOf(own, isFalselyActed) })),
  )
  const recovery = timed.flatMap(({ scenario, facts }) => {
    const { horizonMs, recoveredMs } = facts
    const fromMs = measuredFromMs(facts)
    const toMs = recoveredMs !== null && recoveredMs <= horizonMs ? recoveredMs : null
    return fromMs === null ? [] : { scenario, fromMs, toMs, untilMs: horizonMs }
  })
  return {
    caught: shareOf(countOf(faulty, isCaught)),
    stoodStill: shareOf(countOf(faulty, standsStill)),
    twinsStopped: shareOf(countOf(twins, isFalselyActed)),
    scaresStopped: shareOf(countOf(scares, isFalselyActed)),
    besideStopped: shareOf(countOf(trials.filter(isBeside), isFalselyActed)),
    worstScare: worst === undefined ? null : { ...shareOf(worst), scenario: worst.scenario },
    stoppedByAnalysis: countOf(
      trials.filter(one => !isFaulty(one) && isFalselyActed(one)),
      ({ trial, truth }) => isArgoAlone(trial.facts, truth),
    ),
    timeToDetectS: summarizeTime(detectionTimes(timed)),
    fdrtS: summarizeTime(follow(recovery)),
    recovered: shareOf(countOf(recovery, ({ toMs }) => toMs !== null)),
    badRequests: meanOf(faulty, harmOfTrial.badRequests, 'badRequests', seed),
    releaseMinutes: meanOf(twins, releaseMinutes, 'releaseMinutes', seed),
  }
}

function releaseMinutes({ trial: { facts } }: JudgedTrial): number | null {
  const { deployedMs, resolvedMs, horizonMs } = facts
  return deployedMs === null ? null : (Math.min(resolvedMs ?? horizonMs, horizonMs) - deployedMs) / 60_000
}

function scenariosOf(
  trials: readonly JudgedTrial[],
  policies: readonly string[],
  { heldOut, seed }: PracticePlan,
): PracticeScenario[] {
  return [...Map.groupBy(trials, ({ scenario }) => scenario)].map(
    ([{ name, family }, own]): PracticeScenario => ({
      scenario: name,
      family,
      heldOut: heldOut.includes(family),
      cells: policies.map(policy => cellOf(policy, trialsOf(own, policy, practiceLevel), seed)),
    }),
  )
}

function cellOf(policy: string, own: readonly JudgedTrial[], seed: number): PracticeCell {
  const faulty = own.filter(isFaulty)
  const good = own.filter(one => !isFaulty(one))
  return {
    policy,
    caught: countOf(faulty, isCaught),
    stoodStill: faulty.filter(standsStill).length,
    badRequests: meanOf(faulty, harmOfTrial.badRequests, 'badRequests', seed),
    missed: faulty.find(one => !isCaught(one))?.trial.id ?? null,
    stopped: goodKinds.flatMap(kind => {
      const trials = good.filter(({ trial }) => (trial.variant === 'faulty' ? 'beside' : trial.variant) === kind)
      const trial = trials.find(isFalselyActed)?.trial.id ?? null
      return trials.length === 0 ? [] : [{ kind, ...countOf(trials, isFalselyActed), trial }]
    }),
  }
}

function shareOf(counted: Counted): Share {
  return { count: counted.count, n: counted.n, ...rate(counted) }
}

function meanOf(
  trials: readonly JudgedTrial[],
  of: (one: JudgedTrial) => number | null,
  name: string,
  seed: number,
): Estimate {
  const key = streamKey(seed, 'practice', name)
  return meanInterval(
    trials.map(of).filter(value => value !== null),
    i => uniform(key, i),
  )
}
