import { describe, expect, it, test } from 'vitest'
import { criterionOf } from '../model/fixtures/criteria.ts'
import { streamKey, uniform } from '../stats/uniform.ts'
import type { EvidenceRow } from './criteria.ts'
import { calm, faultyScenario, judgedRun, reverted, trial, unnoticed } from './fixtures/trials.ts'
import { rowEvidence } from './row-figures.ts'
import { decideAtLooks, planLooks } from './sequential.ts'
import { summarize } from './summarize.ts'

test.each([
  [100, [7, 13, 25, 50, 100]],
  [16, [1, 2, 4, 8, 16]],
  [3, [1, 2, 3]],
  [1, [1]],
])('%d seeds are looked at after %j', (seeds, looks) => {
  expect(planLooks(seeds)).toEqual(looks)
})

describe('a criterion that is decided look by look', () => {
  const claim = criterionOf('L1 falseActionRate.twins < 1%')
  const looks = [13, 25, 50, 100]
  const twinsASeed = 20
  /** @param acted whether the i-th twin was acted on */
  const rowsAt = (acted: (i: number) => boolean) => (seeds: number) => {
    const twins = { count: 0, n: twinsASeed * seeds }
    for (let i = 0; i < twins.n; i++) if (acted(i)) twins.count++
    const evidence = { ...rowEvidence([]), acted: { twins, scares: [] } }
    const row: EvidenceRow = { policy: 'careful', level: 'L1', trials: [], evidence }
    return { rows: [row], apart: [] }
  }
  const decide = (acted: (i: number) => boolean, taken = looks.length) =>
    decideAtLooks([claim], looks, taken, rowsAt(acted), 1)[0]!

  it('is decided at the first look at which its bound is clear, on the trials of that look', () => {
    // Clean: 500 twins at the level of 0.006 show less than 1.02 %, 1000 at 0.0125 less than 0.44 %.
    expect(decide(() => false)).toMatchObject({ verdict: 'pass', look: 3, n: 1000, observed: 0, confidence: 0.9875 })
    expect(decide(i => i % 20 === 0)).toMatchObject({ verdict: 'fail', look: 1, n: 260 })
  })

  it('stays decided, whatever comes later', () => {
    expect(decide(i => i > 1000)).toMatchObject({ verdict: 'pass', look: 3 })
  })

  it('is open where no look decides it, and says how much more is likely to', () => {
    const open = decide(i => i % 125 === 0)
    expect(open).toMatchObject({ verdict: 'inconclusive', look: null, n: 2000, confidence: 0.975 })
    expect(open.wanted).toBeGreaterThan(4000)
    expect(open.wanted).toBeLessThan(40_000)
  })

  it('is open before its first look has all its trials', () => {
    expect(decide(() => true, 0)).toMatchObject({ verdict: 'inconclusive', look: null })
  })

  it('that lies on its bound is decided wrongly in at most 5 % of the runs', () => {
    const key = streamKey(3, 'test', 'looks')
    const runs = 400
    const total = twinsASeed * looks.at(-1)!
    let [passed, failed] = [0, 0]
    for (let run = 0; run < runs; run++) {
      const acted = Uint8Array.from({ length: total }, (_, i) => (uniform(key, run * total + i) < 0.01 ? 1 : 0))
      const { verdict } = decide(i => acted[i] === 1)
      if (verdict === 'pass') passed++
      if (verdict === 'fail') failed++
    }
    expect(passed / runs).toBeLessThanOrEqual(0.05)
    expect(failed / runs).toBeLessThanOrEqual(0.05)
    expect(passed + failed).toBeGreaterThan(0)
  })
})

test('a summary tells the looks, and what is missing in seeds and trials', () => {
  const scenarios = [faultyScenario('bad-config')]
  const seeds = 40
  const trials = Array.from({ length: seeds }, (_, i) => [
    trial('bad-config', 'faulty', i + 1, ['careful', 'L1'], i % 20 === 0 ? unnoticed : reverted),
    trial('bad-config', 'twin', i + 1, ['careful', 'L1'], calm),
  ]).flat()
  const criteria = ['L1 recall >= 50%', 'L1 recall >= 90%', 'L1 falseActionRate.twins < 1%'].map(criterionOf)
  const suite = { levels: ['L1' as const], seeds, criteria }
  const plannedLooks = [5, 10, 20, 40, 80]
  const summary = summarize(judgedRun(scenarios, trials, { suite, plannedLooks, plannedTrials: 80 }))
  expect(summary.looks).toEqual({ planned: plannedLooks, taken: 4 })
  expect(summary.criteria.map(({ look, n }) => [look, n])).toEqual([
    [3, 20],
    [null, 40],
    [null, 40],
  ])
  expect(summary.criteria[0]!.missing).toBeNull()
  // At the last look's level of 0.025, 368 clean twins would do; likely 1 more in a hundred trials would not.
  expect(summary.criteria[2]!.missing).toEqual({ n: 368 - 40, seeds: 328, trials: 656 })
  expect(summary.verdict).toBe('inconclusive')
})
