import { describe, expect, it } from 'vitest'
import {
  calm,
  falselyReverted,
  faultyScenario,
  incidentScenario,
  judgedRun,
  reverted,
  scareScenario,
  trial,
  unnoticed,
} from './fixtures/trials.ts'
import type { TrialFacts } from './instants.ts'
import { summarize } from './summarize.ts'

const careful = ['careful', 'L1'] as const
const nobody = ['null', 'L1'] as const
const suite = { suite: { levels: ['L1' as const] } }

describe('a scare with a fault in it', () => {
  const fault = faultyScenario('outage')
  const scenario = { ...fault, scare: 'something else' }
  const looksBad: TrialFacts = { ...calm, badRequests: 140, badRequestsToEnd: 4_370 }
  const run = (nullScare: TrialFacts) =>
    summarize(
      judgedRun(
        [scenario],
        [
          trial('outage', 'faulty', 1, careful, reverted),
          trial('outage', 'scare', 1, careful, falselyReverted),
          trial('outage', 'faulty', 1, nobody, unnoticed),
          trial('outage', 'scare', 1, nobody, nullScare),
        ],
        suite,
      ),
    )

  it('counts for recall with it and as a scare without, and harm is beyond what the scare does', () => {
    const { levels, groundTruth, verdict } = run(looksBad)
    expect(levels[0]).toMatchObject({
      faulty: { n: 1, detected: 1 },
      twins: { n: 0 },
      scares: { n: 1, alarmed: 1, acted: 1 },
      recall: { value: 1 },
      falsePositiveRate: { twins: { value: null }, worstScare: { scenario: 'outage', value: 1 } },
      harm: { badRequests: { value: 50 }, badRequestsToEnd: { value: 50 } },
    })
    expect(groundTruth[0]).toMatchObject({ deploy: 'revert', scare: 'something else', disturbsPods: false })
    expect(verdict).toBe('pass')
  })

  it('is incomplete without a valid scare', () => {
    const { levels, verdict } = run({ ...looksBad, endPhase: 'Degraded' })
    expect(levels[0]).toMatchObject({ faulty: { n: 1 }, scares: { n: 0 }, harm: { badRequests: { value: null } } })
    expect(verdict).toBe('inconclusive')
  })
})

describe('incidents', () => {
  const bare: TrialFacts = { ...calm, deployedMs: null, endPhase: '', resolvedMs: null }
  const paged: TrialFacts = { ...unnoticed, detectedMs: 190_000, paged: true }
  const scenarios = [faultyScenario('bad-config'), incidentScenario('flag', { deployed: false })]
  const ofDeploy = [
    trial('bad-config', 'faulty', 1, careful, reverted),
    trial('bad-config', 'twin', 1, careful, { ...calm, resolvedMs: 900_000 }),
    trial('bad-config', 'faulty', 1, nobody, unnoticed),
    trial('bad-config', 'twin', 1, nobody, calm),
  ]
  const rowOf = (faulty: TrialFacts, twin: TrialFacts, scenario = scenarios[1]!, nullTwin = bare) =>
    summarize(
      judgedRun(
        [scenarios[0]!, scenario],
        [
          ...ofDeploy,
          trial('flag', 'faulty', 1, careful, faulty),
          trial('flag', 'twin', 1, careful, twin),
          trial('flag', 'faulty', 1, nobody, unnoticed),
          trial('flag', 'twin', 1, nobody, nullTwin),
        ],
        suite,
      ),
    ).levels[0]!

  it('without a deploy count for times and harm, for neither recall nor false positives', () => {
    const row = rowOf({ ...paged, deployedMs: null }, bare)
    expect(row).toMatchObject({
      faulty: { n: 2, detected: 2 },
      recall: { value: 1 },
      twins: { n: 1, alarmed: 0, acted: 0 },
      incidents: { n: 0, alarmed: 0, acted: 0 },
      timeToDetectS: { restrictedMean: { value: (30 + 60) / 2 }, censored: 0 },
      harm: { badRequests: { value: (100 + 5000) / 2 }, goodReleaseMinutesLost: { value: 5 } },
    })
    const [low, high] = [row.recall.low!, row.recall.high!]
    expect(high - low).toBeCloseTo(3.8415 / (1 + 3.8415), 3)
  })

  it('without a deploy count blame for the alarms of healthy hours alone', () => {
    const row = rowOf(paged, { ...bare, blamingAlarms: 1 })
    expect(row).toMatchObject({ twins: { n: 1, alarmed: 0 }, alarmsPerHealthyHour: { value: 1 } })
  })

  it('beside a good deploy have its twin count, and blame in the trouble itself count apart from all rates', () => {
    const deployed = incidentScenario('flag', { deployed: true })
    const blamed = { ...paged, blamingAlarms: 1, revertedMs: { engine: 200_000 }, actions: ['abort'] }
    expect(rowOf(blamed, falselyReverted, deployed, calm)).toMatchObject({
      recall: { value: 1 },
      twins: { n: 2, alarmed: 1, acted: 1 },
      incidents: { n: 1, alarmed: 1, acted: 1 },
      falsePositiveRate: { twins: { value: 0.5 } },
    })
  })

  it('of a scare without a deploy let the others be claimed', () => {
    const { deploys: _, ...rest } = scareScenario('weather')
    const weather = { ...rest, deploys: [] }
    const trials = [careful, nobody].map(row => trial('weather', 'scare', 1, row, bare))
    const noisy = [careful, nobody].map(row => trial('noisy', 'scare', 1, row, calm))
    const run = judgedRun([weather, scareScenario('noisy')], [...trials, ...noisy], suite)
    const { scares, falsePositiveRate } = summarize(run).levels[0]!
    expect(scares.n).toBe(1)
    // None of one, alone: 1 - p = 0.05.
    expect(falsePositiveRate.worstScare).toMatchObject({ scenario: 'noisy', value: 0, claimHigh: expect.closeTo(0.95) })
  })
})

describe('ill pods under the null policy', () => {
  const ill: TrialFacts = { ...calm, illPod: 'checkout-5f-x waited, ErrImagePull' }
  const controls = (variant: 'twin' | 'scare') => [
    trial('s', variant, 1, careful, calm),
    trial('s', variant, 1, nobody, ill),
  ]
  const at = 300_000

  it('make a twin invalid, and say so', () => {
    const { levels, findings } = summarize(judgedRun([faultyScenario('s')], controls('twin'), suite))
    expect(levels[0]!.twins.n).toBe(0)
    expect(findings[0]!.problem).toBe(
      'the trial is not valid: a pod was ill that the scenario did not make so: checkout-5f-x waited, ErrImagePull',
    )
  })

  it.each([
    { kind: 'sick-pod' as const, at, for: 60_000, errorRatio: 1 },
    { kind: 'noisy-neighbour' as const, at, for: 60_000, timeFactor: 9 },
    { kind: 'node-pressure' as const, at, pods: 2 },
    { kind: 'rolling-restart' as const, at },
  ])('are what a scenario with $kind is about', disturbance => {
    const scenario = { ...faultyScenario('s'), disturbances: [disturbance] }
    const { levels, groundTruth } = summarize(judgedRun([scenario], controls('twin'), suite))
    expect(levels[0]!.twins.n).toBe(1)
    expect(groundTruth[0]!.disturbsPods).toBe(true)
  })

  it('may be what looks bad in a scare', () => {
    expect(summarize(judgedRun([scareScenario('s')], controls('scare'), suite)).levels[0]!.scares.n).toBe(1)
  })
})
