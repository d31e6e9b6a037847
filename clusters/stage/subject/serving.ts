import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Behaviour, harmless } from '../../../harness/model/behaviour.ts'
import type { Configuration } from './configuration.ts'
import { CpuShare } from './cpu-share.ts'
import type { Dependency } from './dependency.ts'
import { type LogMessage, logMessages, writeLog } from './log.ts'
import type { Metrics } from './metrics.ts'
import { behaviourUnder, noOrders, type Orders, slownessOf } from './orders.ts'
import { fateOf, lognormal } from './outcome.ts'
import type { Recorder } from './record.ts'
import { isInScope, requestScope } from './request-scope.ts'
import { Workers } from './workers.ts'

export interface ServingSetting {
  readonly configuration: Configuration
  readonly recorder: Recorder
  readonly metrics: Metrics
  readonly dependency: Dependency
}

/** Serves requests as the version's behaviour and the orders have it. */
export function createServing({ configuration, recorder, metrics, dependency }: ServingSetting) {
  const { medianServiceMs, serviceSigma, baseErrorRatio, cpuMs, cpuLimit, sloMs, dependencyTimeoutMs } = configuration
  const workers = new Workers(configuration.workers)
  const cpu = new CpuShare()
  /** What leaks stays reachable. */
  const leaked: Buffer[] = []
  let orders = noOrders
  let behaviour = behaviourUnder(configuration, orders)
  let readyAtMs: number | undefined
  let served = 0
  follow(orders)

  function follow(next: Orders) {
    served += next.servedBefore - orders.servedBefore
    orders = next
    behaviour = behaviourUnder(configuration, orders)
    workers.setCapacity(behaviour.capacityFactor * orders.capacityFactor)
    loseWorkers()
  }

  /** A worker that is lost stays with the request that it was lost to, which counts as in flight for ever. */
  function loseWorkers() {
    const before = workers.lost
    workers.lose(Math.floor(behaviour.leakedWorkersPerRequest * served))
    metrics.inFlight.inc(workers.lost - before)
  }

  async function serve(request: IncomingMessage, response: ServerResponse) {
    const start = performance.now()
    const client = new AbortController()
    response.once('close', () => client.abort())
    metrics.inFlight.inc()
    const isTaken = await workers.take(client.signal)
    const taken = performance.now()
    // Without the fault there would hardly be a line.
    const isHeldUp = taken - start >= 1 && behaviour !== harmless
    if (isTaken) {
      await work(request, response, client.signal, { start, taken, isHeldUp })
      workers.giveBack(performance.now() - taken)
      served++
      loseWorkers()
    } else recorder.add(Date.now(), { code: null, latencyMs: taken - start, touched: isHeldUp })
    metrics.inFlight.dec()
  }

  async function work(request: IncomingMessage, response: ServerResponse, client: AbortSignal, times: Times) {
    const { start, taken, isHeldUp } = times
    const met = isInScope(behaviour, requestScope(request)) ? behaviour : harmless
    const isAnswered = await dependency.answers(met.callTimeoutMs ?? dependencyTimeoutMs)
    await callMore(met)
    const calledMs = performance.now() - taken
    const isGood = isAnswered && Math.random() >= baseErrorRatio && Math.random() >= orders.errorRatio
    const luck = { hang: Math.random(), error: Math.random(), tail: Math.random() }
    const fate = fateOf(met, isGood ? 200 : 500, luck)
    const uniforms = [Math.random(), Math.random()] as const
    const slowness = slownessOf(orders, performance.now() - (readyAtMs ?? performance.now()))
    const ownMs = lognormal(medianServiceMs, serviceSigma, uniforms) * fate.ownFactor * slowness
    const cpuWaitMs = waitForCpu(met)
    warn(met)
    if (met.leakedKiBPerRequest > 0) leaked.push(Buffer.alloc(met.leakedKiBPerRequest * 1024, 1))
    await until(taken + (calledMs + ownMs + cpuWaitMs) * fate.totalFactor)
    const isShort = cpuWaitMs > 0 && behaviour !== harmless
    const touched = fate.touched || isHeldUp || isShort || (!isAnswered && met.callTimeoutMs !== null)
    if (fate.code === null) {
      recorder.add(Date.now(), { code: null, latencyMs: performance.now() - start, touched })
      await gone(client)
      log('warn', logMessages.clientGone)
      return
    }
    response.writeHead(fate.code, { connection: 'close' }).end(`${fate.code}\n`)
    const latencyMs = performance.now() - start
    recorder.add(Date.now(), { code: fate.code, latencyMs, touched })
    metrics.observe(request.method ?? 'GET', fate.code, latencyMs)
    if (fate.code === 500) log('error', isAnswered ? logMessages.requestFailed : logMessages.callsFailed)
    else if (latencyMs > sloMs) log('warn', logMessages.slowRequest)
  }

  /** Where there is enough of it, the service's own part has it in it. */
  function waitForCpu({ cpuFactor, capacityFactor }: Behaviour): number {
    const share = capacityFactor * orders.capacityFactor
    return cpuFactor > 1 || share < 1 ? cpu.wait(performance.now(), cpuMs * cpuFactor, cpuLimit * share) : 0
  }

  function log(level: 'warn' | 'error', message: LogMessage) {
    if (!orders.quieted.includes(message)) writeLog(level, message)
  }

  /** Writes what it is told to write, unless that is silenced. */
  function warn({ warningsPerRequest }: Behaviour) {
    let lines = Math.floor(warningsPerRequest)
    if (Math.random() < warningsPerRequest - lines) lines++
    for (let i = 0; i < lines; i++) log('warn', logMessages.deprecated)
  }

  async function callMore({ extraCallsPerRequest }: Behaviour) {
    let calls = Math.floor(extraCallsPerRequest)
    if (Math.random() < extraCallsPerRequest - calls) calls++
    for (let i = 0; i < calls; i++) await dependency.answers(dependencyTimeoutMs)
  }

  /** A probe waits in the line of the requests; what workers are lost to, such as connections, it does not need. */
  async function probe(client: AbortSignal): Promise<void> {
    if (workers.lost === 0 && (await workers.take(client))) workers.giveBack(0)
    readyAtMs ??= performance.now()
  }

  return { serve, follow, probe }
}

/** Of one request, by `performance.now()`. */
interface Times {
  readonly start: number
  readonly taken: number
  /** The fault made it wait for a worker. */
  readonly isHeldUp: boolean
}

async function until(atMs: number) {
  await sleep(Math.max(0, atMs - performance.now()))
}

function gone(client: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  if (client.aborted) resolve()
  else client.addEventListener('abort', () => resolve())
  return promise
}
