import { writeFileSync } from 'node:fs'
import { createServer, type Server, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { readConfiguration } from './configuration.ts'
import { createDependency } from './dependency.ts'
import { logMessages, writeLog } from './log.ts'
import { createMetrics } from './metrics.ts'
import { behaviourUnder, noOrders } from './orders.ts'
import { probeOf } from './probe-path.ts'
import { Recorder, sealRecord } from './record.ts'
import { createRecordPort } from './record-port.ts'
import { createServing } from './serving.ts'

const configuration = readConfiguration(process.env)
const recorder = new Recorder(Date.now(), configuration.sloMs)
const metrics = createMetrics()
const dependency = createDependency(configuration)
const serving = createServing({ configuration, recorder, metrics, dependency })
let draining = false
let orders = noOrders

const service = createServer((request, response) => {
  const probe = probeOf(request.url)
  if (probe === undefined) void serving.serve(request, response)
  else void answerProbe(response, probe)
}).listen(configuration.port)

async function answerProbe(response: ServerResponse, probe: 'known' | 'unknown') {
  const code = probe === 'unknown' ? 404 : draining || orders.unready ? 503 : 200
  const client = new AbortController()
  response.once('close', () => client.abort())
  if (code === 200) await serving.probe(client.signal)
  response.writeHead(code).end()
}

const scraped = createServer(async (_, response) => {
  if (orders.refusesScrapes) return void response.destroy()
  response.setHeader('content-type', metrics.registry.contentType)
  response.end(await metrics.registry.metrics())
}).listen(configuration.metricsPort)

const recorded = createRecordPort({
  recordSince: second => recorder.since(second),
  follow(next) {
    orders = next
    serving.follow(orders)
    scheduleExit()
  },
  exit: () => void setTimeout(exitByItself, 10),
}).listen(configuration.recordPort)

/** It writes what it knows where the kubelet looks, and ends with the code. */
function leave(code: number) {
  const { recordKey } = configuration
  try {
    if (recordKey !== null) writeFileSync('/dev/termination-log', sealRecord(recorder.since(0), recordKey))
  } catch {
    // Without a kubelet nobody reads it.
  }
  process.exit(code)
}

function exitByItself() {
  writeLog('fatal', logMessages.exited)
  leave(1)
}

process.once('SIGTERM', async () => {
  draining = true
  writeLog('info', logMessages.stopping)
  await sleep(configuration.drainMs)
  await Promise.race([new Promise(resolve => service.close(resolve)), sleep(5000)])
  for (const server of [service, scraped, recorded] satisfies Server[]) server.closeAllConnections()
  leave(0)
})

let exitTimer: NodeJS.Timeout | undefined

function scheduleExit() {
  const { exitAfterMs } = behaviourUnder(configuration, orders)
  if (exitAfterMs === null || exitTimer !== undefined) return
  exitTimer = setTimeout(exitByItself, Math.max(0, exitAfterMs - process.uptime() * 1000))
}

scheduleExit()
