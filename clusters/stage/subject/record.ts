import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { Outcome } from './outcome.ts'
import { type Lock, seal, sealedBytes } from './seal.ts'

/** Counts of the requests that ended in one second of the epoch: [second, requests, bad, touched]. */
export type SecondCounts = readonly [second: number, requests: number, bad: number, touched: number]

/** What one process of the subject knows of its own requests: ground truth, for the harness and never for the engine. */
export interface PodRecord {
  /** Epoch ms of the process's start; tells a container from the one before its restart. */
  readonly startedMs: number
  /** Epoch ms of the end of the first and the last request that the fault changed. */
  readonly firstTouchedMs: number | null
  readonly lastTouchedMs: number | null
  /**
   * In order of time; seconds without a request are absent. A request is bad when it failed, was never answered, or took longer than the SLO.
   */
  readonly seconds: readonly SecondCounts[]
}

/** Keeps the record of a process. Instants are epoch ms. */
export class Recorder {
  readonly #startedMs: number
  readonly #sloMs: number
  #firstTouchedMs: number | null = null
  #lastTouchedMs: number | null = null
  readonly #seconds: [number, number, number, number][] = []

  constructor(startedMs: number, sloMs: number) {
    this.#startedMs = startedMs
    this.#sloMs = sloMs
  }

  add(nowMs: number, { code, latencyMs, touched }: Outcome): void {
    const second = Math.floor(nowMs / 1000)
    let counts = this.#seconds.at(-1)
    if (counts?.[0] !== second) {
      counts = [second, 0, 0, 0]
      this.#seconds.push(counts)
    }
    counts[1]++
    if (code !== 200 || latencyMs > this.#sloMs) counts[2]++
    if (!touched) return
    counts[3]++
    this.#firstTouchedMs ??= nowMs
    this.#lastTouchedMs = nowMs
  }

  /** The record with the seconds from `fromSecond` on. */
  since(fromSecond: number): PodRecord {
    return {
      startedMs: this.#startedMs,
      firstTouchedMs: this.#firstTouchedMs,
      lastTouchedMs: this.#lastTouchedMs,
      seconds: this.#seconds.filter(([second]) => second >= fromSecond),
    }
  }
}

/**
 * Of a last word; the kubelet keeps 4096 bytes of it (Kubernetes v1.34, pkg/kubelet/container/runtime.go,
 * MaxContainerTerminationMessageLength).
 */
const textLength = 2048
/** The harness polls every few seconds; whatever else is in the text is older than that. */
const mostSeconds = 60

/**
 * The last word of a process: a record with its last seconds, as text of one length that says nothing to whoever reads the pod's status.
 * Seconds that do not fit are left out, the oldest first.
 * @param publicKey of the harness's lock
 */
export function sealRecord(record: PodRecord, publicKey: string): string {
  const content = Buffer.alloc(sealedBytes(textLength))
  for (let kept = mostSeconds; ; kept = Math.floor(kept / 2)) {
    const seconds = kept === 0 ? [] : record.seconds.slice(-kept)
    const packed = deflateRawSync(JSON.stringify({ ...record, seconds }))
    if (packed.length > content.length - lengthBytes) continue
    content.writeUInt16BE(packed.length)
    packed.copy(content, lengthBytes)
    return seal(content, publicKey)
  }
}

const lengthBytes = 2

/** undefined for any text that `sealRecord` has not made for this lock. */
export function unsealRecord(text: string, lock: Lock): PodRecord | undefined {
  const content = lock.open(text)
  if (content === undefined) return undefined
  const packed = content.subarray(lengthBytes, lengthBytes + content.readUInt16BE())
  return JSON.parse(inflateRawSync(packed).toString()) as PodRecord
}
