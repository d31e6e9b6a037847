import { describe, expect, it } from 'vitest'
import { calm, faultyScenario, judgedRun, reverted, trial, unnoticed } from './fixtures/trials.ts'
import type { TrialFacts } from './instants.ts'
import { summarize } from './summarize.ts'

/** Acts at 135 s, the end of the cell of an onset at 130 s. */
const knowing: TrialFacts = { ...reverted, badRequests: 140, decisive: '135000 operation.started abort' }

function bound(
  factsOf: (seed: number) => Partial<TrialFacts>,
  { seeds = 40, bounded = ['careful', 'clairvoyant'] } = {},
) {
  const trials = Array.from({ length: seeds }, (_, i) => i + 1).flatMap(seed => [
    trial('bad-config', 'faulty', seed, ['clairvoyant', 'L1'], { ...knowing, badRequests: 140 + (seed % 3) }),
    trial('bad-config', 'faulty', seed, ['careful', 'L1'], { ...knowing, ...factsOf(seed) }),
    trial('bad-config', 'faulty', seed, ['null', 'L1'], unnoticed),
    trial('bad-config', 'twin', seed, ['null', 'L1'], calm),
  ])
  return summarize(judgedRun([faultyScenario('bad-config')], trials, { bounded, suite: { levels: ['L1'] } }))
    .brokenBounds
}

describe('the bound by who knows everything', () => {
  it('is broken by less harm than is possible, and names the trials', () => {
    const broken = bound(seed => ({ badRequests: 100 + (seed % 5) }))
    expect(broken).toMatchObject([{ policy: 'careful', level: 'L1' }])
    expect(broken[0]!.trials).toHaveLength(40)
    expect(broken[0]!.high).toBeLessThan(0)
    expect(broken[0]!.meanDifference).toBe(102 - 141)
  })

  it('is broken however long the release was held before', () => {
    const decisive =
      '140000 operation.started hold\n150000 operation.started abort\n160000 operation.started fix by human'
    expect(bound(() => ({ badRequests: 100, decisive }))).toHaveLength(1)
  })

  it.each<[string, (seed: number) => Partial<TrialFacts>, object?]>([
    ['more harm', () => ({ badRequests: 180 })],
    ['as much', seed => ({ badRequests: 140 + (seed % 3) })],
    ['less by luck now and then', seed => ({ badRequests: seed === 7 ? 20 : 141 + (seed % 3) })],
    ['less, as it had acted before the onset', () => ({ badRequests: 10, decisive: '131000 operation.started abort' })],
    [
      'less, by one restart after the other',
      () => ({ badRequests: 10, decisive: '140000 operation.started restartPod\n150000 operation.started restartPod' }),
    ],
    ['less, on other manifests', () => ({ badRequests: 10 }), { bounded: ['null', 'clairvoyant'] }],
    ['less in a few trials', () => ({ badRequests: 10 }), { seeds: 19 }],
  ])('holds with %s', (_, factsOf, options) => {
    expect(bound(factsOf, options)).toEqual([])
  })
})
