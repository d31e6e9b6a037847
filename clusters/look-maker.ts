import { sloLatencyS, type Telemetry } from './manifests/telemetry.ts'

/** What looks are made of, the same for a whole trial. */
export interface LookShape {
  /** Number of latency buckets, the last one +Inf. */
  readonly bucketCount: number
  /** The last bucket within the objective: successes above its bound are slow. */
  readonly fastBucket: number
  /** All services, in the topology's order, and which of them has versions. */
  readonly services: readonly string[]
  readonly subject: string
}

export function lookShape(
  { latency }: Telemetry,
  { services, subject }: { readonly services: Readonly<Record<string, unknown>>; readonly subject: string },
): LookShape {
  return {
    bucketCount: latency.bucketsS.length + 1,
    fastBucket: latency.bucketsS.findLastIndex(bound => bound <= sloLatencyS),
    services: Object.keys(services),
    subject,
  }
}

/**
 * Turns raw samples into looks, the same way on every backend. A look is made from differences of samples, never from `increase()`:
 * nothing is extrapolated, a reset adds the new value, and a process that started since the first look counts from 0. Plain data, so
 * that a world that holds it can be cloned.
 */
export interface LookMaker {
  readonly shape: LookShape
  /** Of the service under test, by name. */
  readonly pods: Record<string, PodCounters>
  /** Their names in order; null: to be sorted anew. Never changed, but replaced. */
  podNames: readonly string[] | null
  /** Those that are to be forgotten at the end of the interval. */
  gonePods: number
  /** Processes of the other services, by a name of their own. */
  readonly others: Record<string, ProcessCounters>
  /** What was added since the last look, by slot: by pod template hash, and by name of another service. */
  freshVersions: Record<string, FreshCounts>
  freshServices: Record<string, number[]>
  firstLookMs: number | null
  lastLookMs: number
}

export interface ProcessCounters {
  /** Pod template hash, or the name of another service. */
  readonly group: string
  readonly countsFromZero: boolean
  /** Last value per series; a hole where the series has not appeared yet. */
  readonly last: number[]
}

export interface PodCounters extends ProcessCounters {
  /** `lastLookMs` of the interval that last counted this pod; what follows is of that interval. */
  seenAtMs: number
  requests: number
  errors: number
  slow: number
  /** At its last scrape. */
  inFlight: number
  /** Forgotten at the end of the interval. */
  isGone: boolean
}

interface FreshCounts {
  pods: number
  inFlight: number
  readonly counts: number[]
}

/** What a series of the service under test counts: requests answered well, those answered with an error, or successes within a bound. */
export const slots = {
  /** Counts nothing that a look holds. */
  none: -1,
  success: 0,
  error: 1,
  /** Cumulative `le` bucket of successes, by index; the last one is +Inf. */
  bucket: (index: number): number => 2 + index,
} as const

/** What a series of another service counts: as above, successes within the objective, and all whose time was taken. */
export const serviceSlots = { success: slots.success, error: slots.error, fast: 2, timed: 3 } as const

export function createLookMaker(shape: LookShape): LookMaker {
  return {
    shape,
    pods: {},
    podNames: null,
    gonePods: 0,
    others: {},
    freshVersions: {},
    freshServices: {},
    firstLookMs: null,
    lastLookMs: Number.NEGATIVE_INFINITY,
  }
}

export function cloneLookMaker(maker: LookMaker): LookMaker {
  const pods: LookMaker['pods'] = {}
  for (const pod in maker.pods) pods[pod] = { ...maker.pods[pod]!, last: maker.pods[pod]!.last.slice() }
  const others: LookMaker['others'] = {}
  for (const process in maker.others)
    others[process] = { ...maker.others[process]!, last: maker.others[process]!.last.slice() }
  const freshVersions: LookMaker['freshVersions'] = {}
  for (const hash in maker.freshVersions) {
    const fresh = maker.freshVersions[hash]!
    freshVersions[hash] = { ...fresh, counts: fresh.counts.slice() }
  }
  const freshServices: LookMaker['freshServices'] = {}
  for (const service in maker.freshServices) freshServices[service] = maker.freshServices[service]!.slice()
  return { ...maker, pods, others, freshVersions, freshServices }
}

/** @param startedAtMs trial time at which the pod's process started; may be negative. */
export function podCounters(maker: LookMaker, pod: string, podTemplateHash: string, startedAtMs: number): PodCounters {
  const known = maker.pods[pod]
  if (known !== undefined && !known.isGone) return known
  const counters: PodCounters = {
    group: podTemplateHash,
    countsFromZero: startedSinceFirstLook(maker, startedAtMs),
    last: [],
    seenAtMs: Number.NaN,
    requests: 0,
    errors: 0,
    slow: 0,
    inFlight: 0,
    isGone: false,
  }
  maker.pods[pod] = counters
  maker.podNames = null
  return counters
}

/** @param process tells the processes of all services but the one under test apart. */
export function processCounters(
  maker: LookMaker,
  process: string,
  service: string,
  startedAtMs: number,
): ProcessCounters {
  const known = maker.others[process]
  if (known !== undefined) return known
  const counters = { group: service, countsFromZero: startedSinceFirstLook(maker, startedAtMs), last: [] }
  maker.others[process] = counters
  return counters
}

function startedSinceFirstLook({ firstLookMs }: LookMaker, startedAtMs: number): boolean {
  return firstLookMs !== null && startedAtMs >= firstLookMs
}

/**
 * Takes one scrape of a pod of the service under test in.
 * @param values by series, in an order that is stable over the pod's life; undefined where the series has not appeared yet. May be
 *   longer than the series.
 * @param seriesSlots slot of each series, of `slots`.
 * @param inFlight the gauge of requests in progress; undefined where it was not scraped.
 */
export function addScrape(
  maker: LookMaker,
  pod: PodCounters,
  values: ArrayLike<number | undefined>,
  seriesSlots: ArrayLike<number>,
  inFlight: number | undefined,
): void {
  let fresh = maker.freshVersions[pod.group]
  if (fresh === undefined) {
    fresh = { pods: 0, inFlight: 0, counts: new Array<number>(2 + maker.shape.bucketCount).fill(0) }
    maker.freshVersions[pod.group] = fresh
  }
  if (pod.seenAtMs !== maker.lastLookMs) {
    pod.seenAtMs = maker.lastLookMs
    pod.requests = 0
    pod.errors = 0
    pod.slow = 0
    pod.inFlight = 0
    fresh.pods++
  }
  if (inFlight !== undefined) {
    fresh.inFlight += inFlight - pod.inFlight
    pod.inFlight = inFlight
  }
  const { counts } = fresh
  const fastSlot = slots.bucket(maker.shape.fastBucket)
  const timedSlot = counts.length - 1
  const successes = counts[slots.success]!
  const errors = counts[slots.error]!
  const slow = counts[timedSlot]! - counts[fastSlot]!
  addDifferences(counts, pod, values, seriesSlots)
  const failed = counts[slots.error]! - errors
  pod.requests += counts[slots.success]! - successes + failed
  pod.errors += failed
  pod.slow += counts[timedSlot]! - counts[fastSlot]! - slow
}

/** The same for a process of another service; see `serviceSlots`. */
export function addServiceScrape(
  maker: LookMaker,
  process: ProcessCounters,
  values: ArrayLike<number | undefined>,
  seriesSlots: ArrayLike<number>,
): void {
  maker.freshServices[process.group] ??= [0, 0, 0, 0]
  addDifferences(maker.freshServices[process.group]!, process, values, seriesSlots)
}

function addDifferences(
  counts: number[],
  { last, countsFromZero }: ProcessCounters,
  values: ArrayLike<number | undefined>,
  seriesSlots: ArrayLike<number>,
): void {
  const baselineOnly = last.length === 0 && !countsFromZero
  for (let i = 0; i < seriesSlots.length; i++) {
    const value = values[i]
    const slot = seriesSlots[i]!
    if (value === undefined || slot < 0) continue
    const before = last[i] ?? 0
    last[i] = value
    if (!baselineOnly) counts[slot]! += value < before ? value : value - before
  }
}

/** Forgets a pod that is gone; what the running interval has of it still counts. */
export function dropPod(maker: LookMaker, pod: string): void {
  const counters = maker.pods[pod]
  if (counters === undefined) return
  if (counters.seenAtMs === maker.lastLookMs) {
    counters.isGone = true
    maker.gonePods++
  } else forgetPod(maker, pod)
}

/** At the end of an interval. */
export function forgetGonePods(maker: LookMaker): void {
  if (maker.gonePods === 0) return
  for (const pod in maker.pods) if (maker.pods[pod]!.isGone) forgetPod(maker, pod)
  maker.gonePods = 0
}

function forgetPod(maker: LookMaker, pod: string): void {
  delete maker.pods[pod]
  maker.podNames = null
}

/** Forgets a process of another service. */
export function dropProcess(maker: LookMaker, process: string): void {
  delete maker.others[process]
}
