import { addServiceScrape, type LookMaker, processCounters, serviceSlots, slots } from '../look-maker.ts'
import { leText, type Telemetry } from '../manifests/telemetry.ts'
import { addSeries, addTarget, appendScrape } from './prometheus/scrape.ts'
import { absent, type Storage } from './prometheus/storage.ts'

/** A service besides the subject: its totals, scraped as one target. Plain data. */
export interface ServiceState {
  readonly name: string
  /** Index in the storage. */
  readonly target: number
  /** Tells the target's scrapes apart from others', see drawScrape. */
  readonly scrapeKey: number
  nextScrapeMs: number
  /** Requests up to the running cell, and what the cell adds, evenly over its length. */
  readonly counts: [success: number, error: number]
  readonly growing: [success: number, error: number]
  /** Those of the successes that were slower than the objective. */
  slow: number
  growingSlow: number
  /** Outcomes whose series have appeared, in that order. */
  readonly exposed: number[]
}

/** Series of a service by outcome: those that somebody reads, each with whether it leaves slow requests out. */
export interface ServiceExposition {
  readonly outcomes: readonly (readonly KeptSeries[])[]
  /** Room for the values of a scrape; written anew by each. */
  readonly values: Float64Array
  /** Room for what a look is told: successes, errors, successes within the objective, all successes. */
  readonly shown: Float64Array
}

interface KeptSeries {
  readonly metric: string
  readonly labels: Readonly<Record<string, string>>
  readonly onlyFast: boolean
}

/**
 * The counter by code, and of the histogram no more than the bucket of the objective, that of all, and `_count`: a service besides the
 * subject is totals, errors and slow requests.
 * @param metrics those that Prometheus keeps; null: all of them.
 */
export function serviceExposition(
  { code, latency, requests }: Telemetry,
  metrics: readonly string[] | null,
  objectiveS: number,
): ServiceExposition {
  const bucket = `${latency.histogram}_bucket`
  const outcomes = [code.success, code.error].map(value => {
    const labels = { [code.label]: value }
    return [
      { metric: requests.counter, labels: { ...requests.labels, ...labels }, onlyFast: false },
      { metric: bucket, labels: { ...labels, le: leText(objectiveS) }, onlyFast: true },
      { metric: bucket, labels: { ...labels, le: '+Inf' }, onlyFast: false },
      { metric: `${latency.histogram}_count`, labels, onlyFast: false },
    ].filter(({ metric }) => metrics === null || metrics.includes(metric))
  })
  return { outcomes, values: new Float64Array(outcomes.flat().length), shown: new Float64Array(4) }
}

/** @param labels of the target. */
export function addService(
  storage: Storage,
  name: string,
  labels: Readonly<Record<string, string>>,
  scrapeKey: number,
  nextScrapeMs: number,
): ServiceState {
  return {
    name,
    target: addTarget(storage, labels),
    scrapeKey,
    nextScrapeMs,
    counts: [0, 0],
    growing: [0, 0],
    slow: 0,
    growingSlow: 0,
    exposed: [],
  }
}

export function cloneService(service: ServiceState): ServiceState {
  return {
    ...service,
    counts: [...service.counts],
    growing: [...service.growing],
    exposed: service.exposed.slice(),
  }
}

/** Ends the running cell: what it added has happened. */
export function settleService(service: ServiceState): void {
  for (const outcome of [0, 1] as const) {
    service.counts[outcome] += service.growing[outcome]
    service.growing[outcome] = 0
  }
  service.slow += service.growingSlow
  service.growingSlow = 0
}

/** One scrape: writes the service's samples into the storage and shows it to the look maker. */
export function scrapeService(
  exposition: ServiceExposition,
  storage: Storage,
  looks: LookMaker,
  service: ServiceState,
  atMs: number,
  elapsed: number,
): void {
  storeServiceScrape(exposition, storage, service, atMs, elapsed)
  const { shown } = exposition
  const live = (shown[0]! > 0 ? 1 : 0) + (shown[1]! > 0 ? 2 : 0)
  const counters = processCounters(looks, service.name, service.name, Number.NEGATIVE_INFINITY)
  addServiceScrape(looks, counters, shown, shownSlots[live]!)
}

/** What the values that are shown count for a look, by a bit for each outcome that the process has counted. */
const shownSlots = [0, 1, 2, 3].map(live => {
  const { success, error, fast, timed } = serviceSlots
  const { none } = slots
  const hasSucceeded = (live & 1) !== 0
  return [
    hasSucceeded ? success : none,
    (live & 2) !== 0 ? error : none,
    hasSucceeded ? fast : none,
    hasSucceeded ? timed : none,
  ]
})

/**
 * Writes the service's samples into the storage, and leaves what a look wants of them in the exposition's `shown`.
 * @param elapsed part of the running cell that has passed.
 */
export function storeServiceScrape(
  { outcomes, values, shown }: ServiceExposition,
  storage: Storage,
  service: ServiceState,
  atMs: number,
  elapsed: number,
): void {
  const { counts, growing, slow, growingSlow, exposed } = service
  const successes = counts[0] + Math.floor(growing[0] * elapsed)
  const errors = counts[1] + Math.floor(growing[1] * elapsed)
  // Rounded down on its own, as a difference of rounded numbers would fall at times.
  const fastSuccesses = counts[0] - slow + Math.floor((growing[0] - growingSlow) * elapsed)
  if (exposed.length < 2) {
    if (successes > 0) expose(outcomes, storage, service, 0)
    if (errors > 0) expose(outcomes, storage, service, 1)
  }
  let at = 0
  for (let i = 0; i < exposed.length; i++) {
    const count = exposed[i] === 0 ? successes : errors
    const fast = exposed[i] === 0 ? fastSuccesses : count
    for (const { onlyFast } of outcomes[exposed[i]!]!) values[at++] = count === 0 ? absent : onlyFast ? fast : count
  }
  appendScrape(storage, service.target, atMs, values)
  shown[0] = successes
  shown[1] = errors
  shown[2] = fastSuccesses
  shown[3] = successes
}

function expose(
  outcomes: ServiceExposition['outcomes'],
  storage: Storage,
  { exposed, target }: ServiceState,
  outcome: 0 | 1,
): void {
  if (exposed.includes(outcome)) return
  exposed.push(outcome)
  for (const { metric, labels } of outcomes[outcome]!) addSeries(storage, target, metric, labels)
}
