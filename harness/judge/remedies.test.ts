import { describe, expect, it } from 'vitest'
import type { RootCause } from '../model/cause.ts'
import { type GroundTruth, leaveAlone } from '../model/ground-truth.ts'
import {
  aborted,
  cell,
  fold,
  foldAll,
  operation,
  page,
  rollout,
  serving,
  updated,
  verified,
  type Written,
} from './fixtures/logs.ts'

const trouble = (...remedies: GroundTruth['remedies']): GroundTruth => ({ ...leaveAlone, page: 'must', remedies })

describe('safe actions', () => {
  it('end a fault with the last of several', () => {
    const restarts = [300_000, 360_000, 420_000].flatMap(t => operation(t, 'restartPod'))
    const log = [cell(205_000, 5), ...restarts, verified(400_000, 'engine/restartPod', 'better'), cell(425_000, 5)]
    expect(foldAll(log, trouble('restartPod'))).toMatchObject({
      onsetMs: 200_000,
      actedMs: 420_000,
      recoveredMs: 425_000,
      resolvedMs: 425_000,
      actions: ['restartPod'],
    })
  })

  it('that remedy nothing end nothing', () => {
    const log = [cell(205_000, 5), ...operation(300_000, 'quietLog'), cell(425_000, 5)]
    expect(foldAll(log, trouble('scale'))).toMatchObject({ actedMs: null, resolvedMs: null })
  })

  it('of the kubelet are none', () => {
    const log = [cell(205_000, 5), ...operation(300_000, 'restartPod', { actor: 'kubelet' }), cell(425_000, 5)]
    expect(foldAll(log, trouble('restartPod'))).toMatchObject({ actedMs: null, resolvedMs: null, actions: [] })
  })
})

describe('a lack of capacity', () => {
  const root: RootCause = { kind: 'lack of capacity', entity: null, change: null }
  const truth = trouble('scale')

  it('begins and ends where more than a hundredth of the requests is bad, not where they wait a little', () => {
    const log = [
      cell(60_000, 100, 1),
      cell(305_000, 100, 3),
      ...operation(400_000, 'scale'),
      cell(405_000, 100, 9),
      cell(500_000, 100, 1),
    ]
    expect(foldAll(log, truth, root)).toMatchObject({ onsetMs: 300_000, actedMs: 400_000, recoveredMs: 405_000 })
    expect(foldAll(log, truth)).toMatchObject({ onsetMs: 55_000, recoveredMs: 500_000 })
  })

  it('goes on after the horizon at the same share', () => {
    const carried = (badPerHour: number): Written => [
      1_800_000,
      'truth.carried',
      { badPerHour, touchedPerHour: 90_000 },
    ]
    const log = [cell(305_000, 100, 9), cell(1_800_000, 100, 1)]
    // 250 requests in five seconds are 180,000 an hour.
    expect(foldAll([...log, carried(1799)], truth, root).recoveredMs).toBe(305_000)
    expect(foldAll([...log, carried(1800)], truth, root).recoveredMs).toBeNull()
  })

  it('that is remedied before anybody feels it is prevented, and has no times', () => {
    expect(foldAll([cell(60_000, 100, 1), ...operation(100_000, 'scale')], truth, root)).toMatchObject({
      onsetMs: null,
      preempted: true,
      resolvedMs: 100_200,
    })
    expect(foldAll([cell(60_000, 100, 1)], truth, root)).toMatchObject({ preempted: false, resolvedMs: null })
  })
})

describe('a tight threshold that stops a good deploy', () => {
  const root: RootCause = { kind: 'tight threshold', entity: null, change: null }
  const truth = trouble('widenThreshold')
  const measured = (t: number, phase: string, dryRun: boolean): Written => [
    t,
    'analysisRun.changed',
    {
      name: 'run',
      kind: 'Background',
      podTemplateHash: 'bad',
      phase: dryRun ? 'Running' : phase,
      message: '',
      metrics: [{ name: 'errors', phase, dryRun }],
    },
  ]
  const stopped = [measured(300_000, 'Failed', false), aborted(300_000, 'argo'), page(300_100)]

  it('begins when the analysis speaks against it, and ends when it is live and healthy', () => {
    const healed = [
      ...stopped,
      ...operation(400_000, 'widenThreshold'),
      ...operation(401_000, 'retry'),
      rollout(900_000, 'Healthy', 'bad', 'bad'),
    ]
    expect(fold(healed, truth, root)).toMatchObject({
      onsetMs: 300_000,
      detectedMs: 300_100,
      actedMs: 400_000,
      recoveredMs: 900_000,
      resolvedMs: 900_000,
    })
    expect(fold(stopped, truth, root)).toMatchObject({ onsetMs: 300_000, recoveredMs: null, resolvedMs: null })
  })

  it('is told where the analysis runs dry, and harms nothing', () => {
    const dry = [
      measured(300_000, 'Running', true),
      measured(320_000, 'Failed', true),
      rollout(900_000, 'Healthy', 'bad', 'bad'),
    ]
    expect(fold(dry, truth, root)).toMatchObject({ onsetMs: 320_000, actedMs: null, resolvedMs: 900_000 })
  })

  it('is nothing where no analysis is against it, or another thing is wrong', () => {
    expect(fold([rollout(900_000, 'Healthy', 'bad', 'bad')], truth, root).onsetMs).toBeNull()
    expect(fold(stopped, truth, { ...root, kind: 'noisy log' }).onsetMs).toBeNull()
  })
})

describe('what is merged', () => {
  it('switches a flag off without an operation', () => {
    const flag = (t: number, fromValue: string, toValue: string): Written => [
      t,
      'flag.changed',
      { actor: 'human', flag: 'new-prices', fromValue, toValue },
    ]
    const log = [flag(200_000, 'off', 'on'), cell(205_000, 9), flag(900_000, 'on', 'off'), cell(905_000, 2)]
    expect(foldAll(log, trouble('flagOff'))).toMatchObject({ onsetMs: 200_000, actedMs: 900_000, resolvedMs: 905_000 })
  })

  it('ends the fault by a revert, and resolves only by a fix', () => {
    const released = (t: number, release: string, podTemplateHash: string): Written[] => [
      ...operation(t, 'release', { actor: 'human' }),
      updated(t + 300, release, podTemplateHash),
      rollout(t + 60_000, 'Healthy', podTemplateHash, podTemplateHash),
    ]
    const story = [serving(131_000, 10), cell(135_000, 9), cell(600_000, 9)]
    const reverted = [...story, ...released(500_000, 'revert', 'good'), serving(600_000, 0)]
    expect(fold(reverted)).toMatchObject({
      actedMs: 500_000,
      effectiveMs: 600_000,
      recoveredMs: 600_000,
      resolvedMs: null,
    })
    const repaired = [...story, ...released(500_000, 'fix', 'fixed'), serving(600_000, 0)]
    expect(fold(repaired)).toMatchObject({ actedMs: 500_000, recoveredMs: 600_000, resolvedMs: 560_000 })
  })
})
