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
  /** In order of time; seconds without a request are absent. A request is bad when it failed or took longer than the SLO. */
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
    if (code >= 500 || latencyMs > this.#sloMs) counts[2]++
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
