import { afterEach, beforeEach, expect, test } from 'vitest'
import { harmless } from '../../harness/model/behaviour.ts'
import { type Disturbances, type TrialPlan, undisturbed } from '../../harness/model/trial.ts'
import { ApiServer } from '../live/fixtures/api-server.ts'
import { connectKube, type KubeApi } from '../live/kube-api.ts'
import { disturb } from './disturb.ts'

const pods = '/api/v1/namespaces/trial/pods'
const scale = '/apis/apps/v1/namespaces/trial/deployments/prometheus/scale'
const record = `${pods}/p1:9103/proxy/record`

const soon = { interval: 10 }

let server: ApiServer
let api: KubeApi
let told: number

beforeEach(async () => {
  server = await ApiServer.start()
  api = await connectKube(server.kubeconfig())
  told = 0
})

afterEach(async () => {
  api.close()
  await server.close()
})

function play(disturbances: Partial<Disturbances>, changes: Partial<TrialPlan> = {}): Promise<void> {
  const plan = { behaviour: harmless, incident: null, horizonMs: 3500, ...changes }
  const whole = { ...plan, disturbances: { ...undisturbed, ...disturbances } } as TrialPlan
  return disturb({
    api,
    namespace: 'trial',
    plan: whole,
    planNow: () => whole,
    manifests: {
      text: '',
      rollout: 'checkout',
      templates: [],
      labelSelector: 'app=checkout',
      file: 'rollout.yaml',
      container: { name: 'checkout', image: 'subject:1' },
      service: 'checkout',
      deployments: { payments: 'app=payments' },
    },
    fromHash: 'old',
    startEpochMs: Date.now(),
    tellPods: async () => void told++,
    fallSick: () => undefined,
    signal: new AbortController().signal,
  })
}

function pod(name: string, hash: string) {
  server.put(`${pods}/${name}`, {
    metadata: { name, creationTimestamp: '2026-01-01T00:00:00Z', labels: { 'rollouts-pod-template-hash': hash } },
    status: { containerStatuses: [{ ready: true, restartCount: 0 }] },
  })
}

test('a Prometheus that is down comes back when that is over', async () => {
  server.put(scale, { metadata: { name: 'prometheus' }, spec: { replicas: 1 } })
  const played = play({ prometheusDown: [{ fromMs: 50, toMs: 3000 }] })
  await expect.poll(() => server.get(scale)?.['spec'], soon).toEqual({ replicas: 0 })
  await played
  expect(server.get(scale)?.['spec']).toEqual({ replicas: 1 })
})

test('a service is told when its trouble begins, and when it ends', async () => {
  pod('p1', '')
  server.put(record, { metadata: { name: 'record' } })
  const played = play({
    services: [{ fromMs: 50, toMs: 3000, service: 'payments', errorRatio: 0.8, timeFactor: 1, capacityFactor: 1 }],
  })
  await expect.poll(() => server.get(record)?.['errorRatio'], soon).toBe(0.8)
  await played
  expect(server.get(record)).toMatchObject({ errorRatio: 0, timeFactor: 1 })
  expect(told).toBe(2)
})

test('a pod of the deployed version crashes, and none of the version before', async () => {
  pod('p0', 'old')
  pod('p1', 'new')
  server.put(`${pods}/p1:9103/proxy/exit`, { metadata: { name: 'exit' } })
  await play({ crashesMs: [20] })
  expect(server.requests.filter(request => request.startsWith('POST'))).toEqual([`POST ${pods}/p1:9103/proxy/exit`])
})

test('what comes after the horizon does not come', async () => {
  await play({ crashesMs: [3500], rollingRestartsMs: [3600], evictions: [{ atMs: 4000, pods: 1 }] })
  expect(server.requests).toEqual([])
})

test('what cannot be done is told', async () => {
  await expect(play({ rollingRestartsMs: [0] })).rejects.toThrow('not found')
})

test('a pod of a troubled service that has restarted is told again', async () => {
  pod('p1', 'x')
  server.put(record, { metadata: { name: 'record' } })
  const outage = { service: 'payments', fromMs: 0, toMs: 2600, errorRatio: 0.5, timeFactor: 1, capacityFactor: 1 }
  const played = play({ services: [outage] }, { horizonMs: 2500 })
  await expect.poll(() => server.get(record), soon).toMatchObject({ errorRatio: 0.5 })
  server.put(record, { metadata: { name: 'record' } })
  await expect.poll(() => server.get(record), soon).toMatchObject({ errorRatio: 0.5 })
  await played
})
