import { type ClusterExposition, type ClusterTarget, type SeenPod, scrapeCluster } from './cluster-targets.ts'
import { forgetScrapes } from './prometheus/scrape.ts'
import type { Storage } from './prometheus/storage.ts'
import { type ServiceExposition, type ServiceState, storeServiceScrape } from './service-targets.ts'
import { noGauges, type PodGauges } from './subject/pod-usage.ts'
import { type Exposition, type SubjectPod, storeScrape } from './subject/subject-pod.ts'

/** Requests before the trial, as expected: without noise. */
export interface PastLoad {
  readonly stepMs: number
  /** Since the start of the processes, at `(i - steps) stepMs`; the last one is that at 0. */
  readonly served: Float64Array
}

/** Steps of an hour's profile are 5 s, a day's 43 s. */
const mostSteps = 2000
const shortestStepMs = 5000

/**
 * @param ratePerS requests per second at a time before 0, or their shape, which `Past.factor` makes a target's.
 * @param uptimeMs age of the processes at 0.
 */
export function pastLoad(ratePerS: (atMs: number) => number, uptimeMs: number): PastLoad {
  const steps = Math.max(1, Math.min(mostSteps, Math.ceil(uptimeMs / shortestStepMs)))
  const stepMs = uptimeMs / steps
  const served = new Float64Array(steps + 1)
  for (let i = 1; i <= steps; i++) {
    const middleMs = (i - 0.5 - steps) * stepMs
    served[i] = served[i - 1]! + (ratePerS(middleMs) * stepMs) / 1000
  }
  return { stepMs, served }
}

/** Requests served up to a time that is not after 0. */
export function servedBy({ stepMs, served }: PastLoad, atMs: number): number {
  const last = served.length - 1
  const position = last + atMs / stepMs
  if (position <= 0) return 0
  const before = Math.min(last, Math.floor(position))
  const rest = position - before
  return rest === 0 ? served[before]! : served[before]! * (1 - rest) + served[before + 1]! * rest
}

/**
 * Scrapes of the past are thinned to one in a hundredth of their age, so that a window of any length misses at most a hundredth of
 * itself at its beginning, and to one in 290 s, so that an instant selector with an offset finds one within the look-back of 5 minutes.
 */
const thinnedTo = 0.01
const longestGapMs = 290_000

/**
 * Times of a target's scrapes before the trial, ascending: every one of the last 8 minutes where they come every 5 s, about 300 of an
 * hour, and 760 of a day.
 * @param nextScrapeMs when the target is due; no matter which time.
 */
export function pastScrapes(nextScrapeMs: number, intervalMs: number, pastMs: number): number[] {
  const times: number[] = []
  let ageMs = Math.ceil(nextScrapeMs / intervalMs) * intervalMs - nextScrapeMs
  while (ageMs <= pastMs) {
    times.push(-ageMs)
    const gapMs = Math.min(ageMs * thinnedTo, longestGapMs)
    ageMs += Math.max(1, Math.floor(gapMs / intervalMs)) * intervalMs
  }
  return times.reverse()
}

/** Forgets what was scraped of a target, for the scrapes of its past, which it returns; the next one is after the start of the trial. */
function rewind(storage: Storage, target: Rewound, { intervalMs, pastMs }: Past): number[] {
  forgetScrapes(storage, target.target)
  const times = pastScrapes(target.nextScrapeMs, intervalMs, pastMs)
  const behind = Math.floor(-target.nextScrapeMs / intervalMs) + 1
  target.nextScrapeMs += Math.max(0, behind) * intervalMs
  return times
}

interface Rewound {
  /** Index in the storage. */
  readonly target: number
  nextScrapeMs: number
}

export interface Past {
  readonly load: PastLoad
  /** The target's part of the load. */
  readonly factor: number
  readonly intervalMs: number
  /** How far back there are samples. */
  readonly pastMs: number
}

/**
 * Gives a pod of the subject the past of a process that has served for a while: its counters, and in the place of whatever Prometheus
 * has scraped of it so far the samples that it would have. The gauges of its usage were always what they are, and its CPU has been used
 * as requests came.
 * @param shares probability of each outcome and latency bucket, as `counts` has them; they add up to 1.
 * @param meanS seconds of a request in each bucket.
 */
export function writePodPast(
  exposition: Exposition,
  storage: Storage,
  pod: SubjectPod,
  { shares, meanS }: { readonly shares: ArrayLike<number>; readonly meanS: readonly number[] },
  past: Past,
): void {
  const count = (atMs: number) => {
    const served = servedBy(past.load, atMs) * past.factor
    pod.sumS.fill(0)
    for (let i = 0; i < pod.counts.length; i++) {
      pod.counts[i] = Math.floor(served * shares[i]!)
      pod.sumS[i < meanS.length ? 0 : 1] += pod.counts[i]! * meanS[i % meanS.length]!
    }
  }
  for (const atMs of rewind(storage, pod, past)) {
    count(atMs)
    storeScrape(exposition, storage, pod, atMs, 0, pod.usage.atStart.inFlight)
  }
  count(0)
}

/**
 * The same for a service besides the subject.
 * @param errorRatio share of its requests that failed.
 * @param slowRatio share of those that did not fail, and were slower than the objective.
 */
export function writeServicePast(
  exposition: ServiceExposition,
  storage: Storage,
  service: ServiceState,
  { errorRatio, slowRatio }: { readonly errorRatio: number; readonly slowRatio: number },
  past: Past,
): void {
  const count = (atMs: number) => {
    const served = servedBy(past.load, atMs) * past.factor
    service.counts[1] = Math.floor(served * errorRatio)
    const fast = Math.floor(served * (1 - errorRatio) * (1 - slowRatio))
    service.slow = Math.floor(served * (1 - errorRatio) * slowRatio)
    service.counts[0] = fast + service.slow
  }
  for (const atMs of rewind(storage, service, past)) {
    count(atMs)
    storeServiceScrape(exposition, storage, service, atMs, 0)
  }
  count(0)
}

/** The same for an exporter of the cluster, with the usage of each pod now. @param load of one pod. */
export function writeClusterPast(
  exposition: ClusterExposition,
  storage: Storage,
  target: ClusterTarget,
  pods: readonly SeenPod[],
  past: Past,
): void {
  const total = servedBy(past.load, 0)
  for (const atMs of rewind(storage, target, past)) {
    const part = total === 0 ? 1 : servedBy(past.load, atMs) / total
    const then = pods.map(pod => ({ ...pod, usage: { atStart: usedBefore(pod.usage.atStart, part), adds: noGauges } }))
    scrapeCluster(exposition, storage, target, then, atMs, 0)
  }
}

function usedBefore(gauges: PodGauges, part: number): PodGauges {
  const { cpuSeconds, cpuPeriods, throttledPeriods } = gauges
  return {
    ...gauges,
    cpuSeconds: cpuSeconds * part,
    cpuPeriods: cpuPeriods * part,
    throttledPeriods: throttledPeriods * part,
  }
}
