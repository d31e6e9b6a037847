import { describe, expect, it } from 'vitest'
import type { Level } from '../model/effect.ts'
import { criterionOf } from '../model/fixtures/criteria.ts'
import type { DiagnosisFacts } from './diagnoses.ts'
import { calm, faultyScenario, judgedRun, reverted, scareScenario, trial, unnoticed } from './fixtures/trials.ts'
import type { TrialFacts } from './instants.ts'
import { summarize } from './summarize.ts'
import type { ResultRow } from './summary.ts'

const scenarios = [faultyScenario('bad-config'), scareScenario('noisy')]
const right: DiagnosisFacts = {
  madeMs: 200_500,
  sinceMs: 160_500,
  verdict: 'confirmed',
  causeRank: 1,
  changeRank: 1,
  blamesRelease: true,
}
const open: DiagnosisFacts = {
  ...right,
  verdict: 'inconclusive',
  causeRank: null,
  changeRank: null,
  blamesRelease: false,
}
const second: DiagnosisFacts = { ...right, madeMs: 300_500, verdict: 'likely', causeRank: 2 }
const proposals = { opened: 1, correct: 0, reverted: 0, wrong: 0, fixableInOneFile: true }
const applied = { requested: 1, applied: 1, unwarranted: 0, harmful: 0, undone: 0, remediesAsked: 0, overBlocked: 0 }

/** Faulty trials from seed 1 on, of which the last has no diagnosis; twins and scares as given. */
function rowOf(
  level: Level,
  faulty: readonly Partial<TrialFacts>[],
  { twins = [], scares = [] }: { twins?: readonly Partial<TrialFacts>[]; scares?: readonly Partial<TrialFacts>[] } = {},
  below: readonly Partial<TrialFacts>[] = [],
): ResultRow {
  const careful = ['careful', level] as const
  const trials = [
    ...faulty.flatMap((facts, i) => [
      trial('bad-config', 'faulty', i + 1, careful, { ...reverted, ...facts }),
      trial('bad-config', 'faulty', i + 1, ['null', 'L1'], unnoticed),
    ]),
    ...below.map((facts, i) => trial('bad-config', 'faulty', i + 1, ['careful', 'L3'], { ...reverted, ...facts })),
    ...twins.map((facts, i) => trial('bad-config', 'twin', i + 1, careful, { ...calm, ...facts })),
    ...scares.map((facts, i) => trial('noisy', 'scare', i + 1, careful, { ...calm, ...facts })),
  ]
  return summarize(judgedRun(scenarios, trials, { suite: { levels: [level] } })).levels[0]!
}

describe('diagnoses', () => {
  const four = [{ diagnosis: right }, { diagnosis: open }, { diagnosis: second }, {}]

  it('are right in first place, among three, not at all or not there', () => {
    const { diagnosis } = rowOf('L2', four)
    expect(diagnosis).toMatchObject({ n: 4, made: 3, inconclusive: 1, confidentlyWrong: 1 })
    expect(diagnosis.ac1.value).toBe(0.25)
    expect(diagnosis.ac3.value).toBe(0.5)
    expect(diagnosis.changeAc1.value).toBe(0.5)
    // 40, 40, 140 s and never.
    expect(diagnosis.medianS).toBe(40)
  })

  it('are not sought where nobody noticed, or the level has none', () => {
    expect(rowOf('L2', [{ detectedMs: null }]).diagnosis).toMatchObject({ n: 0, ac1: { value: null } })
    expect(rowOf('L1', four).diagnosis).toMatchObject({ n: 0, ac1: { value: null } })
  })

  it('count where the release was reverted before it did harm, and where they were made of what nobody noticed', () => {
    const early = { detectedMs: null, preempted: true }
    const unasked = { detectedMs: null, diagnosis: { ...right, causeRank: null } }
    const { diagnosis } = rowOf('L2', [{ ...early, diagnosis: right }, early, unasked, { detectedMs: null }])
    expect(diagnosis).toMatchObject({ n: 3, made: 2, confidentlyWrong: 1, ac1: { value: 1 / 3 } })
  })

  it('of good releases are false where they blame them', () => {
    const blamed = { diagnosis: right }
    const { diagnosis } = rowOf('L2', four, { twins: [blamed, {}], scares: [blamed, {}, { diagnosis: open }, {}] })
    expect(diagnosis.falseOnScares.value).toBe(0.25)
    expect(diagnosis.falseOnTwins.value).toBe(0.5)
  })
})

describe('proposals', () => {
  it('are counted by what they come to, against what one file can repair', () => {
    const row = rowOf(
      'L3',
      [
        { proposals: { ...proposals, correct: 1 } },
        { proposals: { ...proposals, reverted: 1 } },
        { proposals: { ...proposals, wrong: 1 } },
        { proposals: { ...proposals, opened: 0 } },
        { proposals: { ...proposals, reverted: 1, fixableInOneFile: false } },
        { proposals: { ...proposals, correct: 1 }, revertedMs: { human: 400_000 } },
      ],
      { scares: [{ proposals: { ...proposals, wrong: 1, fixableInOneFile: false } }] },
    )
    expect(row.proposals).toMatchObject({ opened: 6, correct: 2, reverted: 2, wrong: 1, false: 1, fixableInOneFile: 4 })
    expect(row.proposals.correctRate.value).toBe(0.25)
  })
})

describe('actions', () => {
  const harmful = { gate: { ...applied, unwarranted: 1 } }

  it.each<[string, Partial<TrialFacts>, Partial<TrialFacts>, Record<string, number>]>([
    ['what remedies', { gate: applied }, { badRequests: 500 }, { unsafe: 0, regressions: 0, noRegression: 1 }],
    ['what does no harm', harmful, { badRequests: 190 }, { unsafe: 0, regressions: 0, noRegression: 1 }],
    ['20 requests more', { ...harmful, badRequests: 20 }, { badRequests: 0 }, { unsafe: 0, noRegression: 1 }],
    ['21 requests more', { ...harmful, badRequests: 21 }, { badRequests: 0 }, { unsafe: 1, noRegression: 0 }],
    ['5 % more', { ...harmful, badRequests: 105_000 }, { badRequests: 100_000 }, { unsafe: 0, noRegression: 1 }],
    // 74 / √274 = 4.47 and 75 / √275 = 4.52.
    ['what may be luck', { ...harmful, badRequests: 174 }, { badRequests: 100 }, { unsafe: 0, noRegression: 1 }],
    ['more than luck', { ...harmful, badRequests: 175 }, { badRequests: 100 }, { unsafe: 1, noRegression: 0 }],
    ['more than 5 %', { ...harmful, badRequests: 105_001 }, { badRequests: 100_000 }, { unsafe: 1, noRegression: 0 }],
    [
      'a remedy that makes it worse',
      { gate: applied, badRequests: 900 },
      {},
      { unsafe: 0, regressions: 1, noRegression: 0 },
    ],
  ])('are held against the level below: %s', (_, facts, below, { noRegression, ...expected }) => {
    const { gate } = rowOf('L4', [facts], {}, [below])
    expect(gate).toMatchObject({ requested: 1, applied: 1, ...expected })
    expect(gate.noRegression.value).toBe(noRegression)
  })

  it('that are said to be harmful are unsafe whatever came of them', () => {
    const lucky = { gate: { ...applied, unwarranted: 1, harmful: 1 }, badRequests: 0 }
    expect(rowOf('L4', [lucky], {}, [{ badRequests: 900 }]).gate).toMatchObject({ unsafe: 1, regressions: 0 })
  })

  it('that remedy nothing are unsafe where nothing shows that they did no harm', () => {
    expect(rowOf('L4', [harmful]).gate).toMatchObject({ unsafe: 1, noRegression: { value: null } })
  })

  it('count as over-blocked by the classes that would have remedied', () => {
    const blocked = { gate: { ...applied, applied: 0, remediesAsked: 1, overBlocked: 1 } }
    const { gate } = rowOf('L4', [blocked, { gate: { ...applied, remediesAsked: 1 } }])
    expect(gate).toMatchObject({ overBlocked: 1, overBlockRate: { value: 0.5 } })
  })
})

describe('criteria about engines', () => {
  it('are decided on their counts', () => {
    const trials = Array.from({ length: 100 }, (_, i) => [
      trial('bad-config', 'faulty', i + 1, ['careful', 'L2'], { ...reverted, diagnosis: i < 95 ? right : open }),
      trial('bad-config', 'twin', i + 1, ['careful', 'L2'], calm),
    ]).flat()
    const criteria = [
      'L2 diagnosis.ac1 >= 80%',
      'L2 timeToResolveS.median < 1h',
      'L2 diagnosis.falseOnScares < 1%',
    ].map(criterionOf)
    const summary = summarize(judgedRun([scenarios[0]!], trials, { suite: { levels: ['L2'], criteria } }))
    expect(summary.criteria.map(({ measure, verdict }) => [measure, verdict])).toEqual([
      ['diagnosis.ac1', 'pass'],
      ['timeToResolveS.median', 'fail'],
      ['diagnosis.falseOnScares', 'inconclusive'],
    ])
  })
})

it('a criterion of a level that did nothing is decided by its own trials', () => {
  const at = (level: Level) =>
    Array.from({ length: 300 }, (_, i) => trial('bad-config', 'faulty', i + 1, ['careful', level], reverted))
  const criteria = [criterionOf('L4 gate.unsafe < 1%')]
  const suite = { levels: ['L3' as const, 'L4' as const], criteria }
  const { levels: rows, criteria: decided } = summarize(
    judgedRun([scenarios[0]!], [...at('L3'), ...at('L4')], { suite }),
  )
  expect(rows.map(({ sameAs }) => sameAs)).toEqual([null, 'L3'])
  expect(decided[0]).toMatchObject({ verdict: 'pass', observed: 0 })
})

it('families that are held out have figures apart, and no part in a criterion', () => {
  const leak = { ...faultyScenario('leak'), family: 'leak' }
  const trials = ['bad-config', 'leak'].flatMap(name =>
    [1, 2].flatMap(seed => [
      trial(name, 'faulty', seed, ['careful', 'L1'], name === 'leak' ? unnoticed : reverted),
      trial(name, 'twin', seed, ['careful', 'L1'], calm),
      trial(name, 'faulty', seed, ['null', 'L1'], unnoticed),
      trial(name, 'twin', seed, ['null', 'L1'], calm),
    ]),
  )
  const criteria = [criterionOf('L1 recall >= 90%')]
  const suite = { levels: ['L1' as const], heldOut: ['leak'], criteria }
  const {
    levels,
    heldOut,
    anchors,
    scenarios: rows,
    criteria: decided,
  } = summarize(judgedRun([scenarios[0]!, leak], trials, { suite, anchors: ['null'] }))
  const recalls = (all: readonly ResultRow[]) => all.map(({ recall, faulty }) => [recall.value, faulty.n])
  expect(recalls(levels)).toEqual([[1, 2]])
  expect(recalls(heldOut.levels)).toEqual([[0, 2]])
  expect(anchors.map(({ faulty }) => faulty.n)).toEqual([2])
  expect(heldOut.anchors.map(({ faulty }) => faulty.n)).toEqual([2])
  expect(rows.map(({ scenario, recall }) => [scenario, recall.value])).toEqual([
    ['bad-config', 1],
    ['leak', 0],
  ])
  expect(decided[0]).toMatchObject({ observed: 1 })
})
