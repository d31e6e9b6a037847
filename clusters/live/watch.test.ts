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
let recovered: string[]

beforeEach(async () => {
  server = await ApiServer.start()
  end = new AbortController()
  seen = []
  failures = []
  recovered = []
})

afterEach(async () => {
  end.abort()
  api.close()
  await server.close()
})

const put = (name: string) => server.put(`${pods}/${name}`, { metadata: { name } })

async function follow(onChange: (pod: PodObject) => void = ({ metadata }) => seen.push(`+${metadata.name}`)) {
  api = await connectKube(server.kubeconfig(), {
    renew: async () => server.kubeconfig(server.token),
    onRecovery: ({ reason }) => recovered.push(reason),
  })
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
  await expect.poll(() => seen).toEqual(['+a', '+b', '+c', '-a'])
  expect(failures).toEqual([])
  // One that ends in good order is no trouble: servers end each some day.
  expect(recovered).toHaveLength(how === 'reset' ? 1 : 0)
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
  await expect.poll(() => [...seen].sort()).toEqual(['+a', '+b', '+c', '-a'])
  expect(recovered).toContain(`the watch of ${pods} was too old: all was listed again`)
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
  await expect.poll(() => seen).toEqual(['+a', '+b', '+c'])
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
  await expect.poll(() => seen).toEqual(['+a', '+b', '+c'])
  expect(recovered).toContainEqual(expect.stringContaining(': 401 '))
})

test('a right that is missing is told at once', async () => {
  server.meet(/^GET /, { status: 403 })
  await expect(follow()).rejects.toThrow('403')
  expect(failures).toHaveLength(1)
})

test('a collection that may be listed and not watched is given up, with the right that is missing', async () => {
  put('a')
  server.refusesWatches = true
  await follow()
  await expect.poll(() => failures).toHaveLength(1)
  expect(failures[0]).toBe(`GET ${pods}?watch=true: 403: pods may be listed and not watched: grant \`watch\``)
})

test('a signal that comes before the first list ends the wait for it', async () => {
  server.meet(/^GET /, { delayMs: 60_000 })
  const following = follow()
  await expect.poll(() => server.requests.length).toBe(1)
  end.abort(new Error('enough'))
  await expect(following).rejects.toThrow('enough')
  await expect(follow()).rejects.toThrow('enough')
  expect(failures).toEqual([])
})

test('a watch that is opened while the signal comes is closed again', async () => {
  await follow()
  await expect.poll(() => server.watches).toBe(1)
  server.dropWatches('end')
  server.meet(/^GET /, { delayMs: 300 })
  await expect.poll(() => server.requests.length).toBe(3)
  end.abort()
  await new Promise(resolve => setTimeout(resolve, 600))
  expect(server.watches).toBe(0)
})

test('what a callback throws ends the watch', async () => {
  put('a')
  const failing = follow(() => {
    throw new Error('bug')
  })
  await expect(failing).rejects.toThrow('bug')
  expect(failures).toEqual(['bug'])
})
