import { describe, expect, it, test } from 'vitest'
import type { Scenario } from '../model/scenario.ts'
import { judgeTrials } from './evidence.ts'
import {
  calm,
  falselyReverted,
  faultyScenario,
  incidentScenario,
  reverted,
  scareScenario,
  trial,
  unnoticed,
} from './fixtures/trials.ts'
import type { TrialFacts } from './instants.ts'
import { judgePractice, type Practice } from './practice.ts'

const leak: Scenario = { ...faultyScenario('slow-leak'), family: 'leak' }
const scenarios = [
  faultyScenario('bad-config'),
  scareScenario('noisy'),
  incidentScenario('flag', { deployed: true }),
  incidentScenario('no-deploy', { deployed: false }),
  leak,
]
const seeds = Array.from({ length: 30 }, (_, i) => i + 1)
const stuck: TrialFacts = { ...unnoticed, endPhase: 'Degraded', badRequests: 90 }

/** What a policy comes to in the trials of each scenario and variant. */
function trialsUnder(
  policy: string,
  facts: {
    readonly faulty: TrialFacts
    readonly twin?: TrialFacts
    readonly scare?: TrialFacts
    readonly beside?: TrialFacts
  },
) {
  const { faulty, twin = calm, scare = calm, beside = calm } = facts
  return seeds.flatMap(seed => [
    ...['bad-config', 'slow-leak'].flatMap(name => [
      trial(name, 'faulty', seed, [policy, 'L1'], faulty),
      trial(name, 'twin', seed, [policy, 'L1'], twin),
    ]),
    trial('noisy', 'scare', seed, [policy, 'L1'], scare),
    ...['flag', 'no-deploy'].flatMap(name => [
      trial(name, 'faulty', seed, [policy, 'L1'], { ...beside, onsetMs: 130_000 }),
      trial(name, 'twin', seed, [policy, 'L1'], calm),
    ]),
  ])
}

const late: TrialFacts = { ...reverted, recoveredMs: 3_000_000 }
const judged: Practice = judgePractice(
  judgeTrials(
    [
      ...trialsUnder('null', { faulty: unnoticed }),
      ...trialsUnder('careful', { faulty: reverted, scare: falselyReverted, beside: falselyReverted }),
      ...trialsUnder('blind', { faulty: stuck, twin: { ...calm, resolvedMs: 240_000 } }),
      ...trialsUnder('scoped', { faulty: late, scare: falselyReverted }),
    ],
    scenarios,
  ),
  {
    reference: 'careful',
    gates: ['blind'],
    changes: [{ before: 'blind', after: 'scoped' }],
    anchors: ['null'],
    heldOut: ['leak'],
    seed: 1,
  },
)
const known = (policy: string) => [...judged.gates, ...judged.anchors].find(gate => gate.policy === policy)!.known

describe('a gate', () => {
  it('catches what it takes back itself, held-out families apart', () => {
    expect(known('careful').caught).toMatchObject({ count: 30, n: 30, value: 1 })
    expect(known('blind').caught).toMatchObject({ count: 0, n: 30, value: 0 })
    expect(judged.gates.find(({ policy }) => policy === 'scoped')!.heldOut.caught).toMatchObject({ count: 30, n: 30 })
  })

  it('that lets a rollout stand still has not caught it', () => {
    expect(known('blind').stoodStill).toMatchObject({ count: 30, n: 30 })
    expect(known('null').stoodStill.count).toBe(0)
  })

  it('stops good deploys on quiet days, in scares, and beside other trouble', () => {
    expect(known('careful').twinsStopped).toMatchObject({ count: 0, n: 60 })
    expect(known('careful').worstScare).toMatchObject({ scenario: 'noisy', count: 30 })
    expect(known('careful').besideStopped).toMatchObject({ count: 30, n: 30 })
    expect(known('scoped').besideStopped.count).toBe(0)
  })

  it('has recovered only where it did before the horizon', () => {
    expect(known('careful').recovered.value).toBe(1)
    expect(known('scoped').recovered.value).toBe(0)
    expect(known('scoped').fdrtS.median.value).toBeNull()
  })

  it('takes as long to release as its twins take from deploy to being live', () => {
    expect(known('careful').releaseMinutes.value).toBeCloseTo(8)
    expect(known('blind').releaseMinutes.value).toBeCloseTo((8 + 2) / 2)
  })
})

test('scenarios without a deploy are left out', () => {
  expect(
    judged.scenarios.map(({ scenario, cells }) => [scenario, ...cells[0]!.stopped.map(({ kind }) => kind)]),
  ).toEqual([
    ['bad-config', 'twin'],
    ['noisy', 'scare'],
    ['flag', 'twin', 'beside'],
    ['slow-leak', 'twin'],
  ])
})

test('a cell names a trial that shows it', () => {
  const cell = (scenario: string, policy: string) =>
    judged.scenarios.find(one => one.scenario === scenario)!.cells.find(one => one.policy === policy)!
  expect(cell('bad-config', 'blind')).toMatchObject({ missed: 'bad-config/faulty/blind/L1/1' })
  expect(cell('flag', 'careful')).toMatchObject({
    missed: null,
    stopped: [
      { kind: 'twin', count: 0, n: 30, trial: null },
      { kind: 'beside', count: 30, n: 30, trial: 'flag/faulty/careful/L1/1' },
    ],
  })
})

test('differences are of the later policy less the earlier one, over the families that are not held out', () => {
  const [against] = judged.against
  expect(against).toMatchObject({ before: 'careful', after: 'blind' })
  expect(against!.measures.caught).toMatchObject({ value: -1, answer: 'worse', pairs: 30 })
  expect(against!.measures.scaresStopped).toMatchObject({ value: -1, answer: 'better' })
  expect(against!.measures.twinsStopped.answer).toBe('same')
  expect(against!.measures.releaseMinutes).toMatchObject({ value: -3, answer: 'better' })
  expect(judged.changes[0]!.measures.caught).toMatchObject({ value: 1, answer: 'better' })
})

test('where the reference is worse is told, with both figures', () => {
  expect(
    judged.worse.map(({ scenario, measure, reference, ofGate }) => [scenario, measure, reference, ofGate]),
  ).toEqual([
    ['bad-config', 'badRequests', 100, 0],
    ['noisy', 'stopped', 1, 0],
    ['flag', 'stopped', 1, 0],
    ['slow-leak', 'badRequests', 100, 0],
  ])
})
