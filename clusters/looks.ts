import type { Look, VersionLook } from '../harness/model/look.ts'

/** One look a cell of the simulator, where scrapes come as often. */
const shortestLookMs = 5000

/**
 * How often a look is taken, on every backend: a multiple of 5 s no shorter than the scrape interval, so that every pod is in every
 * look. With shorter ones the two versions might never be seen together, and detectors compare them look by look.
 */
export function lookIntervalMs(scrapeIntervalMs: number): number {
  return Math.max(1, Math.ceil(scrapeIntervalMs / shortestLookMs)) * shortestLookMs
}

/**
 * Turns raw counter samples into looks, the same way on every backend. A look is made from differences of samples, never from
 * `increase()`: nothing is extrapolated, a reset adds the new value, and a pod that started since the first look counts from 0.
 * Plain data, so that a world that holds it can be cloned.
 */
export interface LookMaker {
  /** Number of latency buckets, the last one +Inf. */
  readonly bucketCount: number
  readonly pods: Record<string, PodCounters>
  /** By pod template hash: what was added since the last look. */
  fresh: Record<string, FreshCounts>
  firstLookMs: number | null
  lastLookMs: number
}

export interface PodCounters {
  readonly podTemplateHash: string
  readonly countsFromZero: boolean
  /** Last value per series; a hole where the series has not appeared yet. */
  readonly last: number[]
  /** `lastLookMs` of the interval that last counted this pod. */
  seenAtMs: number
}

interface FreshCounts {
  pods: number
  /** By slot. */
  readonly counts: number[]
}

/** What a series counts: requests answered well, those answered with an error, or successes within a latency bound. */
export const slots = {
  /** Counts nothing that a look holds. */
  none: -1,
  success: 0,
  error: 1,
  /** Cumulative `le` bucket of successes, by index; the last one is +Inf. */
  bucket: (index: number): number => 2 + index,
} as const

export function createLookMaker(bucketCount: number): LookMaker {
  return { bucketCount, pods: {}, fresh: {}, firstLookMs: null, lastLookMs: Number.NEGATIVE_INFINITY }
}

export function cloneLookMaker(maker: LookMaker): LookMaker {
  const pods: LookMaker['pods'] = {}
  for (const [pod, counters] of Object.entries(maker.pods)) pods[pod] = { ...counters, last: counters.last.slice() }
  const fresh: LookMaker['fresh'] = {}
  for (const [hash, counts] of Object.entries(maker.fresh)) fresh[hash] = { ...counts, counts: counts.counts.slice() }
  return { ...maker, pods, fresh }
}

/** @param startedAtMs trial time at which the pod's process started; may be negative. */
export function podCounters(maker: LookMaker, pod: string, podTemplateHash: string, startedAtMs: number): PodCounters {
  const known = maker.pods[pod]
  if (known !== undefined) return known
  const countsFromZero = maker.firstLookMs !== null && startedAtMs >= maker.firstLookMs
  const counters: PodCounters = { podTemplateHash, countsFromZero, last: [], seenAtMs: Number.NaN }
  maker.pods[pod] = counters
  return counters
}

/**
 * Takes one scrape of a pod in, or a part of one.
 * @param values by series, in an order that is stable over the pod's life; undefined where the series has not appeared yet. May be
 *   longer than the series.
 * @param seriesSlots slot of each series.
 */
export function addScrape(
  maker: LookMaker,
  pod: PodCounters,
  values: ArrayLike<number | undefined>,
  seriesSlots: ArrayLike<number>,
): void {
  let fresh = maker.fresh[pod.podTemplateHash]
  if (fresh === undefined) {
    fresh = { pods: 0, counts: new Array<number>(2 + maker.bucketCount).fill(0) }
    maker.fresh[pod.podTemplateHash] = fresh
  }
  const { last } = pod
  const baselineOnly = last.length === 0 && !pod.countsFromZero
  if (pod.seenAtMs !== maker.lastLookMs) {
    pod.seenAtMs = maker.lastLookMs
    fresh.pods++
  }
  for (let i = 0; i < seriesSlots.length; i++) {
    const value = values[i]
    const slot = seriesSlots[i]!
    if (value === undefined || slot < 0) continue
    const before = last[i] ?? 0
    last[i] = value
    if (!baselineOnly) fresh.counts[slot]! += value < before ? value : value - before
  }
}

/** Ends the interval. @returns undefined when no pod was scraped in it (silence is not a look of zeros), and the first time. */
export function takeLook(maker: LookMaker, toMs: number): Look | undefined {
  const { bucketCount, fresh, lastLookMs: fromMs } = maker
  const hashes = Object.keys(fresh).sort()
  if (hashes.length === 0) return undefined
  maker.fresh = {}
  maker.lastLookMs = toMs
  if (maker.firstLookMs === null) {
    maker.firstLookMs = toMs
    return undefined
  }
  const versions = hashes.map((podTemplateHash): VersionLook => {
    const { pods, counts } = fresh[podTemplateHash]!
    const errors = counts[slots.error]!
    const latency = new Array<number>(bucketCount)
    for (let i = 0, below = 0; i < bucketCount; i++) {
      const count = counts[slots.bucket(i)]!
      latency[i] = Math.max(0, count - below)
      below = count
    }
    return { podTemplateHash, pods, requests: counts[slots.success]! + errors, errors, latency, inFlight: 0, byPod: [] }
  })
  return { fromMs, toMs, versions, services: [] }
}

/** Forgets a pod that is gone. */
export function dropPod(maker: LookMaker, pod: string): void {
  delete maker.pods[pod]
}
