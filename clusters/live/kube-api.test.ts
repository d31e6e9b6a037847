import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createPlainServer } from 'node:http'
import { createServer, type Server } from 'node:https'
import { type AddressInfo, connect, type Server as NetServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { ApiServer } from './fixtures/api-server.ts'
import { clusterCertificate, clusterKey } from './fixtures/tls.ts'
import { connectKube, type KubeApi, NoAnswer, type Recovery } from './kube-api.ts'
import { watchObjects } from './watch.ts'

const closing: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function listen(server: NetServer): Promise<number> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => {
    ;(server as Server).closeAllConnections?.()
    return new Promise(resolve => server.close(resolve))
  })
  return (server.address() as AddressInfo).port
}

/** A server with the certificate of `cluster.internal` that lists no pods and says who asked for what. */
async function secureServer(asked: string[] = []): Promise<number> {
  const server = createServer({ key: clusterKey, cert: clusterCertificate }, (request, response) => {
    asked.push(`${request.headers.authorization ?? 'nobody'} ${request.url}`)
    response.setHeader('content-type', 'application/json')
    // A watch stays open.
    if (request.url?.includes('watch=true')) response.flushHeaders()
    else response.end(JSON.stringify({ metadata: { resourceVersion: '1' }, items: [] }))
  })
  return listen(server)
}

interface Described {
  readonly server: string
  readonly [option: string]: unknown
}

function kubeconfig(cluster: Described, user: object = { token: 't' }): string {
  return JSON.stringify({
    clusters: [{ name: 'c', cluster }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  })
}

async function connected(...of: Parameters<typeof connectKube>): Promise<KubeApi> {
  const api = await connectKube(...of)
  closing.push(() => api.close())
  return api
}

const pods = '/api/v1/namespaces/trial/pods'
const trusted = { 'certificate-authority-data': Buffer.from(clusterCertificate).toString('base64') }

/** Lists and watches, as these go different ways. */
async function use(cluster: Described): Promise<void> {
  const api = await connected(kubeconfig(cluster))
  await api.json('GET', pods)
  const end = new AbortController()
  closing.push(() => end.abort())
  const onFailure = (error: Error) => {
    throw error
  }
  await watchObjects(api, { path: pods, onChange: () => undefined, onFailure, signal: end.signal })
}

const isWatched = (asked: readonly string[]) => asked.some(one => one.includes('watch=true'))

test.each([
  ['a certificate that nobody looks at', { 'insecure-skip-tls-verify': true }],
  ['a certificate of another name', { ...trusted, 'tls-server-name': 'cluster.internal' }],
])('a cluster is reached by %s', async (_, options) => {
  const asked: string[] = []
  const server = `https://127.0.0.1:${await secureServer(asked)}`
  await use({ server, ...options })
  await expect.poll(() => isWatched(asked)).toBe(true)
  expect(asked[0]).toBe(`Bearer t ${pods}`)
})

test.each([
  ['nobody vouches for', {}],
  ['is of another name', trusted],
])('a cluster whose certificate %s is not talked to', async (_, options) => {
  const asked: string[] = []
  const server = `https://127.0.0.1:${await secureServer(asked)}`
  await expect(use({ server, ...options })).rejects.toThrow(NoAnswer)
  expect(asked).toEqual([])
})

test('the address of a cluster may have a path', async () => {
  const asked: string[] = []
  const server = `https://127.0.0.1:${await secureServer(asked)}/k8s/clusters/c-1/`
  await use({ server, 'insecure-skip-tls-verify': true })
  await expect.poll(() => isWatched(asked)).toBe(true)
  expect(asked.filter(one => !one.startsWith(`Bearer t /k8s/clusters/c-1${pods}`))).toEqual([])
})

test('a cluster behind a proxy is reached through it', async () => {
  const asked: string[] = []
  const port = await secureServer(asked)
  const tunnels: string[] = []
  const proxy = createPlainServer()
  proxy.on('connect', (request, socket) => {
    tunnels.push(request.url ?? '')
    const through = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      socket.pipe(through).pipe(socket)
    })
    closing.push(() => {
      for (const end of [socket, through]) end.destroy()
    })
    for (const end of [socket, through]) end.on('error', () => undefined)
  })
  const proxyUrl = `http://127.0.0.1:${await listen(proxy)}`
  await use({ server: 'https://cluster.internal:6443', ...trusted, 'proxy-url': proxyUrl })
  await expect.poll(() => isWatched(asked)).toBe(true)
  expect(new Set(tunnels)).toEqual(new Set(['cluster.internal:6443']))
})

test('a program that gives credentials is asked again when the server no longer takes them, whatever they say of their end', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'carmine-exec-'))
  closing.push(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'token')
  const kind = { apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential' }
  const give = (token: string) =>
    writeFileSync(file, JSON.stringify({ ...kind, status: { token, expirationTimestamp: '2126-01-01T00:00:00Z' } }))
  const server = await ApiServer.start()
  closing.push(() => server.close())
  server.token = 'first'
  give('first')
  const program = "process.stdout.write(require('node:fs').readFileSync(process.argv[1]))"
  const exec = { apiVersion: kind.apiVersion, command: process.execPath, args: ['-e', program, file] }
  const recovered: Recovery[] = []
  const { clusters } = JSON.parse(server.kubeconfig()) as { clusters: { cluster: Described }[] }
  const api = await connected(kubeconfig(clusters[0]!.cluster, { exec }), { onRecovery: one => recovered.push(one) })
  await api.json('GET', pods)
  server.token = 'second'
  give('second')
  await api.json('GET', pods)
  expect(recovered).toMatchObject([{ reason: `GET ${pods}: 401 status 401` }])
})

test('what a server was too busy for is told with what it said', async () => {
  const server = await ApiServer.start()
  closing.push(() => server.close())
  const recovered: Recovery[] = []
  const api = await connected(server.kubeconfig(), { onRecovery: one => recovered.push(one) })
  server.meet(/^GET /, { status: 429, headers: { 'retry-after': '0' } })
  await api.json('GET', pods)
  await api.json('GET', pods)
  expect(recovered).toMatchObject([{ reason: `GET ${pods}: 429 status 429` }])
})
