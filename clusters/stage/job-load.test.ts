import { afterEach, beforeEach, expect, test } from 'vitest'
import { steadyLoad } from '../../harness/model/load.ts'
import { ApiServer } from '../live/fixtures/api-server.ts'
import { connectKube, type KubeApi } from '../live/kube-api.ts'
import { jobLoad, loadManifests } from './job-load.ts'
import { endOfLoad } from './load.ts'

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

const k6 = `${pods}/load-1:6565/proxy/v1`

function put(state: object) {
  const metadata = { name: 'load-1', labels: { app: 'load' }, creationTimestamp: '2026-01-01T00:00:00Z' }
  server.put(`${pods}/load-1`, { metadata, status: { phase: 'Pending', containerStatuses: [{ state }] } })
}

const answers = (status: number, paused: boolean) =>
  server.put(k6, { metadata: { name: 'v1' }, data: { attributes: { status, paused } } })

test('k6 waits in its pod until it is told to begin', () => {
  const load = { plan: steadyLoad, seed: 1, requestsPerSecond: 20, leadMs: 1000, durationMs: 4000 }
  const text = loadManifests({ ...load, image: 'grafana/k6', script: '', targetUrl: 'http://checkout' })
  expect(text).toContain('--paused')
})

test('a load is ready when k6 has read its script, and begins once', async () => {
  const load = jobLoad(api, 'trial')
  put({ running: {} })
  answers(1, true)
  let isReady = false
  const ready = load.ready(signal).then(() => {
    isReady = true
  })
  await expect.poll(() => server.requests.length).toBeGreaterThan(4)
  expect(isReady).toBe(false)
  answers(4, true)
  await ready
  await load.begin(signal)
  expect(server.get(k6)).toMatchObject({ data: { attributes: { paused: false } } })
  await load.begin(signal)
  expect(server.requests.filter(request => request.startsWith('PATCH'))).toHaveLength(1)
})

test('a load that is waited for is told to end, and again where that did not reach it', async () => {
  const load = jobLoad(api, 'trial')
  put({ running: {} })
  answers(7, false)
  server.meet(/^PATCH/, 'reset')
  server.texts.set(`${pods}/load-1/log`, '{"sent":80,"failed":1,"dropped":0,"missed":["a: b"]}\n')
  const result = endOfLoad(load, signal)
  await expect.poll(() => server.get(k6)).toMatchObject({ data: { attributes: { stopped: true } } })
  put({ terminated: { exitCode: 103 } })
  expect(await result).toEqual({ sent: 80, failed: 1, dropped: 0, missed: ['a: b'] })
})

test('a load that has no pod yet, or whose container is being made, is waited for', async () => {
  const { look } = jobLoad(api, 'trial')
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
  server.texts.set(`${pods}/load-1/log`, 'level=error msg="TypeError: no such thing"\n')
  put(state)
  await expect(jobLoad(api, 'trial').ready(signal)).rejects.toThrow(message)
})
