import { afterEach, beforeEach, expect, test } from 'vitest'
import { ApiServer } from '../live/fixtures/api-server.ts'
import { connectKube, type KubeApi } from '../live/kube-api.ts'
import { followPodRecords, type PodRecords } from './pod-records.ts'
import { type PodRecord, sealRecord } from './subject/record.ts'
import { newLock } from './subject/seal.ts'

const pods = '/api/v1/namespaces/trial/pods'
const lock = newLock()
const record: PodRecord = {
  startedMs: 1_000_500,
  firstTouchedMs: null,
  lastTouchedMs: null,
  seconds: [
    [1001, 3, 0, 0],
    [1002, 2, 1, 0],
  ],
}

let server: ApiServer
let api: KubeApi
let ended: AbortController

beforeEach(async () => {
  server = await ApiServer.start()
  api = await connectKube(server.kubeconfig())
  ended = new AbortController()
})

afterEach(async () => {
  ended.abort()
  api.close()
  await server.close()
})

const at = (ms: number) => new Date(ms).toISOString()

function put(state: object, restartCount = 0, lastState = {}) {
  const containerStatuses = [{ ready: true, restartCount, state, lastState }]
  server.put(`${pods}/a`, {
    metadata: { name: 'a', creationTimestamp: at(1_000_000) },
    spec: { containers: [{ name: 'checkout' }] },
    status: { phase: 'Running', containerStatuses },
  })
}

const running = { running: { startedAt: at(1_000_000) } }
const terminated = (message?: string) => ({
  exitCode: 1,
  startedAt: at(1_000_000),
  finishedAt: at(1_030_000),
  ...(message === undefined ? {} : { message }),
})

function follow(): Promise<PodRecords> {
  return followPodRecords({
    api,
    namespace: 'trial',
    labelSelector: 'app=checkout',
    lock,
    onPod: () => undefined,
    onPoll: () => undefined,
    ordersFor: () => undefined,
    onFailure: error => {
      throw error
    },
    signal: ended.signal,
  })
}

test('a running pod is polled', async () => {
  put(running)
  server.texts.set(`${pods}/a:9103/proxy/record`, JSON.stringify(record))
  const records = await follow()
  await expect.poll(() => records.requests()).toBe(5)
  expect(records.problems()).toEqual([])
})

test('the last word of a process that no poll reached is in the status of its pod', async () => {
  put(running)
  const records = await follow()
  put(running, 1, {
    terminated: terminated(
      sealRecord({ ...record, firstTouchedMs: 1_002_000, lastTouchedMs: 1_002_500 }, lock.publicKey),
    ),
  })
  await expect.poll(() => records.requests()).toBe(5)
  expect([...records.processes.values()]).toMatchObject([{ final: true, lastTouchedMs: 1_002_500 }])
  server.remove(`${pods}/a`)
  await expect.poll(() => records.problems()).toEqual([])
})

test('a process that was killed before any poll reached it is lost, and that is told', async () => {
  put(running)
  const records = await follow()
  put(running, 1, { terminated: terminated() })
  await expect.poll(() => records.problems()).toEqual(['the last requests of pod a are lost'])
})

test('a pod that does not answer at the end of the trial is asked again', async () => {
  put(running)
  server.texts.set(`${pods}/a:9103/proxy/record`, JSON.stringify(record))
  const records = await follow()
  server.meet(/proxy\/record/, { status: 503 }, 'reset')
  await records.complete(Date.now())
  expect(records.requests()).toBe(5)
  expect(records.problems()).toEqual([])
})

test('one that never tells of the last requests is named', async () => {
  put(running)
  const path = `${pods}/a:9103/proxy/record`
  server.texts.set(path, JSON.stringify(record))
  const records = await follow()
  await expect.poll(() => records.requests()).toBe(5)
  server.texts.delete(path)
  await records.complete(Date.now(), 100)
  expect(records.problems()).toEqual(['pod a did not tell of its last requests'])
})

test('a pod that started after the trial has nothing to tell', async () => {
  put(running)
  const records = await follow()
  await records.complete(1_000_000, 100)
  expect(records.problems()).toEqual([])
})
