import type { StreamKey } from '../../../harness/stats/uniform.ts'
import { addScrape, type LookMaker, podCounters, slots } from '../../look-maker.ts'
import { leText, type Telemetry } from '../../manifests/telemetry.ts'
import { addSeries, appendScrape } from '../prometheus/scrape.ts'
import { absent, type Storage } from '../prometheus/storage.ts'
import { cellMs } from './cell.ts'
import { inFlightAt } from './in-flight.ts'
import { createUsage, noGauges, type PodUsage, settleUsage } from './pod-usage.ts'

/** A pod of the subject as a scrape target. Plain data. */
export interface SubjectPod {
  readonly name: string
  readonly podTemplateHash: string
  readonly revision: number
  readonly startedAtMs: number
  /** Index in the storage. */
  readonly target: number
  nextScrapeMs: number
  /** Requests by outcome and latency bucket (not cumulative) up to the running cell; `outcome x buckets + bucket`. */
  readonly counts: Float64Array
  /** What the running cell adds, evenly over its length. */
  readonly growing: Float64Array
  /** Seconds that its requests took, by outcome, up to the running cell, and what the cell adds. */
  readonly sumS: [number, number]
  readonly growingS: [number, number]
  /** Outcomes whose series have appeared, in that order: a series appears with its first count, in each process anew. */
  readonly exposed: number[]
  /** What the container uses. */
  usage: PodUsage
}

/** The two outcomes of a request; each has its own code and its own series. */
export const outcomes = { success: 0, error: 1 } as const

/** What a scrape of this subject holds and how it is called, made once from the telemetry file. */
export interface Exposition {
  readonly buckets: number
  /** Name of the gauge of requests in progress; null where nobody reads it. */
  readonly inFlight: string | null
  /** Luck of that gauge; null: none. */
  readonly inFlightLuck: StreamKey | null
  readonly outcomes: readonly OutcomeSeries[]
  /** What each value of a scrape counts for a look, by {@link layoutOf}. */
  readonly layouts: readonly (readonly number[])[]
  /** Room for the values of a scrape, and for those that Prometheus keeps; written anew by each scrape. */
  readonly values: Float64Array
  readonly keptValues: Float64Array
}

/** The series of one outcome. Its values are the count, and where somebody reads them the cumulative buckets and the sum. */
interface OutcomeSeries {
  readonly kept: readonly KeptSeries[]
  readonly slots: readonly number[]
  readonly hasBuckets: boolean
  readonly hasSum: boolean
}

interface KeptSeries {
  readonly metric: string
  readonly labels: Readonly<Record<string, string>>
  /** Its place among the values of its outcome. */
  readonly place: number
}

/** @param metrics those that Prometheus keeps; null: all of them. */
export function expositionOf(
  telemetry: Telemetry,
  metrics: readonly string[] | null,
  inFlightLuck: StreamKey | null = null,
): Exposition {
  const buckets = telemetry.latency.bucketsS.length + 1
  const cumulative = Array.from({ length: buckets }, (_, i) => slots.bucket(i))
  const unused = new Array<number>(buckets).fill(slots.none)
  const { code, requests } = telemetry
  const series = [
    outcomeSeries(telemetry, metrics, code.success, [slots.success, ...cumulative]),
    outcomeSeries(telemetry, metrics, code.error, [slots.error, ...unused]),
  ]
  const slotsOf = (order: readonly number[], live: number) =>
    order.flatMap(outcome => series[outcome]!.slots.map(slot => (live & (1 << outcome) ? slot : slots.none)))
  const inFlight = metrics === null || metrics.includes(requests.inFlight) ? requests.inFlight : null
  return {
    buckets,
    inFlight,
    inFlightLuck,
    outcomes: series,
    layouts: orders.flatMap(order => [0, 1, 2, 3].map(live => slotsOf(order, live))),
    values: new Float64Array(series.flatMap(one => one.slots).length),
    keptValues: new Float64Array(series.flatMap(({ kept }) => kept).length + 1),
  }
}

/** In which order outcomes can have appeared. */
const orders: readonly (readonly number[])[] = [[], [0], [1], [0, 1], [1, 0]]

/** @param live a bit for each outcome that this process has counted. */
function layoutOf({ layouts }: Exposition, exposed: readonly number[], live: number): readonly number[] {
  const order = exposed.length === 0 ? 0 : 2 * exposed.length - 1 + exposed[0]!
  return layouts[4 * order + live]!
}

/** @param counted slots of the count and the buckets. */
function outcomeSeries(
  { code, latency, requests }: Telemetry,
  metrics: readonly string[] | null,
  value: string,
  counted: readonly number[],
): OutcomeSeries {
  const labels = { [code.label]: value }
  const bounds = [...latency.bucketsS.map(leText), '+Inf']
  const sumPlace = counted.length
  const kept = [
    { metric: requests.counter, labels: { ...requests.labels, ...labels }, place: 0 },
    ...bounds.map((le, i) => ({ metric: `${latency.histogram}_bucket`, labels: { ...labels, le }, place: 1 + i })),
    { metric: `${latency.histogram}_sum`, labels, place: sumPlace },
    { metric: `${latency.histogram}_count`, labels, place: 0 },
  ].filter(({ metric }) => metrics === null || metrics.includes(metric))
  const hasSum = kept.some(({ place }) => place === sumPlace)
  const hasBuckets = hasSum || kept.some(({ place }) => place > 0) || counted.some((slot, i) => i > 0 && slot >= 0)
  return { kept, hasSum, hasBuckets, slots: hasBuckets ? [...counted, slots.none] : counted.slice(0, 1) }
}

/**
 * One scrape: writes the pod's samples into the storage and shows them to the look maker.
 * @param scrapeKey tells the pods apart.
 */
export function scrapePod(
  exposition: Exposition,
  storage: Storage,
  looks: LookMaker,
  pod: SubjectPod,
  scrapeKey: number,
  atMs: number,
  cellStartMs: number,
): void {
  const elapsed = Math.min(1, Math.max(0, (atMs - cellStartMs) / cellMs))
  const inFlight = inFlightAt(pod.usage, exposition.inFlightLuck, scrapeKey, atMs)
  const live = storeScrape(exposition, storage, pod, atMs, elapsed, inFlight)
  const counters = podCounters(looks, pod.name, pod.podTemplateHash, pod.startedAtMs)
  addScrape(looks, counters, exposition.values, layoutOf(exposition, pod.exposed, live), inFlight)
}

/**
 * Writes the pod's samples into the storage, and leaves them in the exposition's `values`.
 * @param elapsed part of the running cell that has passed.
 * @param inFlight the gauge.
 * @returns a bit for each outcome that this process has counted; the series of the others are absent.
 */
export function storeScrape(
  exposition: Exposition,
  storage: Storage,
  pod: SubjectPod,
  atMs: number,
  elapsed: number,
  inFlight: number,
): number {
  const { buckets, keptValues, values } = exposition
  if (pod.exposed.length < 2) exposeWhatIsCounted(exposition, storage, pod, elapsed)
  const { counts, growing, exposed } = pod
  let live = 0
  let start = 0
  let keptCount = 0
  if (exposition.inFlight !== null) keptValues[keptCount++] = inFlight
  for (let position = 0; position < exposed.length; position++) {
    const outcome = exposed[position]!
    const { kept, hasBuckets, hasSum, slots: ofOutcome } = exposition.outcomes[outcome]!
    const first = outcome * buckets
    let count = 0
    for (let b = 0; b < buckets; b++) {
      count += counts[first + b]! + Math.floor(growing[first + b]! * elapsed)
      if (hasBuckets) values[start + 1 + b] = count
    }
    values[start] = count
    if (hasSum) values[start + 1 + buckets] = pod.sumS[outcome as 0 | 1] + pod.growingS[outcome as 0 | 1] * elapsed
    if (count > 0) {
      live |= 1 << outcome
      for (let i = 0; i < kept.length; i++) keptValues[keptCount++] = values[start + kept[i]!.place]!
    } else for (let i = 0; i < kept.length; i++) keptValues[keptCount++] = absent
    start += ofOutcome.length
  }
  appendScrape(storage, pod.target, atMs, keptValues)
  return live
}

function exposeWhatIsCounted(
  { buckets, inFlight, outcomes: series }: Exposition,
  storage: Storage,
  pod: SubjectPod,
  elapsed: number,
): void {
  // The gauge is there from the first scrape on: before it a target has no column but `up`.
  if (inFlight !== null && storage.targets[pod.target]!.columns === 1) addSeries(storage, pod.target, inFlight, {})
  for (let outcome = 0; outcome < series.length; outcome++) {
    if (pod.exposed.includes(outcome) || !isCounted(pod, outcome * buckets, (outcome + 1) * buckets, elapsed)) continue
    pod.exposed.push(outcome)
    for (const { metric, labels } of series[outcome]!.kept) addSeries(storage, pod.target, metric, labels)
  }
}

function isCounted({ counts, growing }: SubjectPod, from: number, to: number, elapsed: number): boolean {
  for (let i = from; i < to; i++) if (counts[i]! + Math.floor(growing[i]! * elapsed) > 0) return true
  return false
}

/** Ends the running cell: what it added has happened. */
export function settleCell(pod: SubjectPod): void {
  const { counts, growing } = pod
  for (let i = 0; i < counts.length; i++) counts[i]! += growing[i]!
  growing.fill(0)
  for (const outcome of [0, 1] as const) {
    pod.sumS[outcome] += pod.growingS[outcome]
    pod.growingS[outcome] = 0
  }
  settleUsage(pod.usage)
}

/** The container's process has ended: the next one counts from 0, and its series appear anew. */
export function resetPod(pod: SubjectPod): void {
  pod.counts.fill(0)
  pod.growing.fill(0)
  pod.sumS.fill(0)
  pod.growingS.fill(0)
  const { restarts } = pod.usage.atStart
  pod.usage = createUsage({ ...noGauges, restarts: restarts + 1 })
}

/**
 * Shares a version's requests of one cell out to its pods: equal parts, the remainder in turn, so that no pod is ever more than one
 * ahead (largest remainder with carry).
 * @param counts by bucket.
 * @param turns which pod is next to get a remainder, by `outcome x buckets + bucket`; changed.
 */
export function apportion(
  pods: readonly SubjectPod[],
  outcome: number,
  counts: readonly number[],
  turns: number[],
): void {
  for (let b = 0; b < counts.length; b++) {
    const count = counts[b]!
    if (count === 0) continue
    const i = outcome * counts.length + b
    const each = Math.floor(count / pods.length)
    const remainder = count - each * pods.length
    const turn = (turns[i] ?? 0) % pods.length
    if (each > 0) for (const pod of pods) pod.growing[i]! += each
    for (let r = 0; r < remainder; r++) pods[(turn + r) % pods.length]!.growing[i]! += 1
    turns[i] = (turn + remainder) % pods.length
  }
}

/**
 * The same for requests that no counter shows.
 * @param turnIndex place of the turn, which is changed.
 * @returns by pod's index, its part.
 */
export function shareOut(
  count: number,
  { length: pods }: readonly SubjectPod[],
  turns: number[],
  turnIndex: number,
): (pod: number) => number {
  if (count === 0) return () => 0
  const each = Math.floor(count / pods)
  const remainder = count - each * pods
  const turn = (turns[turnIndex] ?? 0) % pods
  turns[turnIndex] = (turn + remainder) % pods
  return pod => each + ((pod - turn + pods) % pods < remainder ? 1 : 0)
}

/**
 * The seconds that a pod's requests of the running cell take.
 * @param meanS of a request in each latency bucket.
 */
export function growSums(pod: SubjectPod, meanS: readonly number[]): void {
  for (const outcome of [0, 1] as const) {
    let sum = 0
    for (let b = 0; b < meanS.length; b++) sum += pod.growing[outcome * meanS.length + b]! * meanS[b]!
    pod.growingS[outcome] = sum
  }
}
