import { Agent, createServer, get, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { harmless } from '../../../harness/model/behaviour.ts'
import { readConfiguration } from './configuration.ts'
import { createMetrics } from './metrics.ts'
import { lognormal, playBehaviour } from './outcome.ts'
import { Recorder } from './record.ts'
import { isInScope, requestScope } from './request-scope.ts'

const configuration = readConfiguration(process.env)
const { behaviour } = configuration
const recorder = new Recorder(Date.now(), configuration.sloMs)
const metrics = createMetrics()
// One connection a request: the Service then balances requests, not connections, over the pods.
const agent = new Agent({ keepAlive: false })
let draining = false

const service = createServer((request, response) => {
  if (request.url === '/ready') return void response.writeHead(draining ? 503 : 200).end()
  void serve(request, response)
}).listen(configuration.port)

const scraped = createServer(async (_, response) => {
  response.setHeader('content-type', metrics.registry.contentType)
  response.end(await metrics.registry.metrics())
}).listen(configuration.metricsPort)

const recorded = createServer((request, response) => {
  const since = new URL(request.url ?? '/', 'http://localhost').searchParams.get('since')
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify(recorder.since(Number(since ?? 0))))
}).listen(configuration.recordPort)

async function serve(request: IncomingMessage, response: ServerResponse) {
  const start = performance.now()
  metrics.inFlight.inc()
  const serviceMs = lognormal(configuration.medianServiceMs, configuration.serviceSigma, [Math.random(), Math.random()])
  const healthy = await dependencyAnswers()
  await sleep(Math.max(0, serviceMs - (performance.now() - start)))
  const baseCode = healthy && Math.random() >= configuration.baseErrorRatio ? 200 : 500
  const met = isInScope(behaviour, requestScope(request)) ? behaviour : harmless
  const played = playBehaviour(met, baseCode, performance.now() - start, Math.random())
  await sleep(Math.max(0, played.latencyMs - (performance.now() - start)))
  response.writeHead(played.code, { connection: 'close' }).end(`${played.code}\n`)
  metrics.inFlight.dec()
  const outcome = { ...played, latencyMs: performance.now() - start }
  recorder.add(Date.now(), outcome)
  metrics.observe(request.method ?? 'GET', outcome)
}

async function dependencyAnswers(): Promise<boolean> {
  const url = configuration.dependencyUrl
  if (url === null) return true
  return new Promise(resolve => {
    const request = get(url, { agent, timeout: 2000 }, answer => {
      answer.resume().on('end', () => resolve(answer.statusCode === 200))
    })
    request.on('timeout', () => request.destroy())
    request.on('error', () => resolve(false))
  })
}

function printRecord() {
  process.stdout.write(`${JSON.stringify({ record: recorder.since(0) })}\n`)
}

process.once('SIGTERM', async () => {
  draining = true
  await sleep(configuration.drainMs)
  await Promise.race([new Promise(resolve => service.close(resolve)), sleep(5000)])
  printRecord()
  for (const server of [service, scraped, recorded] satisfies Server[]) server.closeAllConnections()
  process.exit(0)
})

if (behaviour.exitAfterMs !== null) {
  setTimeout(() => {
    printRecord()
    process.exit(1)
  }, behaviour.exitAfterMs)
}
