import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ToolAnswer, ToolCall } from '../../../harness/model/tool.ts'
import { defaultTelemetry } from '../../manifests/telemetry.ts'
import { ApiServer } from '../fixtures/api-server.ts'
import { connectKube, type KubeApi } from '../kube-api.ts'
import { hashLabel, type PodObject } from '../objects.ts'
import { answerTool } from './answer-tool.ts'
import type { Asked } from './asked.ts'

const startEpochMs = Date.parse('2026-01-01T00:00:00Z')
const prometheusPath = '/api/v1/namespaces/trial/services/prometheus:9090/proxy'
const at = (ms: number) => new Date(startEpochMs + ms).toISOString()

let server: ApiServer
let api: KubeApi

beforeEach(async () => {
  server = await ApiServer.start()
  api = await connectKube(server.kubeconfig())
})

afterEach(async () => {
  api.close()
  await server.close()
})

const pod = (name: string, hash: string): PodObject => ({
  metadata: { name, creationTimestamp: at(-60_000), labels: { [hashLabel]: hash } },
  spec: { nodeName: 'node-1', containers: [{ name: 'checkout' }] },
  status: {
    phase: 'Running',
    containerStatuses: [{ ready: true, restartCount: 0, state: { running: { startedAt: at(-50_000) } } }],
  },
})
const pods = new Map([pod('checkout-a-1', 'a'), pod('checkout-b-1', 'b')].map(one => [one.metadata.name, one]))

function ask(call: ToolCall, changes: Partial<Asked> = {}): Promise<ToolAnswer> {
  const asked: Asked = {
    api,
    namespace: 'trial',
    rollout: 'checkout',
    file: 'rollout.yaml',
    telemetry: defaultTelemetry,
    system: {
      subject: 'checkout',
      entry: 'gateway',
      services: { gateway: { calls: { checkout: {} } }, checkout: { workers: 4 } },
    },
    prometheusPath,
    lookIntervalMs: 5000,
    startEpochMs,
    pods,
    podsSeen: pods,
    signal: new AbortController().signal,
    ...changes,
  }
  return answerTool(asked, call)
}

function putReplicaSet(hash: string, revision: number, createdMs: number, container: object) {
  server.put(`/apis/apps/v1/namespaces/trial/replicasets/checkout-${hash}`, {
    metadata: {
      name: `checkout-${hash}`,
      creationTimestamp: at(createdMs),
      labels: { [hashLabel]: hash },
      annotations: { 'rollout.argoproj.io/revision': `${revision}` },
      ownerReferences: [{ kind: 'Rollout', name: 'checkout' }],
    },
    spec: { template: { spec: { containers: [container] } } },
  })
}

const before = {
  name: 'checkout',
  image: 'shop/checkout:1',
  env: [
    { name: 'RELEASE', value: 'x' },
    { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } },
  ],
  readinessProbe: { httpGet: { path: '/ready' } },
  resources: { limits: { memory: '256Mi' } },
}

test('changes are what each revision changed in the one before it, in the order of revisions', async () => {
  // A template that came back has its old ReplicaSet with a new number.
  putReplicaSet('b', 2, 30_000, {
    ...before,
    env: [{ name: 'RELEASE', value: 'y' }, before.env[1]],
    readinessProbe: { httpGet: { path: '/redy' } },
  })
  putReplicaSet('a', 1, -600_000, before)
  const diff = (key: string, fromValue: string, toValue: string) => ({ file: 'rollout.yaml', key, fromValue, toValue })
  expect(await ask({ tool: 'changes', sinceMs: 0 })).toEqual({
    tool: 'changes',
    changes: [
      {
        id: 'release/b',
        kind: 'release',
        service: 'checkout',
        author: '',
        message: 'Revision 2 of checkout',
        atMs: 30_000,
        liveAtMs: 30_000,
        diffs: [diff('env RELEASE', 'x', 'y'), diff('readinessProbe.httpGet.path', '/ready', '/redy')],
      },
    ],
  })
  expect(await ask({ tool: 'changes', sinceMs: 31_000 })).toEqual({ tool: 'changes', changes: [] })
})

test('objects are the Rollout, its pods and the values of its revisions, of Secrets the key alone', async () => {
  putReplicaSet('a', 1, -600_000, before)
  server.put('/apis/argoproj.io/v1alpha1/namespaces/trial/rollouts/checkout', {
    metadata: { name: 'checkout' },
    spec: { replicas: 2, template: { spec: { containers: [before] } } },
  })
  server.put('/apis/autoscaling/v2/namespaces/trial/horizontalpodautoscalers/checkout', {
    metadata: { name: 'checkout' },
    spec: { scaleTargetRef: { kind: 'Rollout', name: 'checkout' }, maxReplicas: 8 },
  })
  server.put('/apis/metrics.k8s.io/v1beta1/namespaces/trial/pods/checkout-a-1', {
    metadata: { name: 'checkout-a-1' },
    containers: [{ usage: { cpu: '12500000n', memory: '65536Ki' } }],
  })
  const answer = await ask({ tool: 'objects', service: 'checkout' })
  expect(answer).toMatchObject({
    rollout: { name: 'checkout', replicas: 2, maxReplicas: 8, cpuLimitMilli: null, memoryLimitMiB: 256 },
    pods: [
      { name: 'checkout-a-1', node: 'node-1', startedAtMs: -50_000, cpuMilli: 13, memoryMiB: 64 },
      { name: 'checkout-b-1', cpuMilli: null, memoryMiB: null },
    ],
    revisions: [
      {
        podTemplateHash: 'a',
        revision: 1,
        image: 'shop/checkout:1',
        values: {
          'env RELEASE': 'x',
          'env PASSWORD secretKeyRef.key': 'password',
          image: 'shop/checkout:1',
          'readinessProbe.httpGet.path': '/ready',
          'resources.limits.memory': '256Mi',
        },
      },
    ],
  })
})

test('logs are counted by version and message, above level info, in the interval', async () => {
  const line = (ms: number, text: string) => `${at(ms)} ${text}\n`
  const failed = '{"level":"error","message":"request failed"}'
  server.texts.set(
    '/api/v1/namespaces/trial/pods/checkout-b-1/log',
    [
      line(1000, failed),
      line(2000, failed),
      line(2500, '{"severity":"WARNING","msg":"slow"}'),
      line(2600, '{"level":"info","message":"served"}'),
      line(2700, 'plain text'),
      line(2800, '{"record":{}}'),
      line(9000, failed),
    ].join(''),
  )
  const lines = { service: 'checkout', podTemplateHash: 'b' }
  expect(await ask({ tool: 'logs', service: 'checkout', fromMs: 1000, toMs: 5000 })).toEqual({
    tool: 'logs',
    lines: [
      { ...lines, level: 'error', message: 'request failed', count: 1 },
      { ...lines, level: 'warn', message: 'slow', count: 1 },
    ],
  })
})

test('metrics are rates in two windows, of raw samples from before them on', async () => {
  const { requests, labels, code } = defaultTelemetry
  const series = (value: string, perScrape: number) => ({
    metric: {
      __name__: requests.counter,
      [labels.pod]: 'checkout-b-1',
      [labels.podTemplateHash]: 'b',
      [code.label]: value,
    },
    values: Array.from({ length: 13 }, (_, i) => [
      startEpochMs / 1000 - 2 + 5 * i,
      `${perScrape * i * (i > 6 ? 2 : 1)}`,
    ]),
  })
  const result = [series('200', 45), series('500', 5)]
  server.texts.set(`${prometheusPath}/api/v1/query`, JSON.stringify({ data: { result } }))
  const answer = await ask({ tool: 'metrics', fromMs: 30_000, toMs: 60_000 })
  const [before] = 'before' in answer ? answer.before : []
  expect(before).toMatchObject({ service: 'checkout', requestsPerSecond: 10, errorRatio: 0.1 })
  const [now] = 'now' in answer ? answer.now : []
  // From the sample at 28 s to the one at 58 s: 12 x 2 - 6 scrapes' worth.
  expect(now).toMatchObject({ service: 'checkout', requestsPerSecond: (18 * 50) / 30, errorRatio: 0.1 })
})

test('events are those of the Rollout and what is its, since then', async () => {
  const put = (name: string, kind: string, ms: number) =>
    server.put(`/api/v1/namespaces/trial/events/${name}.1`, {
      metadata: { name: `${name}.1`, creationTimestamp: at(-90_000) },
      involvedObject: { kind, name },
      reason: 'Pulled',
      message: 'm',
      lastTimestamp: at(ms),
    })
  put('checkout-b-1', 'Pod', 20_000)
  put('checkout', 'Rollout', 10_000)
  put('checkout-a-1', 'Pod', -20_000)
  put('k6-1', 'Pod', 20_000)
  const event = { reason: 'Pulled', message: 'm' }
  expect(await ask({ tool: 'events', sinceMs: 0 })).toEqual({
    tool: 'events',
    events: [
      { ...event, atMs: 10_000, object: 'Rollout/checkout' },
      { ...event, atMs: 20_000, object: 'Pod/checkout-b-1' },
    ],
  })
})

test('flags are those of the ConfigMap, and a switch of one is a change', async () => {
  server.put('/api/v1/namespaces/trial/configmaps/flags', {
    metadata: {
      name: 'flags',
      annotations: { 'flags.carmine.dev/banner': JSON.stringify({ fromValue: 'off', at: at(5000), by: 'ann' }) },
    },
    data: { banner: 'on', other: 'x' },
  })
  expect(await ask({ tool: 'flags' })).toMatchObject({
    flags: [
      { flag: 'banner', value: 'on', changedAtMs: 5000 },
      { flag: 'other', value: 'x', changedAtMs: null },
    ],
  })
  expect(await ask({ tool: 'changes', sinceMs: 0 })).toMatchObject({
    changes: [{ id: 'flag/banner', author: 'ann', diffs: [{ key: 'banner', fromValue: 'off', toValue: 'on' }] }],
  })
})

test('the graph is what people have written down', async () => {
  expect(await ask({ tool: 'graph' })).toEqual({
    tool: 'graph',
    entry: 'gateway',
    calls: [{ caller: 'gateway', callee: 'checkout' }],
  })
})

test.each<[string, ToolCall, RegExp]>([
  ['Prometheus is down', { tool: 'metrics', fromMs: 0, toMs: 30_000 }, /404/],
  ['another service is asked for', { tool: 'objects', service: 'payments' }, /not found/],
  ["another service's logs are asked for", { tool: 'logs', service: 'payments', fromMs: 0, toMs: 1 }, /not collected/],
  ['the Rollout is gone', { tool: 'objects', service: 'checkout' }, /404/],
])('it is told, not invented, that %s', async (_, call, reason) => {
  expect(await ask(call)).toEqual({ tool: call.tool, error: expect.stringMatching(reason) })
})
