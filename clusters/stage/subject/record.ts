import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { Outcome } from './outcome.ts'

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

/** The kubelet keeps the first 4096 bytes of a container's last word (Kubernetes v1.34, pkg/kubelet/container/runtime.go, MaxContainerTerminationMessageLength). */
const longestText = 4096
/** The harness polls every few seconds; whatever else is in the text is older than that. */
const mostSeconds = 60

/**
 * The last word of a process: a record with its last seconds, as text that says nothing to whoever reads the pod's status or log.
 * Seconds that do not fit are left out, the oldest first.
 */
export function sealRecord(record: PodRecord): string {
  for (let kept = mostSeconds; ; kept = Math.floor(kept / 2)) {
    const seconds = kept === 0 ? [] : record.seconds.slice(-kept)
    const text = deflateRawSync(JSON.stringify({ ...record, seconds })).toString('base64url')
    if (text.length <= longestText || kept === 0) return text
  }
}

/** undefined for any text that `sealRecord` has not made. */
export function unsealRecord(text: string): PodRecord | undefined {
  try {
    const read = JSON.parse(inflateRawSync(Buffer.from(text, 'base64url')).toString()) as Partial<PodRecord> | null
    return typeof read?.startedMs === 'number' && Array.isArray(read.seconds) ? (read as PodRecord) : undefined
  } catch {
    return undefined
  }
}
