import { describe, expect, it } from 'vitest'
import type { EventData, EventType, TrialEvent } from '../model/event.ts'
import { type GroundTruth, leaveAlone } from '../model/ground-truth.ts'
import { foldInstants } from './instants.ts'

const dayMs = 86_400_000
const revert: GroundTruth = { ...leaveAlone, page: 'must', deploy: 'revert', remedies: ['abort', 'undo'] }

type Written = { [T in EventType]: readonly [t: number, type: T, data: EventData<T>] }[EventType]

/** A log with a deploy `bad` at 120 s beside the stable `good`; `written` need not be in order. */
function fold(written: readonly Written[], truth = revert) {
  const started = { scenario: 's', variant: 'faulty', policy: 'p', level: 'L1', seed: 1, backend: 'sim' }
  const all: readonly Written[] = [
    [0, 'trial.started', { ...started, horizonMs: 1_800_000 }],
    updated(120_000, 'deploy', 'bad'),
    ...written,
    [dayMs, 'trial.ended', {}],
  ]
  const inOrder = all.toSorted((a, b) => a[0] - b[0])
  const events = inOrder.map(([t, type, data], seq) => ({ seq, t, type, data }) as TrialEvent)
  return foldInstants(events, truth)
}

function updated(t: number, release: string, podTemplateHash: string): Written {
  const diff = { file: 'rollout.yaml', key: 'env RELEASE', fromValue: 'a', toValue: 'b' }
  return [t, 'release.updated', { deploy: 0, release, revision: 2, podTemplateHash, ...diff }]
}

/** The five seconds that end at `t`. */
function cell(t: number, touched: number, bad = touched): Written {
  return [t, 'truth.cell', { fromMs: t - 5000, requests: 250, bad, touched }]
}

function serving(t: number, bad: number): Written {
  const versions = [
    { podTemplateHash: 'good', pods: 10 - bad },
    { podTemplateHash: 'bad', pods: bad },
  ]
  return [t, 'traffic.shifted', { versions: versions.filter(({ pods }) => pods > 0) }]
}

function rollout(t: number, phase: string, currentHash: string, stableHash: string, aborted = false): Written {
  const counts = { currentStepIndex: 0, stepCount: 3, updatedReplicas: 1, updatedAvailable: 1, replicas: 10 }
  const status = { name: 'checkout', phase, message: '', revision: 2, currentHash, stableHash, aborted }
  return [t, 'rollout.changed', { ...status, ...counts }]
}

function alarm(t: number, blames: string | null): Written {
  return [t, 'detector.fired', { detector: 'threshold', blames, score: 2, reason: '' }]
}

function operation(t: number, what: string, { ok = true, actor = 'engine' } = {}): Written[] {
  const common = { effectId: `${actor}/${t}`, actor, operation: what }
  return [
    [t, 'operation.started', { ...common, podTemplateHash: 'bad' }],
    [t + 200, 'operation.finished', { ...common, ok, message: ok ? '' : 'refused' }],
  ]
}

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
      badRequests: 5,
      preempted: false,
      latched: false,
    })
  })

  it('know no rollback where the one that was tried was refused', () => {
    const refused = [
      ...story.filter(([, type]) => !type.startsWith('operation')),
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
})
