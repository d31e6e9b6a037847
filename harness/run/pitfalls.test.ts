import { beforeAll, describe, expect, test } from 'vitest'
import type { TrialFacts } from '../judge/instants.ts'
import { measuredFromMs } from '../judge/outcome.ts'
import type { Level } from '../model/effect.ts'
import type { Remedy } from '../model/ground-truth.ts'
import type { Variant } from '../model/scenario.ts'
import { planOf, rowOf, scenarioOf, shippedSubject } from './fixtures/trials.ts'
import { runUnit } from './run-unit.ts'
import { planUnits } from './suite-plan.ts'

const seeds = 2

/** Shorter than a suite's, for speed: traffic has grown, and pods are worn out, well before. */
const horizonMs = 1_500_000

/** The facts of each seed's trial, by policy and level. */
function play(scenario: string, variant: Variant, policies: readonly string[]) {
  const rows = policies.flatMap(policy => [rowOf(policy, 'L1'), rowOf(policy, 'L4')])
  const plan = planOf([scenarioOf(scenario)], [{ subject: shippedSubject, rows }], { seeds, horizonMs })
  const units = planUnits(plan).filter(unit => unit.variant === variant)
  const trials = units.flatMap(unit => runUnit(plan, unit, () => false).trials)
  return (policy: string, level: Level) =>
    trials.filter(trial => trial.policy === policy && trial.level === level).map(({ facts }) => facts)
}

type Played = ReturnType<typeof play>

const measures = {
  'bad requests': ({ badRequests }: TrialFacts) => badRequests,
  'bad requests in 24 h': ({ badRequestsToEnd }: TrialFacts) => badRequestsToEnd,
  'time to resolve': (facts: TrialFacts) => (facts.resolvedMs ?? facts.endMs) - measuredFromMs(facts)!,
}
type Measure = keyof typeof measures

const mean = (measure: Measure, facts: readonly TrialFacts[]) =>
  facts.reduce((sum, one) => sum + measures[measure](one), 0) / facts.length

/** The scenario in which `naive` falls into a pitfall, by which measure that shows, and a calm sister in which `careful` does what is right. */
const pairs: readonly {
  readonly pitfall: string
  readonly scenario: string
  readonly measure: Measure
  /** Its closed loop costs more than so many times what that of `careful` does. */
  readonly times: number
  /** In which it is worse than no closed loop at all. */
  readonly worseThanL1?: Measure
  readonly sister: string
  readonly calm: Variant
  readonly remedy?: Remedy
}[] = [
  {
    pitfall: 'remediating into a worse state',
    scenario: 'saturated-database',
    measure: 'bad requests',
    times: 1.5,
    worseThanL1: 'bad requests in 24 h',
    sister: 'capacity',
    calm: 'faulty',
    remedy: 'scale',
  },
  {
    pitfall: 'trusting one metric',
    scenario: 'hang',
    measure: 'bad requests',
    times: 1,
    sister: 'slow-warm-up',
    calm: 'scare',
  },
  {
    pitfall: 'unbounded retries',
    scenario: 'retry-storm',
    measure: 'bad requests',
    times: 20,
    worseThanL1: 'bad requests',
    sister: 'silent-analysis',
    calm: 'faulty',
    remedy: 'retry',
  },
  {
    pitfall: 'no postmortem',
    scenario: 'returning-leak',
    measure: 'time to resolve',
    times: 2,
    sister: 'stable-leak',
    calm: 'faulty',
    remedy: 'restartPod',
  },
  {
    pitfall: 'taking a self-healing restart for remediation',
    scenario: 'crash-at-start',
    measure: 'time to resolve',
    times: 2,
    sister: 'self-healing',
    calm: 'scare',
  },
]

describe.each(pairs)('$pitfall', ({ scenario, measure, times, worseThanL1, sister, calm, remedy }) => {
  let ill: Played
  let well: Played
  beforeAll(() => {
    ill = play(scenario, 'faulty', ['careful', 'naive'])
    well = play(sister, calm, ['careful'])
  })

  test(`in ${scenario} the closed loop of naive costs more than that of careful: ${measure}`, () => {
    expect(mean(measure, ill('naive', 'L4'))).toBeGreaterThan(times * mean(measure, ill('careful', 'L4')))
  })

  if (worseThanL1 !== undefined)
    test(`and more than none at all: ${worseThanL1}`, () => {
      expect(mean(worseThanL1, ill('naive', 'L4'))).toBeGreaterThan(mean(worseThanL1, ill('naive', 'L1')))
    })

  test(`in ${scenario} careful does nothing that is no remedy, and is none the worse for its closed loop`, () => {
    expect(ill('careful', 'L4').map(({ gate }) => gate.unwarranted)).toEqual(Array(seeds).fill(0))
    expect(mean(measure, ill('careful', 'L4'))).toBeLessThanOrEqual(mean(measure, ill('careful', 'L1')))
  })

  test(`in ${sister} careful ${remedy === undefined ? 'leaves a good release alone' : `helps by ${remedy}`}`, () => {
    const done = well('careful', 'L4')
    expect(done.map(({ gate }) => gate.unwarranted)).toEqual(Array(seeds).fill(0))
    for (const facts of done) {
      if (remedy === undefined) expect([facts.blamingAlarms, facts.revertedMs.engine]).toEqual([0, undefined])
      else expect(facts.actions).toContain(remedy)
    }
    if (remedy === undefined) return
    expect(mean('time to resolve', done)).toBeLessThan(mean('time to resolve', well('careful', 'L1')))
  })
})
