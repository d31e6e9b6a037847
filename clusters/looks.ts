import type { Look, PodLook, ServiceLook, VersionLook } from '../harness/model/look.ts'
import { forgetGonePods, type LookMaker, type LookShape, serviceSlots, slots } from './look-maker.ts'

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
 * Ends the interval. @returns undefined when no pod of the service under test was scraped in it (silence is not a look of zeros), and
 * the first time.
 */
export function takeLook(maker: LookMaker, toMs: number): Look | undefined {
  const { freshVersions, freshServices, lastLookMs: fromMs } = maker
  const hashes = Object.keys(freshVersions).sort()
  if (hashes.length === 0) return undefined
  maker.freshVersions = {}
  maker.freshServices = {}
  maker.lastLookMs = toMs
  const isFirst = maker.firstLookMs === null
  maker.firstLookMs ??= toMs
  const look = isFirst ? undefined : lookOf(maker, fromMs, toMs, hashes, freshVersions, freshServices)
  forgetGonePods(maker)
  return look
}

function lookOf(
  maker: LookMaker,
  fromMs: number,
  toMs: number,
  hashes: readonly string[],
  freshVersions: LookMaker['freshVersions'],
  freshServices: LookMaker['freshServices'],
): Look {
  const { pods, shape } = maker
  const versions = hashes.map((podTemplateHash): VersionLook & { readonly byPod: PodLook[] } => {
    const { pods, inFlight, counts } = freshVersions[podTemplateHash]!
    const errors = counts[slots.error]!
    const latency = new Array<number>(shape.bucketCount)
    for (let i = 0, below = 0; i < latency.length; i++) {
      const count = counts[slots.bucket(i)]!
      latency[i] = Math.max(0, count - below)
      below = count
    }
    return { podTemplateHash, pods, requests: counts[slots.success]! + errors, errors, latency, inFlight, byPod: [] }
  })
  if (versions.length > 1) {
    maker.podNames ??= Object.keys(pods).sort()
    for (const pod of maker.podNames) {
      const { group, seenAtMs, requests, errors, slow } = pods[pod]!
      if (seenAtMs !== fromMs) continue
      versions[hashes.indexOf(group)]!.byPod.push({ pod, requests, errors, slow: Math.max(0, slow) })
    }
  }
  const services: ServiceLook[] = []
  for (const service of shape.services) {
    if (service === shape.subject) services.push(subjectTotals(shape, versions))
    const counts = freshServices[service]
    if (counts === undefined) continue
    const errors = counts[serviceSlots.error]!
    const slow = counts[serviceSlots.timed]! - counts[serviceSlots.fast]!
    services.push({ service, requests: counts[serviceSlots.success]! + errors, errors, slow: Math.max(0, slow) })
  }
  return { fromMs, toMs, versions, services }
}

function subjectTotals({ subject, fastBucket }: LookShape, versions: readonly VersionLook[]): ServiceLook {
  const totals = { service: subject, requests: 0, errors: 0, slow: 0 }
  for (const { requests, errors, latency } of versions) {
    totals.requests += requests
    totals.errors += errors
    for (let b = fastBucket + 1; b < latency.length; b++) totals.slow += latency[b]!
  }
  return totals
}
