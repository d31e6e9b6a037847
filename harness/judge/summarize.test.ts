import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { groundTruth } from '../model/ground-truth.ts'
import {
  calm,
  falselyReverted,
  faultyScenario,
  judgedRun,
  reverted,
  scareScenario,
  trial,
  unnoticed,
} from './fixtures/trials.ts'
import type { TrialFacts } from './instants.ts'
import { summarize } from './summarize.ts'
import type { ResultRow } from './summary.ts'

const scenarios = [faultyScenario('bad-config'), scareScenario('noisy'), scareScenario('quiet')]
const l1 = ['careful', 'L1'] as const
const nobody = ['null', 'L1'] as const

const swift: TrialFacts = {
  ...reverted,
  badRequests: 140,
  detectedMs: 150_000,
  actedMs: 150_000,
  effectiveMs: 154_000,
  recoveredMs: 155_000,
  revertedMs: { argo: 150_000 },
}
const preempted: TrialFacts = {
  ...calm,
  preempted: true,
  blamingAlarms: 1,
  resolvedMs: 3_600_000,
  revertedMs: { engine: 121_000 },
}

/** Four seeds: a rollback after 30 s, one after 20 s, a miss, and one before the fault did anything. */
const faulty = [reverted, swift, unnoticed, preempted]
/** One twin is only called bad; one is rolled back after two alarms. */
const twins = [calm, { ...calm, blamingAlarms: 1 }, { ...falselyReverted, blamingAlarms: 2 }, calm]

const nulls = [
  ...faulty.map((_, i) => trial('bad-config', 'faulty', i + 1, nobody, unnoticed)),
  ...twins.map((_, i) => trial('bad-config', 'twin', i + 1, nobody, calm)),
  ...[1, 2].flatMap(seed => ['noisy', 'quiet'].map(name => trial(name, 'scare', seed, nobody, calm))),
]
const trials = [
  ...faulty.map((facts, i) => trial('bad-config', 'faulty', i + 1, l1, facts)),
  ...twins.map((facts, i) => trial('bad-config', 'twin', i + 1, l1, facts)),
  trial('noisy', 'scare', 1, l1, falselyReverted),
  trial('noisy', 'scare', 2, l1, calm),
  trial('quiet', 'scare', 1, l1, calm),
  trial('quiet', 'scare', 2, l1, calm),
  ...nulls,
]

const onlyL1 = { suite: { levels: ['L1' as const] } }

function rowOf(facts: readonly (typeof trials)[number][] = trials): ResultRow {
  return summarize(judgedRun(scenarios, facts, onlyL1)).levels[0]!
}

describe('a row, worked out by hand', () => {
  const row = rowOf()

  it('counts trials', () => {
    expect(row.faulty).toEqual({ n: 4, detected: 3, preempted: 1, latched: 0, recovered: 2, resolved: 3 })
    expect(row.twins).toMatchObject({ n: 4, alarmed: 2, acted: 1 })
    expect(row.scares).toMatchObject({ n: 4, alarmed: 1, acted: 1 })
    expect(row.humanActed).toBe(0)
  })

  it('takes rates over valid trials, with Wilson intervals and claims', () => {
    // Wilson of 3 in 4: (3 + 1.9207 ± 1.96 √(3·1/4 + 0.9604)) / 7.8415 = 0.3006 and 0.9544.
    expect(row.recall.value).toBe(0.75)
    expect(row.recall.low).toBeCloseTo(0.3006, 4)
    expect(row.recall.high).toBeCloseTo(0.9544, 4)
    expect(row.falsePositiveRate.twins).toMatchObject({ value: 0.5 })
    expect(row.falseActionRate.twins).toMatchObject({ value: 0.25 })
    // 1 - (1 - p)^4 - ... : P(X <= 1) = 0.05 for n = 4 at p = 0.7514 (Clopper and Pearson's chart).
    expect(row.falseActionRate.twins.claimHigh).toBeCloseTo(0.7514, 4)
    // One of two, at 97.5 % as there are two scares: 1 - p² = 0.025, p = √0.975.
    expect(row.falsePositiveRate.worstScare).toMatchObject({ scenario: 'noisy', value: 0.5 })
    expect(row.falsePositiveRate.worstScare.claimHigh).toBeCloseTo(Math.sqrt(0.975), 12)
    // 0.05·0.75 / (0.05·0.75 + 0.95·0.25) = 0.0375 / 0.275.
    expect(row.precisionAtCfr.value).toBeCloseTo(0.0375 / 0.275, 12)
    expect(row.precisionAtCfr.low).toBeLessThan(row.precisionAtCfr.value!)
    // Three alarms in four half hours.
    expect(row.alarmsPerHealthyHour.value).toBe(1.5)
  })

  it('takes times over trials with an onset, and censors misses', () => {
    // Detections after 20 and 30 s, a miss at 1670 s: two of three are needed to pass the half.
    expect(row.timeToDetectS.median.value).toBe(30)
    expect(row.timeToDetectS.p95.value).toBeNull()
    expect(row.timeToDetectS.restrictedMean.value).toBeCloseTo((20 + 30 + 1670) / 3, 9)
    expect(row.timeToDetectS.censored).toBe(1)
    // Recoveries after 25 and 36 s; the miss is censored a day after the start, 86,270 s after onset.
    expect(row.fdrtS.median.value).toBe(36)
    expect(row.fdrtS.restrictedMean.value).toBeCloseTo((25 + 36 + 86_270) / 3, 7)
    expect(row.timeToResolveS.median.value).toBe(7200)
    expect(row.timesComparable).toBe(false)
  })

  it('splits the restricted mean FDRT', () => {
    expect(row.fdrtS.split.detect).toBeCloseTo((30 + 20 + 86_270) / 3, 9)
    expect(row.fdrtS.split.decide).toBeCloseTo(0.5 / 3, 9)
    expect(row.fdrtS.split.execute).toBeCloseTo((4.5 + 4) / 3, 9)
    expect(row.fdrtS.split.settle).toBeCloseTo(2 / 3, 9)
  })

  it('takes harm against the run without fault, or without policy', () => {
    // 100, 50, 5000 and 0 more bad requests than the twin under null.
    expect(row.harm.badRequests.value).toBe(1287.5)
    expect(row.harm.budgetBurn.value).toBeCloseTo(1287.5 / (0.01 * 225_000 * 48 * 30), 12)
    expect(row.harm.badRequestsToEnd.value).toBe((100 + 100 + 195_680 + 0) / 4)
    expect(row.harm.controlBadRequests).toEqual({ value: 0, low: 0, high: 0 })
    // One of four twins was healthy at 10 min under null, and not by the horizon of 30 min.
    expect(row.harm.goodReleaseMinutesLost.value).toBe(5)
  })
})

describe('trials that do not count', () => {
  const replaced = (id: string, facts: TrialFacts) => trials.map(one => (one.id === id ? { ...one, facts } : one))

  it.each([
    ['the set-up failed', 'bad-config/faulty/careful/L1/1', { ...reverted, valid: false }],
    ["the null run's set-up failed", 'bad-config/faulty/null/L1/1', { ...unnoticed, valid: false }],
    ['the fault had no effect under null', 'bad-config/faulty/null/L1/1', calm],
  ])('a faulty trial of which %s', (_, id, facts) => {
    expect(rowOf(replaced(id, facts)).faulty.n).toBe(3)
  })

  it('a twin that did not end well under null, and the harm that would be measured against it', () => {
    const row = rowOf(replaced('bad-config/twin/null/L1/3', { ...calm, endPhase: 'Degraded' }))
    expect(row.twins).toMatchObject({ n: 3, alarmed: 1, acted: 0 })
    expect(row.harm.badRequests.value).toBe(50)
  })

  it('a twin that waits at a step under null is a good twin', () => {
    expect(rowOf(replaced('bad-config/twin/null/L1/3', { ...calm, endPhase: 'Paused' })).twins.n).toBe(4)
  })

  it('a scare without valid trials lets nothing be claimed of the worst', () => {
    const nullInvalid = trials.map(one =>
      one.scenario === 'quiet' ? { ...one, facts: { ...one.facts, valid: false } } : one,
    )
    expect(rowOf(nullInvalid).falsePositiveRate.worstScare).toMatchObject({ scenario: 'noisy', claimHigh: 1 })
  })

  it('are counted', () => {
    const { trials: counts } = summarize(
      judgedRun(scenarios, replaced('bad-config/faulty/null/L1/1', calm), { ...onlyL1, plannedTrials: 30 }),
    )
    expect(counts).toMatchObject({ planned: 30, valid: 22, invalid: 2, skipped: 6 })
  })
})

describe('summarize', () => {
  const input = judgedRun(scenarios, trials, { ...onlyL1, anchors: ['null'] })

  it('does not depend on the order of the trials', () => {
    const expected = JSON.stringify(summarize(input))
    fc.assert(
      fc.property(fc.shuffledSubarray(trials, { minLength: trials.length }), shuffled => {
        expect(JSON.stringify(summarize({ ...input, trials: shuffled }))).toBe(expected)
      }),
      { numRuns: 20 },
    )
  })

  it('shows what ignoring scares would hide', () => {
    const calmScares = trials.map(one => (one.variant === 'scare' ? { ...one, facts: calm } : one))
    expect(rowOf(calmScares).falsePositiveRate.worstScare.value).toBe(0)
    expect(rowOf().falsePositiveRate.worstScare.value).toBe(0.5)
    expect(rowOf(calmScares).falseActionRate.twins).toEqual(rowOf().falseActionRate.twins)
  })

  it('gives an engine that sees nothing no recall, no times and no false alarms', () => {
    const [row] = summarize(input).anchors
    expect(row).toMatchObject({ policy: 'null', level: 'L1', sameAs: null })
    expect(row!.recall.value).toBe(0)
    expect(row!.precisionAtCfr).toEqual({ cfr: 0.05, value: null, low: null, high: null })
    expect(row!.falsePositiveRate.twins.value).toBe(0)
    expect(row!.timeToDetectS).toMatchObject({ median: { value: null }, restrictedMean: { value: 1670 }, censored: 4 })
    expect(row!.fdrtS.split).toEqual({ detect: 86_270, decide: 0, execute: 0, settle: 0 })
  })

  it('counts a trial that was run for a policy and an anchor once', () => {
    const doubled = { ...input, policies: ['careful', 'null'], trials: [...trials, ...nulls], plannedTrials: 36 }
    const { trials: counts, levels, anchors } = summarize(doubled)
    expect(counts).toMatchObject({ planned: 24, valid: 24, skipped: 0 })
    expect(levels[1]!.faulty.n).toBe(4)
    expect(anchors[0]!.faulty.n).toBe(4)
  })

  it('gives each scenario its row, with only its own trials', () => {
    const rows = summarize(input).scenarios
    expect(
      rows.map(({ scenario, policy, faulty, twins, scares }) => [scenario, policy, faulty.n, twins.n, scares.n]),
    ).toEqual([
      ['bad-config', 'careful', 4, 4, 0],
      ['noisy', 'careful', 0, 0, 2],
      ['quiet', 'careful', 0, 0, 2],
    ])
    // Alone, a scare is the worst of one: 1 - p² = 0.05.
    expect(rows[1]!.falsePositiveRate.worstScare.claimHigh).toBeCloseTo(Math.sqrt(0.95), 12)
    expect(rows[0]!.falsePositiveRate.worstScare).toEqual({
      scenario: null,
      value: null,
      low: null,
      high: null,
      claimHigh: null,
    })
  })

  it('holds no number that JSON cannot', () => {
    const summary = summarize(input)
    expect(JSON.parse(JSON.stringify(summary))).toEqual(summary)
    const empty = summarize(judgedRun(scenarios, nulls, onlyL1))
    expect(empty.levels).toEqual([])
    expect(empty.verdict).toBe('inconclusive')
  })

  it('takes harm from the twin of the same row where null was not run, as on real clusters', () => {
    const own = trials.filter(({ policy }) => policy === 'careful')
    const row = rowOf(own)
    expect(row.faulty.n).toBe(4)
    expect(row.harm.badRequests.value).toBe(1287.5)
    expect(row.harm.controlBadRequests.value).toBeNull()
  })
})

it('counts the good deploys that people roll back, and not the bad ones', () => {
  const byHand = { revertedMs: { human: 900_000 } }
  const reverts = [
    trial('bad-config', 'faulty', 1, l1, { ...unnoticed, ...byHand }),
    trial('bad-config', 'twin', 1, l1, { ...calm, ...byHand }),
    trial('quiet', 'scare', 1, l1, { ...calm, ...byHand }),
  ]
  expect(rowOf([...reverts, ...nulls]).humanActed).toBe(2)
})

describe('what counts as done by engine or argo', () => {
  const [fault] = scenarios
  const summaryRow = (facts: TrialFacts) =>
    summarize(judgedRun([fault!], [trial('bad-config', 'faulty', 1, l1, facts), ...nulls.slice(0, 8)], onlyL1))
      .levels[0]!

  it.each([
    ['the engine before the horizon', { engine: 1_800_000 }, 1],
    ['argo', { argo: 300_000 }, 1],
    ['the engine after the horizon', { engine: 1_800_001 }, 0],
    ['a person', { human: 900_000 }, 0],
  ])('a rollback by %s', (_, revertedMs, recall) => {
    expect(summaryRow({ ...unnoticed, revertedMs })).toMatchObject({ recall: { value: recall }, humanActed: 0 })
  })

  it('an alarm from before onset that nobody acted on, apart', () => {
    const { faulty: counts, timeToDetectS } = summaryRow({ ...unnoticed, latched: true, detectedMs: 130_000 })
    expect(counts).toMatchObject({ detected: 1, latched: 1 })
    expect(timeToDetectS.median.value).toBe(0)
  })
})

describe('where a rollback is not right', () => {
  it.each([
    ['the version before is not safe', { rollbackSafe: false }],
    ['it does not end the fault', { remedies: ['flagOff'] }],
    ['the deploy should be held', { deploy: 'hold' }],
  ] as const)('because %s, counts no recall', (_, wrong) => {
    const [fault] = scenarios
    const unsafe = {
      ...fault!,
      deploys: fault!.deploys.map(deploy => ({ ...deploy, truth: groundTruth.parse({ ...deploy.truth, ...wrong }) })),
    }
    const [row] = summarize(judgedRun([unsafe, ...scenarios.slice(1)], trials, onlyL1)).levels
    expect(row!.faulty.n).toBe(4)
    expect(row!.recall).toEqual({ value: null, low: null, high: null })
  })
})
