import { expect, test } from 'vitest'
import type { Rollout, RolloutSpec } from '../../manifests/argo-types.ts'
import { createQueue, type EventQueue, peek, pop } from '../queue.ts'
import type { RolloutEvent } from './events.ts'
import { plainPods } from './fixtures/plain-pods.ts'
import { handleRolloutEvent } from './handle.ts'
import { applyRollout, setRestartAt, setTemplate } from './operations.ts'
import type { RolloutState } from './state.ts'

const template = (version: string) => ({
  metadata: { labels: { app: 'app' }, annotations: { version } },
  spec: { containers: [{ name: 'app' }] },
})

interface Played {
  readonly state: RolloutState
  readonly queue: EventQueue<RolloutEvent>
  /** The fewest available pods, over all instants since the beginning. */
  fewest: number
  /** The most pods that ended at one time. */
  mostAtOnce: number
}

function begin(spec: Partial<RolloutSpec>): Played {
  const rollout: Rollout = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name: 'app' },
    spec: {
      replicas: 8,
      selector: { matchLabels: { app: 'app' } },
      template: template('v1'),
      strategy: { canary: { steps: [{ setWeight: 25 }, { pause: {} }] } },
      ...spec,
    },
  }
  const queue = createQueue<RolloutEvent>()
  const state = applyRollout({ rollout, templates: [], analysis: 'live', seed: 'restart' }, queue, 0)
  const played = { state, queue, fewest: 0, mostAtOnce: 0 }
  run(played, 60_000)
  return { ...played, fewest: Number.POSITIVE_INFINITY, mostAtOnce: 0 }
}

function run(played: Played, untilMs: number): void {
  const { state, queue } = played
  for (let next = peek(queue); next !== undefined && next.t < untilMs; next = peek(queue)) {
    handleRolloutEvent(state, pop(queue)!, queue, plainPods)
    const pods = podsOf(played)
    played.fewest = Math.min(played.fewest, pods.filter(({ ready }) => ready).length)
    const ended = new Map<number, number>()
    for (const change of state.kubernetes.changedPods.splice(0))
      if (change.phase === 'Terminating') ended.set(next.t, (ended.get(next.t) ?? 0) + 1)
    played.mostAtOnce = Math.max(played.mostAtOnce, ...ended.values())
  }
}

const podsOf = ({ state }: Played) => state.kubernetes.replicaSets.flatMap(({ pods }) => pods)

test.each<[string, Partial<RolloutSpec>, number]>([
  ['a quarter of them by default', {}, 2],
  ['what maxUnavailable says', { strategy: { canary: { maxUnavailable: 3 } } }, 3],
  ['one where none may be unavailable', { strategy: { canary: { maxUnavailable: 0, maxSurge: 1 } } }, 1],
])('all pods are replaced, at one time %s', (_, spec, atOnce) => {
  const played = begin(spec)
  const before = podsOf(played).map(({ name }) => name)
  setRestartAt(played.state, played.queue, 60_500)
  run(played, 300_000)
  const after = podsOf(played)
  expect(after).toHaveLength(8)
  expect(after.filter(({ name }) => before.includes(name))).toEqual([])
  expect(played).toMatchObject({ mostAtOnce: atOnce, fewest: 8 - atOnce })
  expect(played.state.status).toMatchObject({ phase: 'Healthy', restartedAtMs: 60_000 })
})

test('both versions of a paused canary are restarted, and the rollout stays where it is', () => {
  const played = begin({})
  setTemplate(played.state, template('v2'), played.queue, 60_000)
  run(played, 120_000)
  expect(played.state.status).toMatchObject({ phase: 'Paused', currentStepIndex: 1 })
  const before = podsOf(played).map(({ name }) => name)
  setRestartAt(played.state, played.queue, 120_000)
  run(played, 400_000)
  expect(podsOf(played).filter(({ name }) => before.includes(name))).toEqual([])
  expect(played.state.status).toMatchObject({ phase: 'Paused', currentStepIndex: 1, restartedAtMs: 120_000 })
})

test('a restart that is done is not done again', () => {
  const played = begin({})
  setRestartAt(played.state, played.queue, 60_000)
  run(played, 300_000)
  const names = podsOf(played).map(({ name }) => name)
  setRestartAt(played.state, played.queue, 60_999)
  run(played, 400_000)
  expect(podsOf(played).map(({ name }) => name)).toEqual(names)
})
