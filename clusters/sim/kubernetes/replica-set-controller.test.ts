import { describe, expect, test } from 'vitest'
import { createQueue, type EventQueue, peek, pop } from '../queue.ts'
import { podsToDelete } from './deletion-order.ts'
import { type KubernetesEvent, scheduleReplicaSetSync } from './events.ts'
import { podTemplateHashOf } from './names.ts'
import { deletePod } from './pod-lifecycle.ts'
import { handleKubernetesEvent } from './replica-set-controller.ts'
import {
  createKubernetesState,
  type KubernetesState,
  newReplicaSet,
  type Pod,
  type PodTimings,
  type ReplicaSet,
} from './state.ts'

const quick: PodTimings = {
  scheduleMs: 100,
  pullMs: 200,
  startMs: 300,
  readyFlipsMs: [400],
  exitMs: null,
  terminateMs: 1000,
}

interface Cluster {
  readonly state: KubernetesState
  readonly queue: EventQueue<KubernetesEvent>
  readonly replicaSet: ReplicaSet
}

function clusterOf(specReplicas: number, minReadySeconds = 0): Cluster {
  const state = createKubernetesState('seed')
  const replicaSet = newReplicaSet({
    name: 'app-hash',
    podTemplateHash: 'hash',
    createdMs: 0,
    revision: 1,
    specReplicas,
    minReadySeconds,
  })
  state.replicaSets.push(replicaSet)
  const queue = createQueue<KubernetesEvent>()
  scheduleReplicaSetSync(queue, replicaSet, 0)
  return { state, queue, replicaSet }
}

/** Handles everything up to a time; the times at which the status changed. */
function run({ state, queue }: Cluster, untilMs: number, timings: PodTimings = quick): number[] {
  const changes: number[] = []
  for (let next = peek(queue); next !== undefined && next.t <= untilMs; next = peek(queue)) {
    if (handleKubernetesEvent(state, pop(queue)!, queue, () => timings)) changes.push(next.t)
  }
  return changes
}

test('a pod is scheduled, pulled, started and ready, one after the other', () => {
  const cluster = clusterOf(1)
  run(cluster, 5000)
  expect(cluster.state.changedPods.map(({ phase, waitingReason, ready }) => [phase, waitingReason, ready])).toEqual([
    ['Pending', '', false],
    ['Pending', 'ContainerCreating', false],
    ['Running', '', false],
    ['Running', '', true],
  ])
  expect(cluster.replicaSet).toMatchObject({ replicas: 1, readyReplicas: 1, availableReplicas: 1 })
})

test.each<[string, Partial<PodTimings>, string]>([
  ['no node has room for', { scheduleMs: null }, ''],
  ['whose image cannot be pulled', { pullMs: null }, 'ImagePullBackOff'],
])('a pod %s stays pending', (_, timings, waitingReason) => {
  const cluster = clusterOf(1)
  run(cluster, 100_000, { ...quick, ...timings })
  expect(cluster.replicaSet.pods[0]).toMatchObject({ phase: 'Pending', waitingReason, ready: false })
})

test('pods are available minReadySeconds after the whole second in which they became ready', () => {
  const cluster = clusterOf(2, 6)
  run(cluster, 5999)
  expect(cluster.replicaSet).toMatchObject({ readyReplicas: 2, availableReplicas: 0 })
  expect(run(cluster, 20_000)).toEqual([7000])
  expect(cluster.replicaSet.availableReplicas).toBe(2)
})

test('a pod that is deleted is replaced, and gone when its time has passed', () => {
  const cluster = clusterOf(1)
  run(cluster, 5000)
  const [pod] = cluster.replicaSet.pods
  deletePod(cluster.state, cluster.replicaSet, pod!, 5000, cluster.queue)
  run(cluster, 5100)
  expect(cluster.replicaSet).toMatchObject({ replicas: 1, readyReplicas: 0 })
  expect(cluster.replicaSet.pods.map(({ phase }) => phase)).toEqual(['Terminating', 'Pending'])
  run(cluster, 9000)
  expect(cluster.replicaSet.pods.map(({ phase, ready }) => [phase, ready])).toEqual([['Running', true]])
  expect(cluster.state.changedPods.map(({ phase }) => phase)).toContain('Gone')
})

describe('a process that exits 2 s after each start', () => {
  const crashing: PodTimings = { ...quick, readyFlipsMs: [500], exitMs: 2000 }
  const cluster = clusterOf(1)
  run(cluster, 1_500_000, crashing)
  const views = cluster.state.changedPods

  test('is restarted at once, then after 10, 20, 40, 80, 160 and 300 s, and no longer', () => {
    const restarts: number[] = []
    const again = clusterOf(1)
    for (let next = peek(again.queue); next !== undefined && next.t < 1_500_000; next = peek(again.queue)) {
      const before = again.replicaSet.pods[0]?.restarts ?? 0
      handleKubernetesEvent(again.state, pop(again.queue)!, again.queue, () => crashing)
      if (again.replicaSet.pods[0]!.restarts > before) restarts.push(next.t)
    }
    const waits = restarts.slice(1).map((t, index) => (t - restarts[index]! - 2000) / 1000)
    expect(waits).toEqual([10, 20, 40, 80, 160, 300, 300, 300])
  })

  test('is ready for a moment each time, and waits in CrashLoopBackOff between', () => {
    expect(views.slice(3, 9).map(({ waitingReason, ready, restarts }) => [waitingReason, ready, restarts])).toEqual([
      ['', true, 0],
      ['', false, 0],
      ['', false, 1],
      ['', true, 1],
      ['CrashLoopBackOff', false, 1],
      ['', false, 2],
    ])
  })

  test('begins anew after ten minutes without an exit', () => {
    const rare = clusterOf(1)
    run(rare, 5_000_000, { ...quick, exitMs: 700_000 })
    expect(rare.state.changedPods.map(({ waitingReason }) => waitingReason)).not.toContain('CrashLoopBackOff')
  })
})

describe('of too many pods those go first that', () => {
  const pod = (name: string, changes: Partial<Pod>): Pod => ({
    name,
    podTemplateHash: 'hash',
    ordinal: 0,
    timings: quick,
    createdMs: 0,
    scheduled: true,
    phase: 'Running',
    waitingReason: '',
    ready: true,
    readySinceMs: 1000,
    restarts: 0,
    startedMs: 0,
    incarnation: 0,
    backOffMs: 0,
    backOffSetMs: 0,
    node: 0,
    admittedMs: 0,
    ip: '',
    readyChangedMs: 0,
    lastTerminationReason: '',
    lastExitMs: null,
    pullBackOffMs: 0,
    pullStartedMs: 0,
    answer: 'up',
    probeDelayMs: 0,
    applicationStarted: true,
    startupDone: true,
    stopping: false,
    probers: [],
    ...changes,
  })
  test.each<[string, Partial<Pod>, Partial<Pod>]>([
    ['are not scheduled', { scheduled: false, phase: 'Pending', ready: false }, { phase: 'Pending', ready: false }],
    ['do not run', { phase: 'Pending', ready: false }, { ready: false }],
    ['are not ready', { ready: false }, {}],
    ['became ready much later', { readySinceMs: 90_000 }, {}],
    ['restarted more often', { restarts: 2 }, { restarts: 1 }],
    ['are much younger', { createdMs: 90_000 }, {}],
  ])('%s', (_, first, second) => {
    const pods = [pod('a', second), pod('b', first)]
    expect(podsToDelete(pods, 1, 100_000).map(({ name }) => name)).toEqual(['b'])
  })

  test('come first by name, where they became ready at about the same time', () => {
    const pods = [pod('b', { readySinceMs: 2000 }), pod('a', { readySinceMs: 1000 })]
    expect(podsToDelete(pods, 1, 100_000).map(({ name }) => name)).toEqual(['a'])
  })
})

test('hashes are functions of seed and revision, ten letters without vowels', () => {
  expect(podTemplateHashOf('seed', 1)).toBe(podTemplateHashOf('seed', 1))
  expect(
    new Set([1, 2, 3, 4].flatMap(revision => [podTemplateHashOf('a', revision), podTemplateHashOf('b', revision)]))
      .size,
  ).toBe(8)
  expect(podTemplateHashOf('seed', 1)).toMatch(/^[b-df-hj-np-tv-z2456789]{10}$/)
})
