import { describe, expect, it } from 'vitest'
import { calm, faultyScenario, judgedRun, reverted, trial, unnoticed } from './fixtures/trials.ts'
import type { TrialFacts } from './instants.ts'
import { summarize } from './summarize.ts'
import type { DifferenceRow } from './summary.ts'

const scenario = faultyScenario('bad-config')
const seeds = Array.from({ length: 20 }, (_, i) => i + 1)
const page = '150000 page.sent'
const atL1: TrialFacts = { ...reverted, decisive: `${page}\n9000000 cause.found` }
/** Each reads a diagnosis at once, and is a little faster for it. */
const atL2 = (seed: number): TrialFacts => ({
  ...atL1,
  resolvedMs: atL1.resolvedMs! - 1_000_000 - seed * 1000,
  decisive: `${page}\n400000 diagnosis.read`,
  toolCalls: 5,
})

function differences(l1: (seed: number) => TrialFacts, l2: (seed: number) => TrialFacts): readonly DifferenceRow[] {
  const trials = seeds.flatMap(seed => [
    trial('bad-config', 'faulty', seed, ['null', 'L1'], unnoticed),
    trial('bad-config', 'twin', seed, ['null', 'L1'], calm),
    trial('bad-config', 'faulty', seed, ['careful', 'L1'], l1(seed)),
    trial('bad-config', 'faulty', seed, ['careful', 'L2'], l2(seed)),
    trial('bad-config', 'twin', seed, ['careful', 'L1'], calm),
    trial('bad-config', 'twin', seed, ['careful', 'L2'], calm),
  ])
  return summarize(judgedRun([scenario], trials, { suite: { levels: ['L1', 'L2', 'L3'] } })).differences
}

describe('two levels', () => {
  it('differ by the mean over the same seeds, with the event that made it', () => {
    const [row, ...others] = differences(() => atL1, atL2)
    expect(others).toEqual([])
    expect(row).toMatchObject({ scenario: 'bad-config', below: 'L1', level: 'L2', pairs: 20 })
    // Seeds 1 to 20 are 1001 to 1020 s faster.
    expect(row!.timeToResolveS.value).toBeCloseTo(-1010.5, 9)
    expect(row!.timeToResolveS).toMatchObject({
      answer: 'better',
      event: 'diagnosis.read',
      eventAt: 'L2',
      eventShare: 1,
    })
    expect(row!.timeToResolveS.high).toBeLessThan(-1007)
    expect(row!.fdrtS).toMatchObject({ value: 0, low: 0, high: 0, answer: 'cannot tell', event: null })
  })

  it('that do the same have no row', () => {
    expect(
      differences(
        () => atL1,
        () => atL1,
      ),
    ).toEqual([])
  })

  it('cannot be told apart by what goes one way as often as the other', () => {
    const some = (seed: number) => ({ ...atL1, badRequests: 190 + (seed % 2 === 0 ? 40 : -40), toolCalls: 5 })
    const [row] = differences(() => atL1, some)
    expect(row!.badRequests).toMatchObject({ value: 0, answer: 'cannot tell' })
  })

  it('are compared up to a day where one never resolves, and not where it has no times', () => {
    const [row] = differences(
      () => atL1,
      seed => (seed <= 10 ? { ...atL1, resolvedMs: null } : { ...atL1, preempted: true, badRequests: 100 }),
    )
    // Resolved 7,200 s after the onset, or a day after the trial's start: 86,270 s after it.
    expect(row!.timeToResolveS).toMatchObject({ value: 79_070, answer: 'worse' })
    expect(row!.badRequests).toMatchObject({ value: -45, answer: 'better' })
  })
})
