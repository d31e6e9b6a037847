import { expect, test } from 'vitest'
import type { Probe } from '../../manifests/argo-types.ts'
import {
  clusterWith,
  note,
  plainContainer,
  plainTimings,
  podOf,
  run,
  seenOf,
  type TestCluster,
} from './fixtures/cluster.ts'
import { setAnswer } from './pod-lifecycle.ts'
import { probeSpec } from './probes.ts'
import type { ContainerFacts, Pod } from './state.ts'

interface Probes {
  readonly startup?: Probe
  readonly readiness?: Probe
  readonly liveness?: Probe
}

/** One pod, admitted to its node at 0, whose process starts at 1.8 s. */
function clusterOf(probes: Probes, facts: Partial<ContainerFacts> = {}): TestCluster {
  const specs = Object.entries(probes).map(([kind, probe]) => [kind, probeSpec(probe, () => 8080)])
  return clusterWith({
    ...plainTimings,
    container: { ...plainContainer, ...facts, probes: Object.fromEntries(specs) },
  })
}

const told = /Unhealthy|Killing|BackOff:|Running/
function answer(cluster: TestCluster, change: Partial<Pick<Pod, 'answer' | 'probeDelayMs'>>, nowMs: number): void {
  run(cluster, nowMs - 1)
  setAnswer(cluster.state, podOf(cluster), change, nowMs, cluster.queue)
  note(cluster, nowMs)
}

const readyAt = (cluster: TestCluster) => Number(seenOf(cluster, / ready/)[0]?.split(' ')[0])

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
  expect(seenOf(cluster, told)).toEqual([
    '1800 Unhealthy: Readiness probe failed: Get "http://10.244.0.2:8080/ready": dial tcp 10.244.0.2:8080: connect: connection refused',
    '1800 Running',
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
  expect(seenOf(cluster, told).slice(2)).toEqual([
    '5000 Running ready',
    '25000 Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 503',
    '35000 Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 503 (x3)',
    '35000 Running',
    '52000 Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 503 (x6)',
    '55000 Running ready',
  ])
})

test('two failures in a row do not, however often they come', () => {
  const cluster = clusterOf({ readiness: everyFive })
  for (let t = 21_000; t < 200_000; t += 15_000) {
    answer(cluster, { answer: 'sick' }, t)
    answer(cluster, { answer: 'up' }, t + 9000)
  }
  expect(seenOf(run(cluster, 300_000), /Running/)).toEqual(['1800 Running', '5000 Running ready'])
})

test('an answer that takes as long as the timeout fails when the time is over', () => {
  const cluster = clusterOf({ readiness: { ...everyFive, timeoutSeconds: 2 } })
  const failed =
    'Unhealthy: Readiness probe failed: Get "http://10.244.0.2:8080/ready": context deadline exceeded (Client.Timeout exceeded while awaiting headers)'
  answer(cluster, { probeDelayMs: 1999 }, 21_000)
  answer(cluster, { probeDelayMs: 2000 }, 51_000)
  run(cluster, 100_000)
  expect(seenOf(cluster, told).slice(3)).toEqual([`57000 ${failed}`, `67000 ${failed} (x3)`, '67000 Running'])
})

test('a liveness probe that fails three times has the container stopped and started, the first times at once, then with back-off', () => {
  const cluster = clusterOf({ liveness: everyFive })
  answer(cluster, { answer: 'sick' }, 21_000)
  run(cluster, 110_000)
  // Each process is asked at the next three ticks. Its exit is followed by a back-off where the exit before it is nearer than that:
  // 15 s with 10 s, 15 s with 20 s, 35 s with 40 s.
  expect(seenOf(cluster, /Killing|BackOff|Completed/)).toEqual([
    '35000 Killing: Container app failed liveness probe, will be restarted',
    '38000 Running Completed',
    '39000 Running ready 1 Completed',
    '50000 Killing: Container app failed liveness probe, will be restarted (x2)',
    '53000 Running 1 Completed',
    '54000 Running ready 2 Completed',
    '68000 BackOff: Back-off restarting failed container app in pod app-fvkgb_default',
    '68000 Running 2 CrashLoopBackOff Completed',
    '88000 Running ready 3 Completed',
    '100000 Killing: Container app failed liveness probe, will be restarted (x4)',
    '103000 BackOff: Back-off restarting failed container app in pod app-fvkgb_default (x2)',
    '103000 Running 3 CrashLoopBackOff Completed',
  ])
})

test.each<[string, number | undefined, number]>([
  ["the pod's", undefined, 66_000],
  ["the probe's own", 10, 46_000],
])('a process that hangs is killed at the end of the grace period: %s', (_, seconds, endMs) => {
  const probe = { ...everyFive, ...(seconds && { terminationGracePeriodSeconds: seconds }) }
  const cluster = clusterOf({ liveness: probe })
  answer(cluster, { answer: 'hung' }, 21_000)
  expect(run(cluster, 70_000).seen).toContain(`${endMs} Running Error`)
})

test('readiness and liveness wait for the startup probe, and readiness is asked as soon as it has succeeded', () => {
  const startup = { ...everyFive, failureThreshold: 30 }
  const probes = { startup, readiness: { periodSeconds: 60 }, liveness: everyFive }
  const cluster = run(clusterOf(probes, { applicationStartMs: 40_000 }), 100_000)
  expect(readyAt(cluster)).toBe(45_000)
  expect(podOf(cluster).restarts).toBe(0)
})

test('a startup probe that fails to the end has the container restarted', () => {
  const cluster = clusterOf({ startup: everyFive }, { applicationStartMs: 40_000 })
  expect(seenOf(run(cluster, 20_000), /Killing|Completed/)).toEqual([
    '15000 Killing: Container app failed startup probe, will be restarted',
    '18000 Running Completed',
    '19000 Running 1 Completed',
  ])
})
