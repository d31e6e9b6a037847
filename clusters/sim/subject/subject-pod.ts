import { addScrape, type LookMaker, podCounters, slots } from '../../looks.ts'
import type { Telemetry } from '../../manifests/telemetry.ts'
import { addSeries, appendScrape } from '../prometheus/scrape.ts'
import type { Storage } from '../prometheus/storage.ts'
import { cellMs } from './cell.ts'
import { latencyModel } from './latency-model.ts'

/** A pod of the subject as a scrape target. Plain data. */
export interface SubjectPod {
  readonly name: string
  readonly podTemplateHash: string
  readonly revision: number
  readonly startedAtMs: number
  readonly latencyFactor: number
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
  readonly telemetry: Telemetry
  readonly buckets: number
  /** What each value of a scrape counts for a look: where successes appeared first, and where errors did. */
  readonly slots: readonly (readonly number[])[]
}

export function expositionOf(telemetry: Telemetry): Exposition {
  const buckets = telemetry.latency.bucketsS.length + 1
  const unused = new Array<number>(buckets).fill(slots.none)
  const cumulative = Array.from({ length: buckets }, (_, i) => slots.bucket(i))
  const success = [slots.success, ...cumulative, slots.none, slots.none]
  const error = [slots.error, ...unused, slots.none, slots.none]
  return {
    telemetry,
    buckets,
    slots: [
      [...success, ...error],
      [...error, ...success],
    ],
  }
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
  const { buckets, telemetry } = exposition
  const elapsed = Math.min(1, Math.max(0, (atMs - cellStartMs) / cellMs))
  if (pod.exposed.length < 2) exposeWhatIsCounted(exposition, storage, pod, elapsed)
  const { meanS } = latencyModel(telemetry.latency.bucketsS, pod.latencyFactor)
  const { counts, growing, exposed } = pod
  const perOutcome = buckets + 3
  const values = new Float64Array(exposed.length * perOutcome)
  exposed.forEach((outcome, position) => {
    const first = outcome * buckets
    const start = position * perOutcome
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
  })
  appendScrape(storage, pod.target, atMs, values)
  const layout = exposition.slots[exposed[0] === outcomes.error ? 1 : 0]!
  addScrape(looks, podCounters(looks, pod.name, pod.podTemplateHash, pod.startedAtMs), values, layout)
}

function exposeWhatIsCounted(exposition: Exposition, storage: Storage, pod: SubjectPod, elapsed: number): void {
  const { buckets } = exposition
  for (const outcome of [outcomes.success, outcomes.error]) {
    if (pod.exposed.includes(outcome)) continue
    const range = Array.from({ length: buckets }, (_, b) => outcome * buckets + b)
    const isCounted = range.some(i => pod.counts[i]! + Math.floor(pod.growing[i]! * elapsed) > 0)
    if (isCounted) expose(exposition, storage, pod, outcome)
  }
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

function expose({ telemetry, buckets }: Exposition, storage: Storage, pod: SubjectPod, outcome: number): void {
  const { code, latency, requests } = telemetry
  const labels = { [code.label]: outcome === outcomes.error ? code.error : code.success }
  addSeries(storage, pod.target, requests.counter, { ...requests.labels, ...labels })
  for (let b = 0; b < buckets; b++) {
    const bound = latency.bucketsS[b]
    const le = bound === undefined ? '+Inf' : leText(bound)
    addSeries(storage, pod.target, `${latency.histogram}_bucket`, { ...labels, le })
  }
  addSeries(storage, pod.target, `${latency.histogram}_sum`, labels)
  addSeries(storage, pod.target, `${latency.histogram}_count`, labels)
  pod.exposed.push(outcome)
}

/** Prometheus 3 stores bucket bounds as floats, whatever the client wrote: `1` becomes `1.0`. */
function leText(boundS: number): string {
  return Number.isInteger(boundS) ? `${boundS}.0` : String(boundS)
}
