import { describe, expect, it } from 'vitest'
import type { EventData, EventType, TrialEvent } from '../model/event.ts'
import { type GroundTruth, leaveAlone } from '../model/ground-truth.ts'
import { foldInstants } from './instants.ts'

const dayMs = 86_400_000
const revert: GroundTruth = { ...leaveAlone, page: 'must', deploy: 'revert', remedies: ['abort', 'undo'] }

type Written = { [T in EventType]: readonly [t: number, type: T, data: EventData<T>] }[EventType]

/** A log with a deploy `bad` at 120 s beside the stable `good`; `written` need not be in order. */
function fold(written: readonly Written[], truth = revert) {
  return foldAll([updated(120_000, 'deploy', 'bad'), ...written], truth)
}

function foldAll(written: readonly Written[], truth: GroundTruth) {
  const started = { scenario: 's', variant: 'faulty', policy: 'p', level: 'L1', seed: 1, backend: 'sim' }
  const all: readonly Written[] = [
    [0, 'trial.started', { ...started, horizonMs: 1_800_000 }],
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

/** @param late the release was promoted before the abort was carried out */
function operation(t: number, what: string, { ok = true, actor = 'engine', late = false } = {}): Written[] {
  const common = { effectId: `${actor}/${what}`, actor, operation: what }
  return [
    [t, 'operation.started', { ...common, podTemplateHash: 'bad' }],
    [t + 200, 'operation.finished', { ...common, ok, message: ok ? '' : 'refused' }],
    ...(what === 'abort' && ok && !late ? [aborted(t + 250, actor)] : []),
  ]
}

function aborted(t: number, actor: string): Written {
  return [t, 'rollout.aborted', { actor, podTemplateHash: 'bad', message: '' }]
}

function page(t: number): Written {
  return [t, 'page.sent', { effectId: `page/${t}`, blames: null, reason: '' }]
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
    expect(fold([rollout(600_000, 'Healthy', 'bad', 'bad'), ...more], leaveAlone).resolvedMs).toBe(resolvedMs)
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

/** A flag goes on at 300 s, 302 s being in the first cell that it touches; flagged off at 900 s, touched until 905 s. */
const flagged: GroundTruth = { ...leaveAlone, page: 'must', remedies: ['flagOff'] }
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

  it.each<[string, Written[], object]>([
    ['nobody is paged', trouble.filter(([, type]) => type !== 'page.sent'), { detectedMs: null, paged: false }],
    [
      'only an alarm is raised',
      [...trouble.filter(([, type]) => type !== 'page.sent'), alarm(310_000, 'bad')],
      { detectedMs: null, blamingAlarms: 1 },
    ],
    ['people were paged before', [page(200_000), ...trouble], { detectedMs: 300_000, latched: true }],
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

describe('ill pods', () => {
  const pod = (waitingReason: string, restarts = 0): Written => [
    200_000,
    'pod.changed',
    {
      name: 'bad-1',
      podTemplateHash: 'bad',
      phase: 'Pending',
      waitingReason,
      restarts,
      ready: false,
      lastTerminationReason: '',
    },
  ]

  it.each<[string, Written, string | null]>([
    ['is created', pod('ContainerCreating'), null],
    ['runs', pod(''), null],
    ['restarts', pod('', 1), 'bad-1 restarted'],
    ['waits for its next start', pod('CrashLoopBackOff', 2), 'bad-1 waited, CrashLoopBackOff'],
    ['has no image', pod('ErrImagePull'), 'bad-1 waited, ErrImagePull'],
  ])('one that %s', (_, written, illPod) => {
    expect(fold([written], leaveAlone).illPod).toBe(illPod)
  })
})
