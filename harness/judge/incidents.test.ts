import { describe, expect, it } from 'vitest'
import { type GroundTruth, leaveAlone } from '../model/ground-truth.ts'
import {
  alarm,
  cell,
  fold,
  foldAll,
  operation,
  page,
  rollout,
  serving,
  updated,
  type Written,
} from './fixtures/logs.ts'

const flagged: GroundTruth = { ...leaveAlone, page: 'must', remedies: ['flagOff'] }
/** Touched from 300 s on, paged at 360 s, the flag switched off at 900 s, touched until 905 s. */
const trouble: readonly Written[] = [
  cell(305_000, 9),
  page(360_000),
  ...operation(900_000, 'flagOff', { actor: 'human' }),
  cell(905_000, 2),
]

describe('instants of an incident', () => {
  const whole = {
    onsetMs: 300_000,
    detectedMs: 360_000,
    actedMs: 900_000,
    effectiveMs: 900_200,
    recoveredMs: 905_000,
    resolvedMs: 905_000,
    preempted: false,
    blamingAlarms: 0,
  }

  it('without a deploy run from the first touched request over the first page to the remedy', () => {
    expect(foldAll(trouble, flagged)).toMatchObject({ ...whole, deployedMs: null, endPhase: '', revertedMs: {} })
  })

  it('begin within their first touched cell where the flag is switched then', () => {
    const flag: Written = [302_000, 'flag.changed', { actor: 'human', flag: 'f', fromValue: 'a', toValue: 'b' }]
    expect(foldAll([flag, ...trouble], flagged)).toMatchObject({ ...whole, onsetMs: 302_000 })
  })

  it('beside a good deploy wait for that to be live too', () => {
    const served = [serving(302_000, 2), serving(500_000, 10)]
    expect(fold([...trouble, ...served], flagged)).toMatchObject({ ...whole, deployedMs: 120_000, resolvedMs: null })
    const live = [...trouble, ...served, rollout(600_000, 'Healthy', 'bad', 'bad')]
    expect(fold(live, flagged)).toMatchObject(whole)
    const late = [...trouble, rollout(1_000_000, 'Healthy', 'bad', 'bad')]
    expect(fold(late, flagged).resolvedMs).toBe(1_000_000)
  })

  it('take no rollback for what ended it, or for anything but false', () => {
    const both = [...trouble, ...operation(400_000, 'abort'), rollout(401_000, 'Degraded', 'bad', 'good', true)]
    expect(fold(both, flagged)).toMatchObject({
      ...whole,
      resolvedMs: null,
      revertedMs: { engine: 400_000 },
      actions: ['abort'],
    })
  })

  it('are not resolved by another release, nor where a good one was taken back before anybody felt anything', () => {
    const passed: readonly Written[] = [cell(305_000, 9), page(360_000), cell(905_000, 2)]
    const retried: Written[] = [
      ...operation(400_000, 'release', { actor: 'human' }),
      updated(400_300, 'revert', 'good'),
      rollout(460_000, 'Healthy', 'good', 'good'),
    ]
    expect(foldAll([...passed, ...retried], flagged)).toMatchObject({ actedMs: null, resolvedMs: null })
    const early = operation(200_000, 'flagOff', { actor: 'human' })
    expect(foldAll(early, flagged)).toMatchObject({ preempted: true, resolvedMs: 200_200 })
    const takenBack = [...early, ...operation(210_000, 'abort'), rollout(211_000, 'Degraded', 'bad', 'good', true)]
    expect(fold(takenBack, flagged)).toMatchObject({ preempted: true, resolvedMs: null })
  })

  it.each<[string, Written[], object]>([
    ['nobody is paged', trouble.filter(([, type]) => type !== 'page.sent'), { detectedMs: null, paged: false }],
    [
      'only an alarm is raised',
      [...trouble.filter(([, type]) => type !== 'page.sent'), alarm(310_000, 'bad')],
      { detectedMs: null, blamingAlarms: 1 },
    ],
    ['people were paged before', [page(200_000), ...trouble], { detectedMs: 300_000, latched: true }],
    [
      'people were paged before the flag was switched, about something else',
      [
        page(200_000),
        [290_000, 'flag.changed', { actor: 'human', flag: 'f', fromValue: 'a', toValue: 'b' }],
        ...trouble,
      ],
      { onsetMs: 300_000, detectedMs: 360_000, latched: false },
    ],
    [
      'nobody does anything',
      trouble.filter(([, type]) => !type.startsWith('operation')),
      { actedMs: null, recoveredMs: 905_000, resolvedMs: null },
    ],
    [
      'somebody scales',
      [...trouble.filter(([, type]) => !type.startsWith('operation')), ...operation(400_000, 'scale')],
      { actedMs: null, resolvedMs: null, actions: ['scale'] },
    ],
    [
      'the remedy comes after the trouble has passed',
      [...trouble.filter(([, type]) => !type.startsWith('operation')), ...operation(2_000_000, 'flagOff')],
      { actedMs: null, recoveredMs: 905_000, resolvedMs: 2_000_200 },
    ],
    [
      'it goes on',
      [...trouble, [1_800_000, 'truth.carried', { badPerHour: 9, touchedPerHour: 9 }]],
      { recoveredMs: null, resolvedMs: null, actedMs: 900_000 },
    ],
    [
      'it went wrong too early to be remedied',
      [...trouble.filter(([, type]) => !type.startsWith('operation')), ...operation(200_000, 'flagOff')],
      { actedMs: null, resolvedMs: null },
    ],
  ])('where %s', (_, written, facts) => {
    expect(foldAll(written, flagged)).toMatchObject(facts)
  })

  it('know that whatever is blamed or rolled back without a deploy is so wrongly', () => {
    const blamed = [...trouble, alarm(310_000, 'bad'), ...operation(311_000, 'undo')]
    expect(foldAll(blamed, flagged)).toMatchObject({
      blamingAlarms: 1,
      revertedMs: { engine: 311_000 },
      actedMs: 900_000,
    })
  })
})
