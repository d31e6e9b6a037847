import { answerDelayMs } from '../../../clusters/sim/measure.ts'
import type { WorldSetting } from '../../../clusters/sim/world-setting.ts'
import type { Look } from '../../model/look.ts'
import type { PodMetrics, ServiceMetrics, ToolAnswer, ToolCall } from '../../model/tool.ts'
import { within } from '../../model/trial.ts'
import { framesOf, readEvents } from '../../model/trial-log.ts'
import type { Asked } from './asked.ts'

type MetricsQuery = Extract<ToolCall, { tool: 'metrics' }>

/** Where nobody is at the port, where Prometheus replays its write-ahead log, and where it takes too long: as its clients say it. */
const failures = {
  down: 'dial tcp prometheus:9090: connect: connection refused',
  restarting: 'server_error: server error: 503',
  slow: 'context deadline exceeded',
}

/** Rates over two windows, from the counters that Prometheus has scraped: looks are their differences, without extrapolation. */
export function queryMetrics({ world, setting }: Asked, { fromMs, toMs }: MetricsQuery): ToolAnswer {
  const { disturbances } = setting.plan
  const failed = (error: string): ToolAnswer => ({ tool: 'metrics', error })
  if (within(disturbances.prometheusDown, world.nowMs)) return failed(failures.down)
  if (within(disturbances.prometheusRestarts, world.nowMs)) return failed(failures.restarting)
  if (answerDelayMs(disturbances, world.nowMs) >= setting.parameters.tools.metricsTimeout.ms)
    return failed(failures.slow)
  const startMs = fromMs - (toMs - fromMs)
  const before: Look[] = []
  const now: Look[] = []
  for (const { type, data } of readEvents(framesOf(world.log), ['look.taken'])) {
    if (type !== 'look.taken' || data.toMs <= startMs || data.toMs > toMs) continue
    ;(data.toMs <= fromMs ? before : now).push(data)
  }
  return { tool: 'metrics', before: ratesOf(setting, before), now: ratesOf(setting, now), pods: podMetrics(world) }
}

/** A few scrapes. */
const staleAfterMs = 30_000

/** In order of the name; a pod that was not scraped of late is stale. */
function podMetrics({ looks }: Asked['world']): PodMetrics[] {
  return Object.entries(looks.pods)
    .filter(([, { seenAtMs }]) => looks.lastLookMs - seenAtMs <= staleAfterMs)
    .map(([pod, { inFlight }]) => ({ pod, inFlight }))
    .sort((a, b) => (a.pod < b.pod ? -1 : 1))
}

interface Sums {
  readonly service: string
  readonly podTemplateHash: string
  seconds: number
  requests: number
  errors: number
  slow: number
  /** Of successes, where their times are known. */
  timeS: number | null
  inFlight: number
  workers: number
}

/** Each service, and after the one under test its versions. */
export function ratesOf(
  { topology, subject, traffic }: Pick<WorldSetting, 'topology' | 'subject' | 'traffic'>,
  looks: readonly Look[],
): ServiceMetrics[] {
  const all: Sums[] = []
  const { workers } = topology.services[topology.subject]!
  const { bucketsS } = subject.telemetry.latency
  const sumsOf = (service: string, podTemplateHash: string): Sums => {
    const known = all.find(one => one.service === service && one.podTemplateHash === podTemplateHash)
    if (known !== undefined) return known
    const none = { seconds: 0, requests: 0, errors: 0, slow: 0, timeS: null, inFlight: 0, workers: 0 }
    const sums: Sums = { service, podTemplateHash, ...none }
    all.push(sums)
    return sums
  }
  for (const { fromMs, toMs, services, versions } of looks) {
    const seconds = (toMs - fromMs) / 1000
    for (const { service, requests, errors, slow } of services) {
      const sums = sumsOf(service, '')
      sums.seconds += seconds
      sums.requests += requests
      sums.errors += errors
      sums.slow += slow
    }
    for (const { podTemplateHash, pods, requests, errors, latency, inFlight } of versions) {
      const sums = sumsOf(topology.subject, podTemplateHash)
      sums.seconds += seconds
      sums.requests += requests
      sums.errors += errors
      for (let b = traffic.bounds.firstSlowBucket; b < latency.length; b++) sums.slow += latency[b]!
      sums.timeS = (sums.timeS ?? 0) + timeIn(latency, bucketsS)
      sums.inFlight += inFlight
      sums.workers += pods * workers
    }
  }
  const order = new Map(Object.keys(topology.services).map((service, i) => [service, i]))
  return all.toSorted((a, b) => order.get(a.service)! - order.get(b.service)!).map(rates)
}

function rates({
  service,
  podTemplateHash,
  seconds,
  requests,
  errors,
  slow,
  timeS,
  inFlight,
  workers,
}: Sums): ServiceMetrics {
  const successes = requests - errors
  return {
    service,
    podTemplateHash,
    requestsPerSecond: requests / seconds,
    errorRatio: requests === 0 ? 0 : errors / requests,
    slowRatio: successes === 0 ? 0 : slow / successes,
    meanMs: timeS === null || successes === 0 ? null : (timeS * 1000) / successes,
    utilisation: workers === 0 ? null : Math.min(1, inFlight / workers),
  }
}

/**
 * Times of the requests in a histogram, taken to lie in the middle of their buckets; in the last one, which has no bound, at that of the
 * one before, as histogram_quantile does (Prometheus v3.5.0, promql/quantile.go, BucketQuantile).
 */
function timeIn(latency: readonly number[], bucketsS: readonly number[]): number {
  return latency.reduce((sum, count, b) => {
    const below = bucketsS[b - 1] ?? 0
    return sum + count * ((below + (bucketsS[b] ?? below)) / 2)
  }, 0)
}
