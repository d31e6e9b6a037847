import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Effect } from '../../harness/model/effect.ts'
import type { TimedObservation } from '../../harness/model/observation.ts'
import { defaultTelemetry } from '../manifests/telemetry.ts'
import { ApiServer } from './fixtures/api-server.ts'
import { connectKube, type KubeApi } from './kube-api.ts'
import { runShell, type ShellControl } from './shell.ts'

const namespace = '/namespaces/trial'
const rollout = `/apis/argoproj.io/v1alpha1${namespace}/rollouts/checkout`
const prometheusPath = `/api/v1${namespace}/services/prometheus:9090/proxy`

let server: ApiServer
let api: KubeApi

beforeEach(async () => {
  server = await ApiServer.start()
  api = await connectKube(server.kubeconfig())
  putRollout({})
  server.texts.set(`${prometheusPath}/api/v1/query`, JSON.stringify({ data: { result: [] } }))
})

afterEach(async () => {
  api.close()
  await server.close()
})

/** An update from `a` to `b`, as its controller shows it. */
function putRollout(status: object) {
  server.put(rollout, {
    metadata: { name: 'checkout', generation: 2 },
    spec: { replicas: 2, selector: { matchLabels: { app: 'checkout' } } },
    status: { observedGeneration: '2', currentPodHash: 'b', stableRS: 'a', phase: 'Paused', ...status },
  })
}

const byPatch = 'RolloutAborted: Rollout aborted update to revision 2'
const byArgo = `${byPatch}: Metric "error-rate" assessed Failed due to failed (4) > failureLimit (3)`
const aborted = (message: string) => putRollout({ abort: true, phase: 'Degraded', message })

/** What is logged, by type, while the engine answers observations and something happens 300 ms after t = 0. */
async function logOf(
  step: (observation: TimedObservation) => Effect[],
  happens: (control: ShellControl) => unknown = () => undefined,
  horizonMs = 3000,
) {
  const logged: { t: number; type: string; data: unknown }[] = []
  const observed: TimedObservation[] = []
  await runShell({
    api,
    namespace: 'trial',
    rollout: 'checkout',
    step(observation) {
      observed.push(observation)
      return step(observation)
    },
    telemetry: defaultTelemetry,
    system: { subject: 'checkout', services: { checkout: {} } },
    file: 'rollout.yaml',
    prometheusPath,
    lookIntervalMs: 500,
    horizonMs,
    append: (t, type, data) => logged.push({ t, type, data }),
    onStart: (_, control) => void setTimeout(() => happens(control), 300),
    signal: new AbortController().signal,
  })
  return { of: (type: string) => logged.filter(event => event.type === type).map(({ data }) => data), observed }
}

const abort: Effect = { id: 'e', type: 'abort', podTemplateHash: 'b', reason: 'errors' }
/** Aborts at the first look that is missed. */
const aborting = ({ type }: TimedObservation) => (type === 'time.passed' ? [abort] : [])

test('an abort by the engine is the engine’s, and is done once', async () => {
  const finished = new Promise<void>(resolve => {
    const poll = setInterval(() => {
      const status = server.get(rollout)?.['status'] as { abort?: boolean } | undefined
      if (status?.abort !== true) return
      clearInterval(poll)
      aborted(byPatch)
      resolve()
    }, 20)
  })
  const { of } = await logOf(aborting)
  await finished
  expect(of('rollout.aborted')).toEqual([{ actor: 'engine', podTemplateHash: 'b', message: byPatch }])
  expect(of('operation.finished')).toMatchObject([{ operation: 'abort', ok: true, message: 'status.abort set' }])
})

test('where Argo was first, the log says so, and the engine is told', async () => {
  const { of } = await logOf(aborting, () => aborted(byArgo))
  expect(of('rollout.aborted')).toEqual([{ actor: 'argo', podTemplateHash: 'b', message: byArgo }])
  expect(of('operation.finished')).toMatchObject([{ ok: true, message: `already aborted: ${byArgo}` }])
  expect(server.requests.filter(request => request.startsWith('PATCH'))).toEqual([])
})

test('what a person does in the trial is theirs', async () => {
  const { of } = await logOf(
    () => [],
    async ({ act }) => {
      await act('human', 'person/1', { operation: 'abort', podTemplateHash: 'b' })
      aborted(byPatch)
    },
  )
  expect(of('operation.finished')).toMatchObject([
    { effectId: 'person/1', actor: 'human', operation: 'abort', ok: true },
  ])
  expect(of('rollout.aborted')).toMatchObject([{ actor: 'human' }])
})

test('an update that is tried again and aborted again is aborted twice', async () => {
  const { of } = await logOf(
    () => [],
    async () => {
      aborted(byArgo)
      await new Promise(resolve => setTimeout(resolve, 200))
      putRollout({})
      await new Promise(resolve => setTimeout(resolve, 200))
      aborted(byPatch)
    },
  )
  expect(of('rollout.aborted')).toMatchObject([{ actor: 'argo' }, { actor: 'human' }])
})

test('a flag that is switched is logged, and shown to the engine; another ConfigMap is not', async () => {
  const flags = `/api/v1${namespace}/configmaps/flags`
  server.put(flags, { metadata: { name: 'flags' }, data: { prices: 'old', banner: 'off' } })
  const { of, observed } = await logOf(
    () => [],
    () => {
      server.put(flags, { metadata: { name: 'flags' }, data: { prices: 'new', banner: 'off' } })
      server.put(`/api/v1${namespace}/configmaps/other`, { metadata: { name: 'other' }, data: { banner: 'on' } })
    },
  )
  const change = { flag: 'prices', fromValue: 'old', toValue: 'new' }
  expect(of('flag.changed')).toEqual([{ actor: 'human', ...change }])
  expect(observed.filter(({ type }) => type === 'flag.changed')).toMatchObject([change])
})

test('a server that goes away in the middle costs looks, and the engine goes on seeing what changes', async () => {
  const { of, observed } = await logOf(
    () => [],
    () => {
      server.meet(/./, ...Array.from({ length: 5 }, () => 'reset' as const))
      server.dropWatches()
      putRollout({ phase: 'Healthy', stableRS: 'b' })
    },
    4000,
  )
  expect(observed.some(one => one.type === 'rollout.changed' && one.rollout.phase === 'Healthy')).toBe(true)
  expect(of('look.missed').length).toBeGreaterThan(0)
})
