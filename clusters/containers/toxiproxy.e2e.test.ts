import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { readClusterSettings } from '../stage/settings.ts'
import { missingForContainers } from './start-container.ts'
import { type DisturbedDependency, startDisturbedDependency, type Toxic } from './toxiproxy.ts'

const missing = await missingForContainers()
const subject = fileURLToPath(new URL('../stage/subject/main.ts', import.meta.url))
const toxiproxy = process.env['CARMINE_TOXIPROXY_IMAGE'] || 'ghcr.io/shopify/toxiproxy:2.5.0'

/** Time that a request of the subject takes by itself, in the median. */
const serviceMs = 5

async function freePort(): Promise<number> {
  const server = createServer().listen(0)
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** What the simulator says of a dependency's outage, asked of a real subject with a real network in between. */
describe.skipIf(missing.length > 0)(`the subject behind a disturbed dependency ${missing.join('; ')}`, () => {
  let dependency: DisturbedDependency | undefined
  let process_: ChildProcess | undefined
  let url: string
  let isDisturbed = false

  beforeAll(async () => {
    dependency = await startDisturbedDependency({ toxiproxy, node: readClusterSettings(process.env).nodeBaseImage })
    const port = await freePort()
    url = `http://127.0.0.1:${port}`
    process_ = spawn(process.execPath, [subject], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        PORT: String(port),
        METRICS_PORT: '0',
        PAYMENTS_URL: dependency.url,
        SERVICE_MEDIAN_MS: String(serviceMs),
        BASE_ERROR_RATIO: '0',
      },
    })
    await vi.waitFor(async () => expect((await fetch(`${url}/ready`)).status).toBe(200), { timeout: 20_000 })
  })
  afterEach(async () => {
    if (isDisturbed) await dependency?.calm()
    isDisturbed = false
  })
  afterAll(async () => {
    process_?.kill('SIGKILL')
    await dependency?.stop()
  })

  async function request(toxic?: Toxic) {
    if (toxic !== undefined) await dependency!.disturb(toxic)
    isDisturbed = toxic !== undefined
    const startMs = performance.now()
    const { status } = await fetch(url)
    return { status, tookMs: performance.now() - startMs }
  }

  test('in calm it answers 200', async () => {
    expect(await request()).toMatchObject({ status: 200 })
  })

  test('a slow dependency makes it slow, not wrong', async () => {
    const { status, tookMs } = await request({ type: 'latency', attributes: { latency: 300 } })
    expect(status).toBe(200)
    expect(tookMs).toBeGreaterThan(300)
  })

  test.each<Toxic>([
    { type: 'timeout', attributes: { timeout: 0 } },
    { type: 'latency', attributes: { latency: 60_000 } },
    { type: 'reset_peer', attributes: { timeout: 0 } },
  ])('of %o it answers 500, and waits no longer than it waits for a call', async toxic => {
    const { status, tookMs } = await request(toxic)
    expect(status).toBe(500)
    // Its call times out after 2 s, and is retried at most twice.
    expect(tookMs).toBeLessThan(8000)
  })

  test('afterwards it answers 200 again', async () => {
    expect(await request()).toMatchObject({ status: 200 })
  })
})
