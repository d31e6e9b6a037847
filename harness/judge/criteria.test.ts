import { describe, expect, it } from 'vitest'
import { criterionOf } from '../model/fixtures/criteria.ts'
import { claimHigh, claimLow } from '../stats/proportion.ts'
import { decideCriteria, overallVerdict } from './criteria.ts'
import type { LevelRow } from './levels.ts'
import type { Counted } from './rates.ts'
import { type RowEvidence, rowEvidence } from './row-figures.ts'
import type { Verdict } from './summary.ts'
import type { Followed } from './times.ts'

const nothing: Counted = { count: 0, n: 0 }
const never: Followed = { lifetimes: [], horizonS: 0 }

function decide(text: string, given: Partial<RowEvidence>, alpha = 0.05) {
  const evidence = { ...rowEvidence([]), ...given }
  const { level } = criterionOf(text)
  const row = { policy: 'careful', level, evidence, trials: [] } as unknown as LevelRow
  const other = { ...row, level: level === 'L0' ? ('L1' as const) : ('L0' as const) }
  const levels = { alpha, alphaOfMore: alpha }
  return decideCriteria([criterionOf(text)], { rows: [row, other], apart: [] }, 1, levels)
}

/** Seconds; misses are censored at half an hour. */
const times = (done: number[], missed = 0): Followed => ({
  lifetimes: [
    ...done.map(time => ({ time, observed: true })),
    ...new Array<{ time: number; observed: boolean }>(missed).fill({ time: 1800, observed: false }),
  ],
  horizonS: 1800,
})
const spread = (n: number) => Array.from({ length: n }, (_, i) => 10 + (20 * i) / n)

describe('a criterion about a rate', () => {
  it.each<[string, Counted, Verdict]>([
    ['299 clean twins show less than 1 %', { count: 0, n: 299 }, 'pass'],
    ['298 do not', { count: 0, n: 298 }, 'inconclusive'],
    ['some alarms may be chance', { count: 4, n: 300 }, 'inconclusive'],
    ['many are not', { count: 9, n: 300 }, 'fail'],
    ['no twins show nothing', nothing, 'inconclusive'],
  ])('%s', (_, twins, verdict) => {
    const decided = decide('L1 falsePositiveRate.twins < 1%', { alarmed: { twins, scares: [] } })
    expect(decided.map(one => one.verdict)).toEqual([verdict])
  })

  it.each<[string, Counted, Verdict]>([
    ['98 of 100 show 90 %', { count: 98, n: 100 }, 'pass'],
    ['92 of 100 do not', { count: 92, n: 100 }, 'inconclusive'],
    ['nor do 88 of 100 refute it', { count: 88, n: 100 }, 'inconclusive'],
    ['80 of 100 refute it', { count: 80, n: 100 }, 'fail'],
  ])('%s', (_, recall, verdict) => {
    expect(decide('L1 recall >= 90%', { recall })[0]!.verdict).toBe(verdict)
  })

  it('says what decided, and what it had to show', () => {
    const recall = { count: 98, n: 100 }
    expect(decide('L1 recall >= 90%', { recall })).toEqual([
      {
        name: 'careful L1 recall',
        verdict: 'pass',
        observed: 0.98,
        low: claimLow(98, 100),
        high: 1,
        bound: 'at least 90 %',
        measure: 'recall',
        policy: 'careful',
        level: 'L1',
        scenario: null,
        family: null,
        criterion: 'L1 recall >= 90%',
        n: 100,
        confidence: 0.95,
        wanted: null,
      },
    ])
    const twins = { count: 9, n: 300 }
    const [broken] = decide('L1 falseActionRate.twins < 1%', { acted: { twins, scares: [] } })
    expect(broken).toMatchObject({ low: claimLow(9, 300), high: 1, bound: 'below 1 %' })
  })

  it('about the worst scare has to hold for every scare at once', () => {
    const scares = (...counts: number[]) => counts.map((count, i) => ({ scenario: `scare-${i}`, count, n: 100 }))
    const verdictOf = (below: number, ...counts: number[]) =>
      decide(`L1 falseActionRate.worstScare < ${below}`, { acted: { twins: nothing, scares: scares(...counts) } })[0]!
        .verdict
    const alone = claimHigh(0, 100)
    const corrected = claimHigh(0, 100, 0.975)
    expect(verdictOf((alone + corrected) / 2, 0)).toBe('pass')
    expect(verdictOf((alone + corrected) / 2, 0, 0)).toBe('inconclusive')
    expect(verdictOf(corrected * 1.01, 0, 0)).toBe('pass')
    expect(verdictOf(corrected * 1.01, 0, 30)).toBe('fail')
  })
})

describe('a criterion about a time', () => {
  it.each<[string, Followed, number, Verdict]>([
    ['all between 10 and 30 s show a median below 60 s', times(spread(100)), 60, 'pass'],
    ['they do not show one below 20 s', times(spread(100)), 20, 'inconclusive'],
    ['they refute one below 12 s', times(spread(100)), 12, 'fail'],
    ['three trials show little', times([10, 11, 12]), 60, 'inconclusive'],
    ['a hundred misses refute it', times([], 100), 60, 'fail'],
    ['mostly misses refute it', times(spread(20), 80), 60, 'fail'],
    ['two misses refute nothing', times([], 2), 60, 'inconclusive'],
    ['misses say nothing of what comes after them', times([], 100), 3600, 'inconclusive'],
    ['no trials show nothing', never, 60, 'inconclusive'],
  ])('%s', (_, detection, belowS, verdict) => {
    const [result] = decide(`L1 timeToDetectS.median < ${belowS}`, { detection })
    expect(result!.verdict).toBe(verdict)
  })

  it('reads the quantile that it names', () => {
    const recovery = times([...spread(90), ...Array.from({ length: 10 }, (_, i) => 300 + i)])
    expect(decide('L1 fdrtS.median < 1m', { recovery })[0]!.verdict).toBe('pass')
    expect(decide('L1 fdrtS.p95 < 1m', { recovery })[0]).toMatchObject({
      verdict: 'fail',
      observed: 304,
      bound: 'below 1m',
    })
    expect(decide('L1 fdrtS.median >= 5s', { recovery })[0]!.verdict).toBe('pass')
  })
})

describe('the verdict of a run', () => {
  const results = (...verdicts: Verdict[]) =>
    verdicts.map(verdict => ({ ...decide('L1 recall >= 90%', {})[0]!, verdict }))

  it.each<[Verdict[], boolean, Verdict]>([
    [['pass', 'pass'], true, 'pass'],
    [['pass', 'inconclusive'], true, 'inconclusive'],
    [['inconclusive', 'fail', 'pass'], true, 'fail'],
    [[], true, 'pass'],
    [[], false, 'inconclusive'],
  ])('%j, trials complete %j: %s', (verdicts, isComplete, verdict) => {
    expect(overallVerdict(results(...verdicts), isComplete)).toBe(verdict)
  })
})
