import { describe, expect, it } from 'vitest'
import { type GroundTruth, leaveAlone } from '../model/ground-truth.ts'
import {
  aborted,
  alarm,
  cell,
  dayMs,
  fold,
  operation,
  revert,
  rollout,
  serving,
  updated,
  type Written,
} from './fixtures/logs.ts'

/** Served from 131 s, touched until 160 s, blamed at 150 s, aborted at 151 s. */
const story: readonly Written[] = [
  serving(131_000, 2),
  cell(135_000, 3),
  cell(140_000, 0),
  alarm(150_000, 'bad'),
  ...operation(151_000, 'abort'),
  rollout(151_300, 'Degraded', 'bad', 'good', true),
  cell(160_000, 2),
  serving(160_000, 0),
]

describe('instants of a trial', () => {
  it('lie between the first and the last request that the fault touched', () => {
    expect(fold(story)).toMatchObject({
      deployedMs: 120_000,
      onsetMs: 131_000,
      detectedMs: 150_000,
      actedMs: 151_000,
      effectiveMs: 160_000,
      recoveredMs: 160_000,
      resolvedMs: null,
      revertedMs: { engine: 151_000 },
      requests: 750,
      badRequests: 5,
      preempted: false,
      latched: false,
    })
  })

  it('know no rollback where the one that was tried was refused', () => {
    const refused = [
      ...story.filter(([, type]) => !/^operation|rollout.aborted/.test(type)),
      ...operation(151_000, 'undo', { ok: false }),
    ]
    expect(fold(refused)).toMatchObject({ actedMs: null, effectiveMs: null, revertedMs: {} })
    const again = fold([...refused, ...operation(155_000, 'undo')])
    expect(again).toMatchObject({ actedMs: 155_000, revertedMs: { engine: 155_000 } })
  })

  it.each<[string, Written[]]>([
    ['while the bad release is still wanted', [rollout(170_000, 'Progressing', 'bad', 'good')]],
    ['while requests are touched at the end', [[1_800_000, 'truth.carried', { badPerHour: 9, touchedPerHour: 9 }]]],
    ['while a pod suffers', [[170_000, 'truth.pod', { pod: 'bad-1', touched: true }]]],
    ['until it was seen for a minute', [cell(dayMs - 59_000, 1)]],
  ])('hold no recovery %s', (_, more) => {
    expect(fold([...story, ...more]).recoveredMs).toBeNull()
  })

  it('count an alarm before onset as detected at onset, and apart', () => {
    expect(fold([...story, alarm(125_000, 'bad')])).toMatchObject({ latched: true, detectedMs: 131_000 })
  })

  it('count a rollback before onset as pre-empted', () => {
    const early = [...story, alarm(125_000, 'bad'), ...operation(126_000, 'abort')]
    expect(fold(early)).toMatchObject({ preempted: true, latched: false, revertedMs: { engine: 126_000 } })
    const byHand = [...story, ...operation(126_000, 'abort', { actor: 'human' })]
    expect(fold(byHand)).toMatchObject({ preempted: false })
  })

  it.each<[string, Written]>([
    ['blames nobody', alarm(140_000, null)],
    ['blames another revision', alarm(140_000, 'good')],
    ['comes after the horizon', alarm(1_800_001, 'bad')],
  ])('hold no detection where the only alarm %s', (_, other) => {
    const quiet = story.filter(([, type]) => type !== 'detector.fired')
    expect(fold([...quiet, other])).toMatchObject({ detectedMs: null, blamingAlarms: 0 })
  })

  it('take a bad deploy for resolved by its repair alone, a good one by itself', () => {
    const lives = [...story, rollout(600_000, 'Healthy', 'bad', 'bad')]
    expect(fold(lives).resolvedMs).toBeNull()
    expect(fold(lives, leaveAlone).resolvedMs).toBe(600_000)
    const repaired = [...lives, updated(7_200_000, 'fix', 'fixed'), rollout(7_800_000, 'Healthy', 'fixed', 'fixed')]
    expect(fold(repaired).resolvedMs).toBe(7_800_000)
  })

  it('carry bad requests on from the horizon to the end', () => {
    const carried: Written[] = [
      [1_800_000, 'truth.carried', { badPerHour: 100, touchedPerHour: 50 }],
      [5_400_000, 'truth.carried', { badPerHour: 10, touchedPerHour: 0 }],
    ]
    const facts = fold([...story, ...carried])
    expect(facts.badRequestsToEnd).toBeCloseTo(5 + 100 + (10 * (dayMs - 5_400_000)) / 3_600_000, 9)
    expect(facts.recoveredMs).toBe(5_400_000)
  })

  it('know no rollback by an abort that a promotion beat, only by the undo that follows', () => {
    const beaten = story.filter(([, type]) => !/^operation|rollout.aborted/.test(type))
    const [first, second] = [operation(151_000, 'abort', { late: true }), operation(153_000, 'undo')]
    expect(fold([...beaten, ...first])).toMatchObject({ actedMs: null, revertedMs: {}, actions: [] })
    expect(fold([...beaten, ...first, ...second])).toMatchObject({
      actedMs: 153_000,
      revertedMs: { engine: 153_000 },
      actions: ['undo'],
    })
  })

  it("take an abort for argo's where argo was faster", () => {
    const faster = [...story.filter(([, type]) => type !== 'rollout.aborted'), aborted(151_100, 'argo')]
    expect(fold(faster)).toMatchObject({ actedMs: 151_100, revertedMs: { argo: 151_100 } })
  })

  it('count what engine and argo did up to the horizon, and nothing that people did', () => {
    const more = [...operation(1_900_000, 'restart'), ...operation(200_000, 'undo', { actor: 'human' })]
    expect(fold([...story, ...more]).actions).toEqual(['abort'])
  })

  it.each<[string, Written[], number | null]>([
    ['stays live', [], 600_000],
    ['is taken back afterwards', [rollout(700_000, 'Healthy', 'good', 'good')], null],
    [
      'is taken back and released again',
      [
        rollout(700_000, 'Healthy', 'good', 'good'),
        updated(800_000, 'retry', 'bad'),
        rollout(900_000, 'Healthy', 'bad', 'bad'),
      ],
      900_000,
    ],
    [
      'has its pods replaced',
      [rollout(700_000, 'Progressing', 'bad', 'bad'), rollout(710_000, 'Healthy', 'bad', 'bad')],
      600_000,
    ],
  ])('take a good deploy for resolved from when on it is live to the end: it %s', (_, more, resolvedMs) => {
    const live = [rollout(590_000, 'Progressing', 'bad', 'bad'), rollout(600_000, 'Healthy', 'bad', 'bad')]
    expect(fold([...live, ...more], leaveAlone).resolvedMs).toBe(resolvedMs)
  })

  it('know of a repair that it ended the fault where nobody rolled back', () => {
    const release: Written[] = [
      ...operation(7_200_000, 'release', { actor: 'human' }),
      updated(7_200_300, 'fix', 'fixed'),
      rollout(7_800_000, 'Healthy', 'fixed', 'fixed'),
    ]
    const unstopped = [serving(131_000, 2), cell(135_000, 3), cell(7_700_000, 1), serving(7_700_000, 0), ...release]
    const unsafe: GroundTruth = { ...revert, remedies: [], rollbackSafe: false }
    const ended = { actedMs: 7_200_000, effectiveMs: 7_700_000, recoveredMs: 7_700_000, resolvedMs: 7_800_000 }
    expect(fold(unstopped, unsafe)).toMatchObject(ended)
    // After a rollback that ended it, the repair is none of its ends.
    expect(fold([...story, ...release]).actedMs).toBe(151_000)
  })
})
