import { afterEach, beforeEach, expect, test } from 'vitest'
import { ApiServer } from './fixtures/api-server.ts'
import { connectKube, type KubeApi } from './kube-api.ts'
import type { PodObject } from './objects.ts'
import { watchObjects } from './watch.ts'

const pods = '/api/v1/namespaces/trial/pods'

let server: ApiServer
let api: KubeApi
let end: AbortController
let seen: string[]
let failures: string[]

beforeEach(async () => {
  server = await ApiServer.start()
  end = new AbortController()
  seen = []
  failures = []
})

afterEach(async () => {
  end.abort()
  api.close()
  await server.close()
})

const put = (name: string) => server.put(`${pods}/${name}`, { metadata: { name } })

async function follow(onChange: (pod: PodObject) => void = ({ metadata }) => seen.push(`+${metadata.name}`)) {
  api = await connectKube(server.kubeconfig(), { renew: async () => server.kubeconfig(server.token) })
  await watchObjects<PodObject>(api, {
    path: pods,
    onChange,
    onGone: ({ metadata }) => seen.push(`-${metadata.name}`),
    onFailure: ({ message }) => failures.push(message),
    signal: end.signal,
  })
}

test('what is there comes before the first list has resolved, what changes after it', async () => {
  put('a')
  await follow()
  expect(seen).toEqual(['+a'])
  put('b')
  server.remove(`${pods}/a`)
  await expect.poll(() => seen).toEqual(['+a', '+b', '-a'])
})

test.each(['reset', 'end'] as const)('nothing is lost or doubled by a watch that breaks (%s)', async how => {
  put('a')
  await follow()
  // The watch has to be open: its breaking is what is tested.
  put('b')
  await expect.poll(() => seen).toEqual(['+a', '+b'])
  server.dropWatches(how)
  put('c')
  server.remove(`${pods}/a`)
  await expect.poll(() => seen, { timeout: 10_000 }).toEqual(['+a', '+b', '+c', '-a'])
  expect(failures).toEqual([])
})

test('a watch that is too old begins anew with a list, and tells what is gone', async () => {
  put('a')
  await follow()
  put('b')
  await expect.poll(() => seen).toEqual(['+a', '+b'])
  server.dropWatches()
  put('c')
  server.remove(`${pods}/a`)
  server.compact()
  await expect.poll(() => [...seen].sort(), { timeout: 10_000 }).toEqual(['+a', '+b', '+c', '-a'])
})

test('a server that is away for a while is waited for', async () => {
  put('a')
  await follow()
  put('b')
  await expect.poll(() => seen).toEqual(['+a', '+b'])
  // One that has just started does not know yet who may do what.
  server.meet(/^GET .*pods$/, 'reset', { status: 403 }, { status: 503 }, { status: 429 })
  server.dropWatches()
  put('c')
  await expect.poll(() => seen, { timeout: 20_000 }).toEqual(['+a', '+b', '+c'])
  expect(failures).toEqual([])
})

test('a token that has expired is renewed', async () => {
  server.token = 'first'
  put('a')
  await follow()
  put('b')
  await expect.poll(() => seen).toEqual(['+a', '+b'])
  server.token = 'second'
  server.dropWatches()
  put('c')
  await expect.poll(() => seen, { timeout: 10_000 }).toEqual(['+a', '+b', '+c'])
})

test('a right that is missing is told at once', async () => {
  server.meet(/^GET /, { status: 403 })
  await expect(follow()).rejects.toThrow('403')
  expect(failures).toHaveLength(1)
})

test('what a callback throws ends the watch', async () => {
  put('a')
  const failing = follow(() => {
    throw new Error('bug')
  })
  await expect(failing).rejects.toThrow('bug')
  expect(failures).toEqual(['bug'])
})
