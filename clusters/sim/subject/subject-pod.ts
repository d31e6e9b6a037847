import { addScrape, type LookMaker, podCounters, slots } from '../../looks.ts'
import type { Telemetry } from '../../manifests/telemetry.ts'
import { addSeries, appendScrape } from '../prometheus/scrape.ts'
import type { Storage } from '../prometheus/storage.ts'
import { cellMs } from './cell.ts'

/** A pod of the subject as a scrape target. Plain data. */
export interface SubjectPod {
  readonly name: string
  readonly podTemplateHash: string
  readonly revision: number
  readonly startedAtMs: number
  /** Mean seconds of a request in each latency bucket. */
  readonly meanS: readonly number[]
  /** Index in the storage. */
  readonly target: number
  nextScrapeMs: number
  /** Requests by outcome and latency bucket (not cumulative) up to the running cell; `outcome x buckets + bucket`. */
  readonly counts: Float64Array
  /** What the running cell adds, evenly over its length. */
  readonly growing: Float64Array
  /** Outcomes whose series have appeared, in that order: a series appears with its first count. */
  readonly exposed: number[]
}

/** The two outcomes of a request; each has its own code and its own series. */
export const outcomes = { success: 0, error: 1 } as const

/** What a scrape of this subject holds and how it is called, made once from the telemetry file. */
export interface Exposition {
  readonly buckets: number
  readonly outcomes: readonly OutcomeSeries[]
  /** What each value of a scrape counts for a look, by the number of outcomes that have appeared and by the first of them. */
  readonly layouts: readonly (readonly (readonly number[])[])[]
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
export function expositionOf(telemetry: Telemetry, metrics: readonly string[] | null): Exposition {
  const buckets = telemetry.latency.bucketsS.length + 1
  const cumulative = Array.from({ length: buckets }, (_, i) => slots.bucket(i))
  const unused = new Array<number>(buckets).fill(slots.none)
  const { code } = telemetry
  const series = [
    outcomeSeries(telemetry, metrics, code.success, [slots.success, ...cumulative]),
    outcomeSeries(telemetry, metrics, code.error, [slots.error, ...unused]),
  ]
  const [success, error] = series.map(one => one.slots) as [readonly number[], readonly number[]]
  return {
    buckets,
    outcomes: series,
    layouts: [
      [[], []],
      [success, error],
      [
        [...success, ...error],
        [...error, ...success],
      ],
    ],
    values: new Float64Array(success.length + error.length),
    keptValues: new Float64Array(series.flatMap(({ kept }) => kept).length),
  }
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

/** Prometheus 3 stores bucket bounds as floats, whatever the client wrote: `1` becomes `1.0`. */
function leText(boundS: number): string {
  return Number.isInteger(boundS) ? `${boundS}.0` : String(boundS)
}

/** One scrape: writes the pod's samples into the storage and shows them to the look maker. */
export function scrapePod(
  exposition: Exposition,
  storage: Storage,
  looks: LookMaker,
  pod: SubjectPod,
  atMs: number,
  cellStartMs: number,
): void {
  const { buckets, keptValues, values } = exposition
  const elapsed = Math.min(1, Math.max(0, (atMs - cellStartMs) / cellMs))
  if (pod.exposed.length < 2) exposeWhatIsCounted(exposition, storage, pod, elapsed)
  const { counts, growing, exposed } = pod
  let start = 0
  let keptCount = 0
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
    if (hasSum) values[start + 1 + buckets] = sumOf(pod, first, buckets, elapsed)
    for (let i = 0; i < kept.length; i++) keptValues[keptCount++] = values[start + kept[i]!.place]!
    start += ofOutcome.length
  }
  appendScrape(storage, pod.target, atMs, keptValues)
  const layout = exposition.layouts[exposed.length]![exposed[0] ?? 0]!
  addScrape(looks, podCounters(looks, pod.name, pod.podTemplateHash, pod.startedAtMs), values, layout)
}

/** Seconds that the requests of one outcome have taken together. */
function sumOf({ counts, growing, meanS }: SubjectPod, first: number, buckets: number, elapsed: number): number {
  let sum = 0
  for (let b = 0; b < buckets; b++) sum += (counts[first + b]! + Math.floor(growing[first + b]! * elapsed)) * meanS[b]!
  return sum
}

function exposeWhatIsCounted(
  { buckets, outcomes: series }: Exposition,
  storage: Storage,
  pod: SubjectPod,
  elapsed: number,
): void {
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
