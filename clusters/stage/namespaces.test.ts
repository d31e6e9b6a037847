import { afterEach, beforeEach, expect, test } from 'vitest'
import { ApiServer } from '../live/fixtures/api-server.ts'
import { connectKube, type KubeApi } from '../live/kube-api.ts'
import { deleteNamespace, freshLabels, freshNamespaces, isOfRun, makeNamespace } from './namespaces.ts'

const path = '/api/v1/namespaces/one'
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

const of = (run: string) => ({ metadata: { name: 'one', labels: freshLabels(run) } })

test('a namespace whose first answer was lost is the one that is used', async () => {
  server.meet(/^POST/, 'lost answer')
  const name = await freshNamespaces(api, 'mine').open(signal)
  expect(server.get(`/api/v1/namespaces/${name}`)).toMatchObject({ metadata: { labels: freshLabels('mine') } })
})

test('an interrupt leaves no namespace whose answer never came', async () => {
  server.meet(/^POST/, 'lost answer')
  const interrupted = new AbortController()
  const made = makeNamespace(api, 'one', 'mine', interrupted.signal)
  await expect.poll(() => server.get(path)).toBeDefined()
  interrupted.abort(new Error('interrupted'))
  await expect(made).rejects.toThrow('aborted')
  expect(server.get(path)).toBeUndefined()
})

test.each([
  ['of another run', of('other')],
  ['of nobody that is known', { metadata: { name: 'one' } }],
])('a namespace %s is neither taken nor deleted', async (_, theirs) => {
  server.put(path, theirs)
  server.meet(/^POST/, 'reset')
  await expect(makeNamespace(api, 'one', 'mine', signal)).rejects.toMatchObject({ status: 409 })
  await deleteNamespace(api, 'one', isOfRun('mine'))
  expect(server.get(path)).toBeDefined()
})

test('what has the name by the time of the deletion stays', async () => {
  server.put(path, of('mine'))
  server.meet(/^DELETE/, { delayMs: 500 })
  const deleted = deleteNamespace(api, 'one', isOfRun('mine'))
  await expect.poll(() => server.requests).toContain(`DELETE ${path}`)
  server.remove(path)
  server.put(path, of('other'))
  await deleted
  expect(server.get(path)).toMatchObject(of('other'))
})

test('a deletion that is refused is told at once', async () => {
  server.put(path, of('mine'))
  server.meet(/^DELETE/, { status: 403 })
  await expect(deleteNamespace(api, 'one', isOfRun('mine'))).rejects.toMatchObject({ status: 403 })
})
