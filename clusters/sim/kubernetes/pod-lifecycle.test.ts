import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cloneQueue } from '../queue.ts'
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
import { evictPods } from './nodes.ts'
import { deletePod, killContainer, setAnswer } from './pod-lifecycle.ts'
import { probeSpec } from './probes.ts'
import { cloneKubernetesState, type PodTimings } from './state.ts'

const withContainer = (timings: Partial<PodTimings>, facts: Partial<typeof plainContainer> = {}): PodTimings => ({
  ...plainTimings,
  ...timings,
  container: { ...plainContainer, ...facts },
})

test('a cluster writes down what becomes of a healthy pod', () => {
  const cluster = run(clusterWith(plainTimings), 10_000)
  cluster.replicaSet.specReplicas = 0
  cluster.replicaSet.syncAtMs = 10_000
  cluster.queue.heap.push({ t: 10_000, priority: 20, seq: 999, type: 'replicaSet.sync', podTemplateHash: 'hash' })
  run(cluster, 20_000)
  expect(seenOf(cluster, /: /)).toEqual([
    '0 SuccessfulCreate: Created pod: app-fvkgb',
    '0 Scheduled: Successfully assigned default/app-fvkgb to node-1',
    '0 Pulled: Container image "app:1" already present on machine',
    '1800 Created: Created container: app',
    '1800 Started: Started container app',
    '10000 Killing: Stopping container app',
    '10000 SuccessfulDelete: Deleted pod: app-fvkgb',
  ])
  expect(cluster.state.eventSeries['Pod/app-fvkgb']).toBeUndefined()
})

describe('an image that does not exist', () => {
  const cluster = run(clusterWith(withContainer({ pullMs: null })), 1_000_000)
  const waits = seenOf(cluster, /ErrImagePull$|ImagePullBackOff$/).filter(line => !line.includes('Failed'))

  test('is asked for again after 10, 20, 40, 80, 160 and 300 s, each time when the kubelet next looks at the pod', () => {
    const failedS = waits.filter(line => line.includes('ErrImagePull')).map(line => Number(line.split(' ')[0]) / 1000)
    expect(failedS[0]).toBe(0.8)
    const gaps = failedS.slice(1).map((at, index) => at - failedS[index]!)
    for (const [index, backOff] of [10, 20, 40, 80, 160, 300].entries()) {
      expect(gaps[index]).toBeGreaterThanOrEqual(backOff)
      expect(gaps[index]).toBeLessThan(backOff + 16)
    }
  })

  test('shows ErrImagePull and ImagePullBackOff in turn, and counts its Events', () => {
    expect(waits.map(line => line.split(' ').at(-1))).toEqual(
      waits.map((_, index) => (index % 2 === 0 ? 'ErrImagePull' : 'ImagePullBackOff')),
    )
    const events = seenOf(cluster, /Pulling|Failed|BackOff:/)
    expect(events.slice(0, 5)).toEqual([
      '0 Pulling: Pulling image "app:1"',
      '800 Failed: Failed to pull image "app:1": rpc error: code = NotFound desc = failed to pull and unpack image "app:1": failed to resolve reference "app:1": app:1: not found',
      '800 Failed: Error: ErrImagePull',
      '1800 BackOff: Back-off pulling image "app:1"',
      '1800 Failed: Error: ImagePullBackOff',
    ])
    expect(events.at(-1)).toContain('Error: ImagePullBackOff (x8)')
  })
})

test('a container whose configuration cannot be made never starts', () => {
  const configError = "couldn't find key limits in ConfigMap default/app-config"
  const cluster = run(clusterWith(withContainer({}, { configError })), 600_000)
  expect(podOf(cluster)).toMatchObject({
    phase: 'Pending',
    waitingReason: 'CreateContainerConfigError',
    startedMs: null,
  })
  expect(cluster.seen).toContain(`0 Failed: Error: ${configError}`)
})

test('a node pulls one image at a time, and each image once', () => {
  const cluster = run(clusterWith(withContainer({ pullMs: 7000 }), 3, ['a', 'b']), 60_000)
  expect(seenOf(cluster, /Successfully pulled/)).toEqual([
    '7000 Pulled: Successfully pulled image "app:1" in 7s (7s including waiting). Image size: 50000000 bytes.',
    '7000 Pulled: Successfully pulled image "app:1" in 7s (7s including waiting). Image size: 50000000 bytes.',
    '8000 Pulled: Successfully pulled image "app:1" in 7s (8s including waiting). Image size: 50000000 bytes.',
  ])
})

test('a process that the kernel kills for its memory leaves its reason behind and is started again', () => {
  const cluster = run(clusterWith(plainTimings), 10_000)
  for (const t of [20_000, 30_000]) {
    run(cluster, t)
    killContainer(cluster.state, podOf(cluster), 'OOMKilled', t, cluster.queue)
    note(cluster, t)
  }
  run(cluster, 60_000)
  expect(seenOf(cluster, /OOMKilled|BackOff:/)).toEqual([
    '20000 Running OOMKilled',
    '21000 Running ready 1 OOMKilled',
    '30000 BackOff: Back-off restarting failed container app in pod app-fvkgb_default',
    '30000 Running 1 CrashLoopBackOff OOMKilled',
    '40000 Running ready 2 OOMKilled',
  ])
})

describe('a node without memory', () => {
  const cluster = run(clusterWith(plainTimings, 4, ['a', 'b']), 10_000)
  const [node, other] = cluster.state.nodes
  const before = cluster.replicaSet.pods.filter(pod => pod.node === 0)
  const heavy = before[1]!
  evictPods(cluster.state, node!, 5, 60_000, 20_000, cluster.queue, pod => (pod === heavy ? 2 : 1))
  note(cluster, 20_000)
  run(cluster, 100_000)

  test('evicts its pods one after the other, the heaviest first', () => {
    expect(seenOf(cluster, /Node |Evicted|Failed|memory/i).filter(line => !line.includes('Scheduled'))).toEqual([
      '20000 NodeHasInsufficientMemory: Node a status is now: NodeHasInsufficientMemory',
      '20000 EvictionThresholdMet: Attempting to reclaim memory',
      expect.stringContaining('20000 Evicted: The node was low on resource: memory.'),
      '21000 Failed Error',
      expect.stringContaining('30000 Evicted: The node was low on resource: memory.'),
      '31000 Failed Error',
    ])
    expect(before.map(({ phase }) => phase)).toEqual(['Failed', 'Failed'])
    expect(heavy.phase).toBe('Failed')
  })

  test('has its pods replaced elsewhere, until the pressure has been over for five minutes', () => {
    expect(cluster.replicaSet).toMatchObject({ replicas: 4, readyReplicas: 4 })
    expect(cluster.replicaSet.pods.map(pod => cluster.state.nodes[pod.node])).toEqual([other, other, other, other])
    expect(node!.pressureUntilMs).toBe(360_000)
    expect(seenOf(run(cluster, 360_000), /Sufficient/)).toEqual([
      '360000 NodeHasSufficientMemory: Node a status is now: NodeHasSufficientMemory',
    ])
  })
})

test('a pod for which all nodes are under pressure waits until one is not', () => {
  const cluster = run(clusterWith(plainTimings), 10_000)
  evictPods(cluster.state, cluster.state.nodes[0]!, 1, 60_000, 20_000, cluster.queue)
  run(cluster, 300_000)
  expect(cluster.replicaSet).toMatchObject({ replicas: 1, readyReplicas: 0 })
  expect(seenOf(cluster, /FailedScheduling/)).toHaveLength(1)
  run(cluster, 400_000)
  expect(cluster.replicaSet).toMatchObject({ replicas: 1, readyReplicas: 1 })
})

const deeds = fc.array(
  fc.record({
    afterMs: fc.nat(40_000),
    deed: fc.constantFrom('sick', 'hung', 'up', 'slow', 'kill', 'evict'),
    index: fc.nat(3),
  }),
  { maxLength: 8 },
)

test('whatever happens to pods, a copy goes on as the original does, and neither sees the other', () => {
  const probe = probeSpec({ periodSeconds: 5 }, () => 0)
  const timings = withContainer({ pullMs: 3000 }, { probes: { readiness: probe, liveness: probe } })
  fc.assert(
    fc.property(deeds, fc.nat(8), (script, copyAt) => {
      const begin = () => run(clusterWith(timings, 4, ['a', 'b', 'c']), 15_000)
      const whole = perform(begin(), script)
      const original = perform(begin(), script.slice(0, copyAt))
      const state = cloneKubernetesState(original.state)
      const copy = { ...original, state, replicaSet: state.replicaSets[0]!, queue: cloneQueue(original.queue) }
      const before = structuredClone(original.state)
      const atMs = 15_000 + script.slice(0, copyAt).reduce((sum, { afterMs }) => sum + afterMs, 0)
      run(perform({ ...copy, seen: [] }, script.slice(copyAt), atMs), 400_000)
      expect(original.state).toEqual(before)
      expect(copy.state).toEqual(run(whole, 400_000).state)
    }),
    { numRuns: 50 },
  )
})

type Script = typeof deeds extends fc.Arbitrary<infer T> ? T : never

function perform(cluster: TestCluster, script: Script, fromMs = 15_000): TestCluster {
  let nowMs = fromMs
  for (const { afterMs, deed, index } of script) {
    nowMs += afterMs
    run(cluster, nowMs)
    const { state, queue } = cluster
    const pod = podOf(cluster, index % cluster.replicaSet.pods.length)
    if (deed === 'kill') killContainer(state, pod, 'OOMKilled', nowMs, queue)
    else if (deed === 'evict') evictPods(state, state.nodes[index % 3]!, 2, nowMs + 20_000, nowMs, queue)
    else if (deed === 'slow') setAnswer(state, pod, { probeDelayMs: 5000 }, nowMs, queue)
    else setAnswer(state, pod, { answer: deed }, nowMs, queue)
    note(cluster, nowMs)
  }
  return cluster
}

test('init containers come before the image, and are what the pod waits for', () => {
  const cluster = run(clusterWith({ ...plainTimings, container: { ...plainContainer, initMs: 7000 } }), 20_000)
  expect(seenOf(cluster, /Pending|Running|Pulled/)).toEqual([
    '0 Pending',
    '0 Pending PodInitializing',
    '7000 Pulled: Container image "app:1" already present on machine',
    '8800 Running ready',
  ])
})

test('with the policy Always the registry is asked before every start', () => {
  const always = { ...plainContainer, asksRegistry: true }
  const cluster = run(clusterWith({ ...plainTimings, exitMs: 5000, container: always }), 10_000)
  expect(seenOf(cluster, /Pull|Started/).map(line => line.replace(/ image .*/, ''))).toEqual([
    '0 Pulling: Pulling',
    '1000 Pulled: Successfully pulled',
    '2800 Started: Started container app',
    '9800 Pulled: Successfully pulled',
    '9800 Started: Started container app (x2)',
  ])
})

test.each([
  ['at least 2 s, however short the grace period', { gracePeriodMs: 0 }, 30_000, 2000],
  ['the hook and what the process then needs', { preStopMs: 10_000 }, 3000, 13_000],
  ['the grace period, of which the hook is a part', { preStopMs: 10_000 }, 60_000, 30_000],
  ['the grace period and 2 s, where the hook takes it all', { preStopMs: 50_000 }, 60_000, 32_000],
])('a pod that is deleted has %s', (_, facts, terminateMs, expectedMs) => {
  const cluster = run(clusterWith({ ...plainTimings, terminateMs, container: { ...plainContainer, ...facts } }), 10_000)
  deletePod(cluster.state, cluster.replicaSet, podOf(cluster), 10_000, cluster.queue)
  expect(seenOf(run(cluster, 100_000), /Gone/)).toEqual([`${10_000 + expectedMs} Gone`])
})
