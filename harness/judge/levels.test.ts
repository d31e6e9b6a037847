import { describe, expect, it } from 'vitest'
import { calm, faultyScenario, judgedRun, reverted, trial, unnoticed } from './fixtures/trials.ts'
import type { TrialFacts } from './instants.ts'
import { summarize } from './summarize.ts'

const scenario = faultyScenario('bad-config')
const nulls = [1, 2, 3].flatMap(seed => [
  trial('bad-config', 'faulty', seed, ['null', 'L1'], unnoticed),
  trial('bad-config', 'twin', seed, ['null', 'L1'], calm),
])

describe('levels', () => {
  const seeds = [1, 2, 3]
  const at = (level: 'L0' | 'L1', facts: TrialFacts) =>
    seeds.flatMap(seed => [
      trial('bad-config', 'faulty', seed, ['careful', level], facts),
      trial('bad-config', 'twin', seed, ['careful', level], calm),
    ])
  const same = (levels: ('L0' | 'L1' | 'L2' | 'L4')[], l0: TrialFacts, facts: TrialFacts) =>
    summarize(
      judgedRun(
        [scenario],
        [...nulls, ...at('L0', l0), ...at('L1', facts)].filter(one => one.scenario === 'bad-config'),
        {
          suite: { levels },
        },
      ),
    ).levels.map(({ level, sameAs, recall }) => [level, sameAs, recall.value])

  it.each([
    [
      ['L0', 'L1', 'L2', 'L4'],
      unnoticed,
      reverted,
      [
        ['L0', null, 0],
        ['L1', null, 1],
        ['L2', 'L1', 1],
        ['L4', 'L1', 1],
      ],
    ],
    [
      ['L2', 'L4'],
      unnoticed,
      reverted,
      [
        ['L2', null, 1],
        ['L4', 'L2', 1],
      ],
    ],
    [
      ['L0', 'L1', 'L2'],
      unnoticed,
      unnoticed,
      [
        ['L0', null, 0],
        ['L1', 'L0', 0],
        ['L2', 'L1', 0],
      ],
    ],
    [['L1'], unnoticed, reverted, [['L1', null, 1]]],
  ] as const)('%j repeat what acted the same', (levels, l0, facts, expected) => {
    expect(same([...levels], l0, facts)).toEqual(expected)
  })
})
