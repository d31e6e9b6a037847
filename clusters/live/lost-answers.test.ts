import { afterEach, beforeEach, expect, test } from 'vitest'
import { attempt, refused } from './attempt.ts'
import { ApiServer, type Mishap, type PlayedObject } from './fixtures/api-server.ts'
import { connectKube, type KubeApi } from './kube-api.ts'
import { type LiveOperation, operate } from './operate.ts'

const rollout = '/apis/argoproj.io/v1alpha1/namespaces/trial/rollouts/checkout'
const pod = '/api/v1/namespaces/trial/pods/checkout-b-1'
const logging = '/api/v1/namespaces/trial/configmaps/checkout-logging'
const flags = '/api/v1/namespaces/trial/configmaps/flags'
const analysis = '/apis/argoproj.io/v1alpha1/namespaces/trial/analysistemplates/error-rate'
const oldSet = '/apis/apps/v1/namespaces/trial/replicasets/checkout-a'
const { signal } = new AbortController()

let server: ApiServer
let api: KubeApi

beforeEach(async () => {
  server = await ApiServer.start()
  api = await connectKube(server.kubeconfig())
  server.put(rollout, {
    metadata: { name: 'checkout' },
    spec: { replicas: 10, strategy: { canary: { steps: [{}, {}, {}] } } },
    status: { currentPodHash: 'b', stableRS: 'a', currentStepIndex: 1, pauseConditions: [{ reason: 'x' }] },
  })
  server.put(pod, { metadata: { name: 'checkout-b-1' } })
  server.put(logging, { metadata: { name: 'checkout-logging' }, data: { quiet: '' } })
  server.put(flags, { metadata: { name: 'flags' }, data: { prices: 'new', banner: 'on' } })
  server.put(analysis, {
    metadata: { name: 'error-rate' },
    spec: { metrics: [{ name: 'error-rate', failureCondition: 'len(result) > 0 && result[0] >= 0.05' }] },
  })
  server.put(oldSet, {
    metadata: { name: 'checkout-a', ownerReferences: [{ kind: 'Rollout', name: 'checkout' }] },
    spec: {
      template: {
        metadata: { labels: { app: 'checkout', 'rollouts-pod-template-hash': 'a' } },
        spec: { containers: [] },
      },
    },
  })
})

afterEach(async () => {
  api.close()
  await server.close()
})

const run = (operation: LiveOperation) => operate({ api, namespace: 'trial', name: 'checkout' }, operation, signal)
const at = { podTemplateHash: 'b' }
const status = (object: PlayedObject | undefined) => (object?.['status'] ?? {}) as Record<string, unknown>
const spec = (object: PlayedObject | undefined) => (object?.['spec'] ?? {}) as Record<string, unknown>

/** Each operation, and what the object then shows. */
const operations: readonly [LiveOperation, () => unknown, unknown][] = [
  [{ ...at, operation: 'abort' }, () => status(server.get(rollout))['abort'], true],
  [{ ...at, operation: 'hold' }, () => spec(server.get(rollout))['paused'], true],
  [{ ...at, operation: 'promote' }, () => status(server.get(rollout))['currentStepIndex'], 1],
  [{ ...at, operation: 'scale', fromReplicas: 10, replicas: 20 }, () => spec(server.get(rollout))['replicas'], 20],
  [{ ...at, operation: 'restart', atMs: 0 }, () => spec(server.get(rollout))['restartAt'], '1970-01-01T00:00:00Z'],
  [{ ...at, operation: 'restartPod', pod: 'checkout-b-1' }, () => server.get(pod), undefined],
  [
    { ...at, operation: 'quietLog', message: 'so what', quiet: true },
    () => server.get(logging)?.['data'],
    { quiet: 'so what' },
  ],
  [
    { ...at, operation: 'flagOff', flag: 'prices', value: 'old' },
    () => server.get(flags)?.['data'],
    { prices: 'old', banner: 'on' },
  ],
  [
    { ...at, operation: 'undo', toHash: 'a' },
    () => spec(server.get(rollout))['template'],
    { metadata: { labels: { app: 'checkout' } }, spec: { containers: [] } },
  ],
  [
    {
      ...at,
      operation: 'widenThreshold',
      template: 'error-rate',
      metric: 'error-rate',
      fromValue: 0.05,
      toValue: 0.09,
    },
    () => spec(server.get(analysis))['metrics'],
    [{ name: 'error-rate', failureCondition: 'len(result) > 0 && result[0] >= 0.09' }],
  ],
]

const mishaps: readonly [string, Mishap][] = [
  ['the connection is reset before it is carried out', 'reset'],
  ['it is carried out and its answer is lost', 'lost answer'],
  ['the server fails', { status: 500 }],
  ['the server is overloaded', { status: 429, headers: { 'retry-after': '0' } }],
  ['the object has changed meanwhile', { status: 409 }],
]

test.each(operations.flatMap(one => mishaps.map(([what, mishap]) => [one[0].operation, what, one, mishap] as const)))(
  '%s is done once where %s',
  async (_, __, [operation, seen, wanted], mishap) => {
    server.meet(/^(PATCH|DELETE) /, mishap)
    const writes = () => server.requests.filter(request => /^(PATCH|DELETE)/.test(request)).length
    expect(await run(operation)).toMatchObject({ ok: true })
    expect(seen()).toEqual(wanted)
    // What was carried out is not asked for again.
    // An undo is repeated until the controller has taken it up, which changes nothing more.
    if (operation.operation !== 'undo') expect(writes()).toBe(mishap === 'lost answer' ? 1 : 2)
  },
)

test('a promotion whose answer was lost skips no second step', async () => {
  server.put(rollout, {
    metadata: { name: 'checkout' },
    spec: { strategy: { canary: { steps: [{}, {}, {}] } } },
    status: { currentPodHash: 'b', stableRS: 'a', currentStepIndex: 0 },
  })
  server.meet(/^PATCH /, 'lost answer')
  expect(await run({ ...at, operation: 'promote' })).toEqual({ ok: true, message: 'promoted' })
  expect(status(server.get(rollout))['currentStepIndex']).toBe(1)
})

test('a pod that has taken the name of another is left alone', async () => {
  server.meet(/^DELETE /, 'lost answer')
  const restarting = run({ ...at, operation: 'restartPod', pod: 'checkout-b-1' })
  await expect.poll(() => server.get(pod)).toBeUndefined()
  server.put(pod, { metadata: { name: 'checkout-b-1' } })
  expect(await restarting).toEqual({ ok: true, message: 'deleted' })
  expect(server.get(pod)).toBeDefined()
})

test('an abort that comes after another says so, and changes nothing', async () => {
  const message = 'RolloutAborted: Rollout aborted update to revision 2: Metric "error-rate" assessed Failed'
  server.put(rollout, {
    metadata: { name: 'checkout' },
    status: { currentPodHash: 'b', stableRS: 'a', abort: true, message },
  })
  expect(await run({ ...at, operation: 'abort' })).toEqual({ ok: true, message: `already aborted: ${message}` })
  expect(server.requests.filter(request => request.startsWith('PATCH'))).toEqual([])
})

test.each<LiveOperation>([
  { ...at, operation: 'scale', fromReplicas: 8, replicas: 20 },
  { ...at, operation: 'restartPod', pod: 'gone' },
  { ...at, operation: 'resume' },
  { ...at, operation: 'retry' },
  { podTemplateHash: 'c', operation: 'promote' },
])('what does not hold any more is refused: %j', async operation => {
  expect(await run(operation)).toMatchObject({ ok: false })
  expect(server.requests.filter(request => !request.startsWith('GET'))).toEqual([])
})

test('a right that is missing is told at once', async () => {
  server.meet(/^PATCH /, { status: 403 })
  expect(await run({ ...at, operation: 'hold' })).toMatchObject({ ok: false, message: expect.stringContaining('403') })
})

test('a server that has just started does not know yet who may do what', async () => {
  server.meet(/^GET /, 'reset', { status: 403 })
  expect(await run({ ...at, operation: 'hold' })).toMatchObject({ ok: true })
})

test('whoever has patience does not see that the server was away', async () => {
  const patient = await connectKube(server.kubeconfig(), { patienceMs: 10_000 })
  server.meet(/^(GET|DELETE) /, 'reset', { status: 403 }, { status: 503 }, 'reset', 'reset')
  expect(await patient.json('GET', rollout)).toMatchObject({ metadata: { name: 'checkout' } })
  await patient.json('DELETE', pod, { body: {} })
  expect(server.get(pod)).toBeUndefined()
  server.meet(/^POST /, 'reset')
  await expect(patient.json('POST', pod, { body: {} })).rejects.toThrow()
  patient.close()
})

test('a mistake in a program is no lost answer: nothing is tried again', async () => {
  let reads = 0
  const read = async () => {
    reads++
    throw new TypeError('undefined is not a function')
  }
  const judged = await attempt(api, read, () => refused(''), signal)
  expect(judged).toEqual({ ok: false, message: 'undefined is not a function' })
  expect(reads).toBe(1)
})

test('what an operation got over is told, with what it met first', async () => {
  const recovered: string[] = []
  const told = await connectKube(server.kubeconfig(), { onRecovery: ({ reason }) => recovered.push(reason) })
  server.meet(/^PATCH /, { status: 409 }, 'lost answer')
  expect(
    await operate({ api: told, namespace: 'trial', name: 'checkout' }, { ...at, operation: 'hold' }, signal),
  ).toEqual({
    ok: true,
    message: 'spec.paused set',
  })
  expect(recovered).toEqual([`PATCH ${rollout}: 409 status 409`])
  told.close()
})

test('a flag that is off already, or is not there, is told', async () => {
  const flagOff = { ...at, operation: 'flagOff', value: 'old' } as const
  expect(await run({ ...flagOff, flag: 'prices' })).toEqual({ ok: true, message: 'prices switched from new to old' })
  expect(await run({ ...flagOff, flag: 'prices' })).toEqual({ ok: false, message: 'prices is old already' })
  expect(await run({ ...flagOff, flag: 'search' })).toEqual({ ok: false, message: 'there is no flag search' })
})
