import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { steadyLoad } from '../../harness/model/load.ts'
import { buildK6, k6CacheFolder, missingTools } from './k6-build.ts'
import { checkLoadScript } from './k6-check.ts'
import { plannedRequests } from './load-stages.ts'
import { runLocalLoad } from './local-load.ts'
import { readClusterSettings } from './settings.ts'

const missing = await missingTools()

const script = `
import http from 'k6/http'
import sql from 'k6/x/sql'
const { startRate, stages, virtualUsers } = JSON.parse(open('./profile.json'))
export const options = {
  scenarios: {
    buyers: { executor: 'ramping-arrival-rate', exec: 'buy', timeUnit: '1000s', startRate, stages, preAllocatedVUs: virtualUsers },
  },
  thresholds: { http_req_failed: ['rate<0.01'] },
}
export function setup() {
  if (typeof sql.open !== 'function') throw new Error('no extension')
}
export function buy() {
  http.get(__ENV.TARGET + '/buy')
}
export function handleSummary() {
  return { stdout: 'a summary of its own' }
}
`

describe.skipIf(missing.length > 0)(`a user's script with an extension ${missing.join('; ')}`, () => {
  const { signal } = new AbortController()
  const load = { plan: steadyLoad, seed: 1, requestsPerSecond: 20, leadMs: 1000, durationMs: 4000 }
  let program: string
  let service: Server
  let targetUrl: string
  let code = 200

  beforeAll(async () => {
    const build = {
      version: readClusterSettings(process.env).k6Version,
      extensions: ['github.com/grafana/xk6-sql@v1.0.0'],
    }
    program = await buildK6(build, k6CacheFolder(process.env), () => {}, signal)
    service = createServer((_, response) => response.writeHead(code).end()).listen(0)
    await once(service, 'listening')
    const address = service.address() as { port: number }
    targetUrl = `http://127.0.0.1:${address.port}`
  }, 1_200_000)
  afterAll(() => void service?.close())

  test('is one that this k6 can run', async () => {
    await expect(checkLoadScript({ program }, 'own.js', script, signal)).resolves.toBeUndefined()
  })

  test('sends what was planned, and its summary is ours', async () => {
    const result = await runLocalLoad(program, { ...load, script, targetUrl }, signal, signal)
    expect(result).toMatchObject({ failed: 0, missed: [] })
    expect(result.sent).toBeGreaterThan(0.9 * plannedRequests(load))
  })

  test('that misses its threshold has a result all the same', async () => {
    code = 500
    const result = await runLocalLoad(program, { ...load, script, targetUrl }, signal, signal)
    expect(result.missed).toEqual(['http_req_failed: rate<0.01'])
    expect(result.failed).toBe(result.sent)
  })

  test('that is stopped has a result all the same', async () => {
    const stopped = AbortSignal.timeout(3000)
    const { sent } = await runLocalLoad(program, { ...load, durationMs: 60_000, script, targetUrl }, signal, stopped)
    expect(sent).toBeGreaterThan(0)
    expect(sent).toBeLessThan(4 * load.requestsPerSecond)
  })

  test('with a mistake in it is told at its place', async () => {
    const wrong = script.replace("'/buy')", "'/buy'")
    await expect(checkLoadScript({ program }, 'own.js', wrong, signal)).rejects.toThrow(
      /^own\.js:16:1: error: k6 cannot run it/,
    )
  })
})
