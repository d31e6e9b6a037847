import { describe, expect, it } from 'vitest'
import type { PodView, RolloutView, TimedObservation } from '../../harness/model/observation.ts'
import { updatingRollout } from '../fixtures/rollout-view.ts'
import type { DetectorContext, Finding } from './detector.ts'
import { progress } from './progress.ts'

const minute = 60_000

function podOf(name: string, more: Partial<PodView> = {}): PodView {
  const podTemplateHash = name.startsWith('old') ? 'old' : 'new'
  const running = { phase: 'Running', waitingReason: '', restarts: 0, ready: true, lastTerminationReason: '' } as const
  return { name, podTemplateHash, ...running, ...more }
}

type Change = [atMs: number, change: PodView | Partial<RolloutView> | 'time']

/** Plays changes to a detector that was created at 0 with these pods. */
function play(tuning: object, before: PodView[], changes: Change[]): (Finding & { atMs: number })[] {
  const chosen = progress.tuning.parse(tuning)
  const pods: Record<string, PodView> = Object.fromEntries(before.map(pod => [pod.name, pod]))
  let view = updatingRollout
  const context = (nowMs: number) =>
    ({ nowMs, judgedHash: 'new', stableHash: 'old', pods, rollout: view }) as unknown as DetectorContext
  const state = progress.create(chosen, context(0))
  return changes.flatMap(([atMs, change]) => {
    let observation: TimedObservation = { type: 'time.passed', t: atMs }
    if (change !== 'time' && 'restarts' in change) {
      pods[change.name] = change
      observation = { type: 'pod.changed', pod: change, t: atMs }
    } else if (change !== 'time') {
      view = { ...view, ...change }
      observation = { type: 'rollout.changed', rollout: view, t: atMs }
    }
    const finding = progress.observe(state, chosen, observation, context(atMs))
    return finding === undefined ? [] : [{ ...finding, atMs }]
  })
}

const stable = [podOf('old-1'), podOf('old-2')]
const crash = { waitingReason: 'CrashLoopBackOff', ready: false, restarts: 1 }
const pull = { phase: 'Pending', waitingReason: 'ErrImagePull', ready: false } as const
const backOff = { ...pull, waitingReason: 'ImagePullBackOff' }

describe('the progress detector', () => {
  it('blames a revision when two of its pods crash in a loop', () => {
    const found = play({}, stable, [
      [1000, podOf('new-1', { ready: false })],
      [1000, podOf('new-2', { ready: false })],
      [6000, podOf('new-1', crash)],
      [7000, podOf('new-2', crash)],
    ])
    expect(found).toEqual([{ atMs: 7000, blames: 'new', reason: '2 of 2 pods: CrashLoopBackOff' }])
  })

  it('needs no second pod when there is only one', () => {
    const found = play({}, stable, [[6000, podOf('new-1', crash)]])
    expect(found).toEqual([{ atMs: 6000, blames: 'new', reason: '1 of 1 pods: CrashLoopBackOff' }])
  })

  it('blames none when a pod of the stable version does the same', () => {
    const found = play({}, [podOf('old-1', crash), podOf('old-2')], [[6000, podOf('new-1', crash)]])
    expect(found).toEqual([{ atMs: 6000, blames: null, reason: 'pods of both versions: CrashLoopBackOff' }])
  })

  it('forgives one pod of two, pods that are gone and what the stable version does alone', () => {
    expect(
      play({}, stable, [
        [1000, podOf('new-2')],
        [6000, podOf('new-1', crash)],
        [7000, podOf('new-3', { ...crash, phase: 'Terminating' })],
        [7000, podOf('new-4', { ...crash, phase: 'Gone' })],
        [8000, podOf('old-1', crash)],
        [8000, podOf('old-2', crash)],
      ]),
    ).toEqual([])
  })

  it('lets a failed pull pass for 30 s, counted from the first of two reasons that alternate', () => {
    const found = play({}, stable, [
      [5000, podOf('new-1', pull)],
      [15_000, podOf('new-1', backOff)],
      [30_000, 'time'],
      [34_999, 'time'],
      [35_000, 'time'],
    ])
    expect(found).toEqual([{ atMs: 35_000, blames: 'new', reason: '1 of 1 pods: ImagePullBackOff' }])
    const recovered = play({}, stable, [
      [5000, podOf('new-1', pull)],
      [20_000, podOf('new-1')],
      [60_000, 'time'],
    ])
    expect(recovered).toEqual([])
  })

  it('counts restarts within the window, and none from before the deploy', () => {
    const restarted = (restarts: number) => podOf('new-1', { restarts })
    const spread: Change[] = [1, 12, 23].map((at, i) => [at * minute, restarted(i + 1)])
    const patient = { deadline: '24h' }
    expect(play(patient, stable, spread)).toEqual([])
    const close: Change[] = [1, 12, 21].map((at, i) => [at * minute, restarted(i + 1)])
    expect(play(patient, stable, close)).toEqual([
      { atMs: 21 * minute, blames: 'new', reason: '1 of 1 pods: 3 restarts' },
    ])
    const old = [podOf('old-1', { restarts: 9 }), podOf('old-2', { restarts: 7 })]
    expect(play({}, old, [[minute, restarted(2)]])).toMatchObject([{ blames: 'new' }])
    expect(play({}, [...stable, restarted(5)], [[minute, restarted(5)]])).toEqual([])
  })

  it('blames a revision whose pods are not ready at the deadline', () => {
    const unready: Change[] = [
      [1000, podOf('new-1', { ready: false })],
      [1000, podOf('new-2', { ready: false })],
      [10 * minute - 1, 'time'],
      [10 * minute, 'time'],
    ]
    expect(play({}, stable, unready)).toEqual([{ atMs: 10 * minute, blames: 'new', reason: 'no progress for 600 s' }])
    const [, ...both] = unready
    expect(play({}, [podOf('old-1', { ready: false })], both)).toMatchObject([{ blames: null }])
  })

  it('blames none for pods that find no place', () => {
    const pending: Change[] = [
      [1000, podOf('new-1', { phase: 'Pending', ready: false })],
      [10 * minute, 'time'],
    ]
    expect(play({}, stable, pending)).toEqual([{ atMs: 10 * minute, blames: null, reason: 'no progress for 600 s' }])
  })

  it('starts the deadline anew with every progress, and stops it while the rollout rests', () => {
    expect(
      play({}, stable, [
        [8 * minute, { updatedAvailable: 1 }],
        [17 * minute, 'time'],
        [17 * minute, { phase: 'Paused' }],
        [60 * minute, 'time'],
        [60 * minute, { phase: 'Progressing', currentStepIndex: 2 }],
        [69 * minute, 'time'],
        [69 * minute, { updatedAvailable: 2 }],
        [89 * minute, 'time'],
        [89 * minute, { updatedAvailable: 1 }],
        [98 * minute, { updatedAvailable: 1, stableHash: 'new' }],
        [200 * minute, 'time'],
      ]),
    ).toEqual([])
  })
})
