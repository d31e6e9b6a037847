import { describe, expect, test } from 'vitest'
import { shippedParameters } from '../../../harness/model/fixtures/parameters.ts'
import type { AutoscalerSpec, HorizontalPodAutoscaler } from '../../manifests/autoscaler-types.ts'
import { type Autoscaler, autoscale, createAutoscaler } from './autoscaler.ts'
import { drainClusterEvents } from './cluster-events.ts'
import { clusterWith, plainTimings, run, type TestCluster } from './fixtures/cluster.ts'

const settings = shippedParameters.kubernetes.autoscaler

function autoscalerOf(spec: Partial<AutoscalerSpec> = {}, averageUtilization = 50): Autoscaler {
  const manifest: HorizontalPodAutoscaler = {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'app' },
    spec: {
      scaleTargetRef: { kind: 'Rollout', name: 'app' },
      maxReplicas: 50,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } } }],
      ...spec,
    },
  }
  return createAutoscaler(manifest, settings)
}

/** Pods that have been ready for a long time. */
const oldCluster = (pods: number) => run(clusterWith(plainTimings, pods), 400_000)

const usesOf = ({ replicaSet }: TestCluster, ...uses: number[]) =>
  Object.fromEntries(replicaSet.pods.map(({ name }, index) => [name, uses[index] ?? uses.at(-1)!]))

/** One pass, with nothing remembered. */
function once(pods: number, use: number, autoscaler = autoscalerOf()): number {
  const cluster = oldCluster(pods)
  return autoscale(cluster.state, autoscaler, pods, usesOf(cluster, use), 400_000).replicas
}

/** Passes every 15 s over a workload that follows at once. */
function passes(autoscaler: Autoscaler, pods: number, uses: readonly number[]): number[] {
  let [known, replicas] = [autoscaler, pods]
  return uses.map((use, index) => {
    const cluster = oldCluster(replicas)
    const result = autoscale(cluster.state, known, replicas, usesOf(cluster, use), 400_000 + 15_000 * index)
    known = result.autoscaler
    replicas = result.replicas
    return replicas
  })
}

// The documentation's own example: twice the target doubles, half of it halves (once the window of the past is over).
test.each([
  ['twice the target', 4, 1, 8],
  ['a little above it', 10, 0.54, 10],
  ['at the lower end of the tolerance', 10, 0.45, 10],
  // 1.1 - 1 is more than 0.1 in doubles, in Go as here.
  ['at the upper end of the tolerance', 10, 0.55, 11],
  ['just beyond it', 10, 0.56, 12],
  ['so much that one pass cannot do it', 4, 5, 8],
  ['so much that the maximum holds', 40, 5, 50],
  ['half of it, but nothing is known of the time before', 4, 0.25, 4],
])('a use of %s', (_, pods, use, expected) => {
  expect(once(pods, use)).toBe(expected)
})

test('from one pod it may go to four in one pass', () => {
  expect(once(1, 5)).toBe(4)
})

test('it goes down when the highest recommendation of the last five minutes allows it', () => {
  const uses = [0.5, ...Array.from({ length: 25 }, () => 0.25)]
  const replicas = passes(autoscalerOf(), 8, uses)
  expect(replicas.slice(0, 21).every(count => count === 8)).toBe(true)
  expect(replicas[21]).toBe(4)
})

test('it goes to its bounds whatever the use is, and leaves a workload of no pods alone', () => {
  const bounds = autoscalerOf({ minReplicas: 3, maxReplicas: 6 })
  expect([once(2, 0.5, bounds), once(8, 0.5, bounds)]).toEqual([3, 6])
  expect(autoscale(oldCluster(0).state, bounds, 0, {}, 400_000).replicas).toBe(0)
})

describe('policies', () => {
  const rules = (scaleUp: object, scaleDown: object) => autoscalerOf({ behavior: { scaleUp, scaleDown } })

  test('at most two pods a minute upwards', () => {
    const policies = [{ type: 'Pods' as const, value: 2, periodSeconds: 60 }]
    expect(passes(rules({ policies }, {}), 4, [1, 1, 1, 1, 1, 1])).toEqual([6, 6, 6, 6, 8, 8])
  })

  test('at most a tenth every half minute downwards, rounded down, without a window', () => {
    const policies = [{ type: 'Percent' as const, value: 10, periodSeconds: 30 }]
    const down = { policies, stabilizationWindowSeconds: 0 }
    expect(passes(rules({}, down), 40, [0.1, 0.1, 0.1, 0.1])).toEqual([36, 36, 32, 32])
  })

  test('the one that allows least where Min is selected, none where scaling is disabled', () => {
    const policies = [
      { type: 'Pods' as const, value: 1, periodSeconds: 15 },
      { type: 'Percent' as const, value: 100, periodSeconds: 15 },
    ]
    expect(passes(rules({ policies, selectPolicy: 'Min' }, {}), 4, [1, 1])).toEqual([5, 6])
    expect(passes(rules({ policies, selectPolicy: 'Disabled' }, {}), 4, [1, 1])).toEqual([4, 4])
  })
})

describe('pods that do not count', () => {
  test('a young pod is taken as idle on the way up until a sample has been taken since it was ready', () => {
    const cluster = oldCluster(2)
    cluster.replicaSet.specReplicas = 4
    cluster.replicaSet.syncAtMs = 400_000
    cluster.queue.heap.push({ t: 400_000, priority: 20, seq: 999, type: 'replicaSet.sync', podTemplateHash: 'hash' })
    run(cluster, 410_000)
    const uses = usesOf(cluster, 1, 1, 0.9, 0.9)
    // 200 % of the target over two pods; with two idle ones the target itself.
    expect(autoscale(cluster.state, autoscalerOf(), 4, uses, 410_000).replicas).toBe(4)
    expect(autoscale(cluster.state, autoscalerOf(), 4, uses, 425_000).replicas).toBe(8)
  })

  test('a pod without a sample is taken as busy on the way down', () => {
    const cluster = oldCluster(4)
    const [first, ...others] = cluster.replicaSet.pods
    const uses = Object.fromEntries(others.map(({ name }) => [name, 0.25]))
    expect(first!.ready).toBe(true)
    const noWindow = autoscalerOf({ behavior: { scaleDown: { stabilizationWindowSeconds: 0 } } })
    // (3 x 25 % + 100 %) / 4 is 43 %: 0.86 of the target.
    expect(autoscale(cluster.state, noWindow, 4, uses, 400_000).replicas).toBe(4)
    expect(autoscale(cluster.state, noWindow, 4, usesOf(cluster, 0.25), 400_000).replicas).toBe(2)
  })

  test('without any sample nothing is scaled, and an Event says so', () => {
    const cluster = oldCluster(2)
    drainClusterEvents(cluster.state)
    expect(autoscale(cluster.state, autoscalerOf(), 2, {}, 400_000).replicas).toBe(2)
    expect(drainClusterEvents(cluster.state)).toMatchObject([{ reason: 'FailedGetResourceMetric' }])
  })
})

test('a change of size is an Event with its reason', () => {
  const cluster = oldCluster(4)
  drainClusterEvents(cluster.state)
  autoscale(cluster.state, autoscalerOf(), 4, usesOf(cluster, 1), 400_000)
  expect(drainClusterEvents(cluster.state)).toEqual([
    {
      object: 'HorizontalPodAutoscaler',
      name: 'app',
      type: 'Normal',
      reason: 'SuccessfulRescale',
      message: 'New size: 8; reason: cpu resource utilization (percentage of request) above target',
    },
  ])
})
