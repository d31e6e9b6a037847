import type { Look } from '../harness/model/look.ts'
import type { ServiceMetrics } from '../harness/model/tool.ts'
import { sloLatencyS, type Telemetry } from './manifests/telemetry.ts'

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

/** What has to be known of the services, in their order. */
export interface RatedSystem {
  readonly subject: string
  /** `workers`: requests that a process serves at a time; undefined where there is no such bound. */
  readonly services: Readonly<Record<string, { readonly workers?: number | undefined }>>
}

/** What looks tell of each service, and after the one under test of its versions. */
export function ratesOf(
  { services: known, subject }: RatedSystem,
  { latency: { bucketsS } }: Pick<Telemetry, 'latency'>,
  looks: readonly Look[],
): ServiceMetrics[] {
  const all: Sums[] = []
  const workers = known[subject]?.workers ?? 0
  const firstSlowBucket = bucketsS.findLastIndex(bound => bound <= sloLatencyS) + 1
  const sumsOf = (service: string, podTemplateHash: string): Sums => {
    const found = all.find(one => one.service === service && one.podTemplateHash === podTemplateHash)
    if (found !== undefined) return found
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
      const sums = sumsOf(subject, podTemplateHash)
      sums.seconds += seconds
      sums.requests += requests
      sums.errors += errors
      for (let b = firstSlowBucket; b < latency.length; b++) sums.slow += latency[b]!
      sums.timeS = (sums.timeS ?? 0) + timeIn(latency, bucketsS)
      sums.inFlight += inFlight
      sums.workers += pods * workers
    }
  }
  const order = new Map(Object.keys(known).map((service, i) => [service, i]))
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
