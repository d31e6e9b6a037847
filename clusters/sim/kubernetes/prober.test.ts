import { expect, test } from 'vitest'
import type { Probe } from '../../manifests/argo-types.ts'
import { createQueue, type EventQueue, peek, pop } from '../queue.ts'
import { drainClusterEvents } from './cluster-events.ts'
import { type KubernetesEvent, scheduleReplicaSetSync } from './events.ts'
import { setAnswer } from './pod-lifecycle.ts'
import { probeSpec } from './probes.ts'
import { handleKubernetesEvent } from './replica-set-controller.ts'
import {
  type ContainerFacts,
  createKubernetesState,
  type KubernetesState,
  newReplicaSet,
  type Pod,
  type PodTimings,
} from './state.ts'

interface Probes {
  readonly startup?: Probe
  readonly readiness?: Probe
  readonly liveness?: Probe
}

interface Cluster {
  readonly state: KubernetesState
  readonly queue: EventQueue<KubernetesEvent>
  readonly timings: PodTimings
  /** Every change that a watcher saw, and every Event, each with its time. */
  readonly seen: string[]
}

/** One pod, admitted to its node at 0, whose process starts at 1.8 s. */
function clusterOf(probes: Probes, facts: Partial<ContainerFacts> = {}): Cluster {
  const spec = (probe: Probe | undefined) => (probe === undefined ? undefined : probeSpec(probe, () => 8080))
  const [startup, readiness, liveness] = [probes.startup, probes.readiness, probes.liveness].map(spec)
  const container: ContainerFacts = {
    name: 'app',
    image: 'app:1',
    imageBytes: 1,
    registryAnswerMs: 0,
    configError: '',
    applicationStartMs: 900,
    readinessPathMissing: false,
    probes: { ...(startup && { startup }), ...(readiness && { readiness }), ...(liveness && { liveness }) },
    gracePeriodMs: 30_000,
    ...facts,
  }
  const times = { scheduleMs: 0, pullMs: 0, startMs: 1800, readyFlipsMs: [], exitMs: null, terminateMs: 3000 }
  const state = createKubernetesState('seed')
  const named = { name: 'app', podTemplateHash: 'hash', createdMs: 0, revision: 1 }
  const replicaSet = newReplicaSet({ ...named, specReplicas: 1, minReadySeconds: 0 })
  state.replicaSets.push(replicaSet)
  const queue = createQueue<KubernetesEvent>()
  scheduleReplicaSetSync(queue, replicaSet, 0, 0)
  return { state, queue, timings: { ...times, container }, seen: [] }
}

function run(cluster: Cluster, untilMs: number): Cluster {
  const { state, queue, timings, seen } = cluster
  for (let next = peek(queue); next !== undefined && next.t <= untilMs; next = peek(queue)) {
    handleKubernetesEvent(state, pop(queue)!, queue, () => timings)
    note(cluster, next.t)
  }
  expect(seen.length).toBeLessThan(500)
  return cluster
}

function note({ state, seen }: Cluster, t: number): void {
  for (const { reason, message } of drainClusterEvents(state)) {
    if (['Unhealthy', 'Killing', 'BackOff'].includes(reason)) seen.push(`${t} ${reason}: ${message}`)
  }
  for (const { ready, restarts, waitingReason, lastTerminationReason } of state.changedPods.splice(0)) {
    const text = [ready ? 'ready' : 'unready', restarts, waitingReason, lastTerminationReason].filter(Boolean).join(' ')
    const last = seen.findLast(line => / (un)?ready/.test(line))
    if (last?.slice(last.indexOf(' ') + 1) !== text) seen.push(`${t} ${text}`)
  }
}

function podOf({ state }: Cluster): Pod {
  return state.replicaSets[0]!.pods[0]!
}

function answer(cluster: Cluster, change: Partial<Pick<Pod, 'answer' | 'probeDelayMs'>>, nowMs: number): void {
  run(cluster, nowMs - 1)
  setAnswer(cluster.state, podOf(cluster), change, nowMs, cluster.queue)
  note(cluster, nowMs)
}

const readyAt = (cluster: Cluster) => Number(cluster.seen.find(line => / ready/.test(line))?.split(' ')[0])

test.each<[string, Probe | undefined, number, number]>([
  ['no probe', undefined, 900, 1800],
  // Process at 1.8 s, delay over at 6.8 s, tick at 10 s: seen on kind, where pods of the shipped subject became ready 9 to 10 s after their creation.
  ['a tick after the initial delay', { initialDelaySeconds: 5, periodSeconds: 5 }, 900, 10_000],
  ['a slow application', { initialDelaySeconds: 5, periodSeconds: 5 }, 9000, 15_000],
  ['no delay, an application that is slower than its process', { periodSeconds: 10 }, 900, 10_000],
  ['no delay, an application that answers at once', {}, 0, 1800],
  ['an application that answers at the very tick', { periodSeconds: 2 }, 2200, 4000],
  ['two successes', { initialDelaySeconds: 5, periodSeconds: 5, successThreshold: 2 }, 900, 15_000],
])('a pod becomes ready after %s', (_, readiness, applicationStartMs, expected) => {
  const cluster = run(clusterOf(readiness === undefined ? {} : { readiness }, { applicationStartMs }), 60_000)
  expect(readyAt(cluster)).toBe(expected)
})

const everyFive: Probe = { httpGet: { path: '/ready', port: 'http' }, periodSeconds: 5 }

test('a path that is not there keeps a pod unready for ever, with few events of the queue and a counted Event', () => {
  const cluster = run(clusterOf({ readiness: everyFive }, { readinessPathMissing: true }), 3_600_000)
  expect(podOf(cluster)).toMatchObject({ phase: 'Running', ready: false, restarts: 0 })
  expect(cluster.seen).toEqual([
    '0 unready',
    '0 unready ContainerCreating',
    '1800 Unhealthy: Readiness probe failed: Get "http://10.244.0.2:8080/ready": dial tcp 10.244.0.2:8080: connect: connection refused',
    '1800 unready',
    '5000 Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 404',
  ])
  expect(cluster.queue.nextSeq).toBeLessThan(12)
  answer(cluster, { answer: 'hung' }, 3_600_001)
  expect(cluster.seen.at(-1)).toContain('statuscode: 404 (x720)')
})

test('three failures in a row take readiness away, one success gives it back', () => {
  const cluster = clusterOf({ readiness: everyFive })
  answer(cluster, { answer: 'sick' }, 21_000)
  answer(cluster, { answer: 'up' }, 52_000)
  run(cluster, 100_000)
  expect(cluster.seen.slice(4)).toEqual([
    '5000 ready',
    '25000 Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 503',
    '35000 Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 503 (x3)',
    '35000 unready',
    '52000 Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 503 (x6)',
    '55000 ready',
  ])
})

test('two failures do not, however often they come', () => {
  const cluster = clusterOf({ readiness: everyFive })
  for (let t = 21_000; t < 200_000; t += 15_000) {
    answer(cluster, { answer: 'sick' }, t)
    answer(cluster, { answer: 'up' }, t + 9900)
  }
  expect(run(cluster, 300_000).seen.filter(line => line.includes('unready'))).toHaveLength(3)
})

test('an answer that takes as long as the timeout fails when the time is over', () => {
  const cluster = clusterOf({ readiness: { ...everyFive, timeoutSeconds: 2 } })
  answer(cluster, { probeDelayMs: 1999 }, 21_000)
  answer(cluster, { probeDelayMs: 2000 }, 51_000)
  run(cluster, 100_000)
  expect(cluster.seen.slice(5)).toEqual([
    '57000 Unhealthy: Readiness probe failed: Get "http://10.244.0.2:8080/ready": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
    '67000 Unhealthy: Readiness probe failed: Get "http://10.244.0.2:8080/ready": context deadline exceeded (Client.Timeout exceeded while awaiting headers) (x3)',
    '67000 unready',
  ])
})

test('a liveness probe that fails three times has the container stopped and started, the first time at once, then with back-off', () => {
  const cluster = clusterOf({ liveness: everyFive })
  answer(cluster, { answer: 'sick' }, 21_000)
  run(cluster, 110_000)
  // Each process is asked at the next three ticks. Its exit is followed by a back-off where the exit before it is nearer than that: 15 s with 10, 15 s with 20, 35 s with 40.
  expect(cluster.seen.filter(line => /Killing|unready|BackOff/.test(line)).slice(2)).toEqual([
    '35000 Killing: Container app failed liveness probe, will be restarted',
    '38000 unready Completed',
    '50000 Killing: Container app failed liveness probe, will be restarted (x2)',
    '53000 unready 1 Completed',
    '68000 BackOff: Back-off restarting failed container app in pod app-fvkgb_default',
    '68000 unready 2 CrashLoopBackOff Completed',
    '100000 Killing: Container app failed liveness probe, will be restarted (x4)',
    '103000 BackOff: Back-off restarting failed container app in pod app-fvkgb_default (x2)',
    '103000 unready 3 CrashLoopBackOff Completed',
  ])
})

test('a process that hangs is killed at the end of the grace period, of the probe where it has one', () => {
  for (const [terminationGracePeriodSeconds, endMs] of [
    [undefined, 66_000],
    [10, 46_000],
  ] as const) {
    const probe = { ...everyFive, ...(terminationGracePeriodSeconds && { terminationGracePeriodSeconds }) }
    const cluster = clusterOf({ liveness: probe })
    answer(cluster, { answer: 'hung' }, 21_000)
    expect(run(cluster, 70_000).seen).toContain(`${endMs} unready Error`)
  }
})

test('readiness and liveness wait for the startup probe, and readiness is asked as soon as it has succeeded', () => {
  const startup = { ...everyFive, failureThreshold: 30 }
  const cluster = clusterOf(
    { startup, readiness: { periodSeconds: 60 }, liveness: everyFive },
    { applicationStartMs: 40_000 },
  )
  run(cluster, 100_000)
  expect(readyAt(cluster)).toBe(45_000)
  expect(podOf(cluster).restarts).toBe(0)
})

test('a startup probe that fails to the end has the container restarted', () => {
  const cluster = clusterOf({ startup: everyFive }, { applicationStartMs: 40_000 })
  expect(run(cluster, 20_000).seen.filter(line => /Killing|Completed/.test(line))).toEqual([
    '15000 Killing: Container app failed startup probe, will be restarted',
    '18000 unready Completed',
    '19000 unready 1 Completed',
  ])
})
