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

/** What a scrape of this subject is called, made once from the telemetry file. */
export interface Exposition {
  readonly buckets: number
  /** What each value of a scrape counts for a look: where successes appeared first, and where errors did. */
  readonly slots: readonly (readonly number[])[]
  /** By outcome: the series that Prometheus keeps. */
  readonly kept: readonly (readonly KeptSeries[])[]
  /** Room for the values of a scrape, by the number of outcomes that have appeared; written anew by each. */
  readonly values: readonly Float64Array[]
  readonly keptValues: Float64Array
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
  const unused = new Array<number>(buckets).fill(slots.none)
  const cumulative = Array.from({ length: buckets }, (_, i) => slots.bucket(i))
  const success = [slots.success, ...cumulative, slots.none, slots.none]
  const error = [slots.error, ...unused, slots.none, slots.none]
  const kept = [telemetry.code.success, telemetry.code.error].map(code =>
    seriesOf(telemetry, code).filter(({ metric }) => metrics === null || metrics.includes(metric)),
  )
  return {
    buckets,
    slots: [
      [...success, ...error],
      [...error, ...success],
    ],
    kept,
    values: [0, 1, 2].map(exposed => new Float64Array(exposed * success.length)),
    keptValues: new Float64Array(kept.flat().length),
  }
}

/** The series of one outcome, in the order of the values of a scrape. */
function seriesOf({ code, latency, requests }: Telemetry, value: string): KeptSeries[] {
  const labels = { [code.label]: value }
  const bounds = [...latency.bucketsS.map(leText), '+Inf']
  return [
    { metric: requests.counter, labels: { ...requests.labels, ...labels } },
    ...bounds.map(le => ({ metric: `${latency.histogram}_bucket`, labels: { ...labels, le } })),
    { metric: `${latency.histogram}_sum`, labels },
    { metric: `${latency.histogram}_count`, labels },
  ].map((series, place) => ({ ...series, place }))
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
  const { buckets, kept, keptValues } = exposition
  const elapsed = Math.min(1, Math.max(0, (atMs - cellStartMs) / cellMs))
  if (pod.exposed.length < 2) exposeWhatIsCounted(exposition, storage, pod, elapsed)
  const { counts, growing, exposed, meanS } = pod
  const values = exposition.values[exposed.length]!
  let keptCount = 0
  for (let position = 0; position < exposed.length; position++) {
    const outcome = exposed[position]!
    const first = outcome * buckets
    const start = position * (buckets + 3)
    let count = 0
    let sum = 0
    for (let b = 0; b < buckets; b++) {
      const inBucket = counts[first + b]! + Math.floor(growing[first + b]! * elapsed)
      count += inBucket
      sum += inBucket * meanS[b]!
      values[start + 1 + b] = count
    }
    values[start] = count
    values[start + 1 + buckets] = sum
    values[start + 2 + buckets] = count
    const series = kept[outcome]!
    for (let i = 0; i < series.length; i++) keptValues[keptCount++] = values[start + series[i]!.place]!
  }
  appendScrape(storage, pod.target, atMs, keptValues)
  const layout = exposition.slots[exposed[0] === outcomes.error ? 1 : 0]!
  addScrape(looks, podCounters(looks, pod.name, pod.podTemplateHash, pod.startedAtMs), values, layout)
}

function exposeWhatIsCounted({ buckets, kept }: Exposition, storage: Storage, pod: SubjectPod, elapsed: number): void {
  for (let outcome = 0; outcome < kept.length; outcome++) {
    if (pod.exposed.includes(outcome) || !isCounted(pod, outcome * buckets, (outcome + 1) * buckets, elapsed)) continue
    pod.exposed.push(outcome)
    for (const { metric, labels } of kept[outcome]!) addSeries(storage, pod.target, metric, labels)
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
