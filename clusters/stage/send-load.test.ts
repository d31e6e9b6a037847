import { afterEach, beforeEach, expect, test } from 'vitest'
import { steadyLoad } from '../../harness/model/load.ts'
import { ApiServer } from '../live/fixtures/api-server.ts'
import { connectKube, type KubeApi } from '../live/kube-api.ts'
import { sendLoad } from './send-load.ts'

const pods = '/api/v1/namespaces/trial/pods'
const { signal } = new AbortController()

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

function turnedOn() {
  const cluster = { kubeconfig: '', kubectl: async () => '' }
  const load = { plan: steadyLoad, seed: 1, requestsPerSecond: 20, leadMs: 1000, durationMs: 4000 }
  const k6 = { image: 'grafana/k6' }
  return sendLoad({ k6, script: '' }, { cluster, api, namespace: 'trial', service: 'checkout', signal }, load)
}

function put(state: object) {
  const metadata = { name: 'load-1', labels: { app: 'load' }, creationTimestamp: '2026-01-01T00:00:00Z' }
  server.put(`${pods}/load-1`, { metadata, status: { phase: 'Pending', containerStatuses: [{ state }] } })
}

test('a load that has no pod yet, or whose container is being made, is waited for', async () => {
  const look = await turnedOn()
  expect(await look(signal)).toEqual({ pending: 'k6: it has no pod' })
  put({ waiting: { reason: 'ContainerCreating' } })
  expect(await look(signal)).toEqual({ pending: 'k6: Pending' })
})

test.each([
  [
    'an image that cannot be had',
    { waiting: { reason: 'ErrImagePull', message: 'not found' } },
    /ErrImagePull not found/,
  ],
  [
    'an image without k6',
    { terminated: { exitCode: 128, reason: 'StartError', message: 'exec: "k6": not found' } },
    /cannot be started: exec: "k6": not found/,
  ],
  ['a crash', { terminated: { exitCode: 107, reason: 'Error' } }, /^k6 failed with exit code 107: TypeError: no such/],
])('%s is told at once', async (_, state, message) => {
  const look = await turnedOn()
  server.texts.set(`${pods}/load-1/log`, 'level=error msg="TypeError: no such thing"\n')
  put(state)
  expect(await look(signal)).toEqual({ failed: expect.objectContaining({ message: expect.stringMatching(message) }) })
})

test('what k6 counted is the result', async () => {
  const look = await turnedOn()
  server.texts.set(`${pods}/load-1/log`, '{"sent":80,"failed":1,"dropped":0}\n')
  put({ terminated: { exitCode: 99 } })
  expect(await look(signal)).toEqual({ done: { exitCode: 99, sent: 80, failed: 1, dropped: 0 } })
})
