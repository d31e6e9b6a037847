import type { Labels } from './labels.ts'

/**
 * What the simulated Prometheus has scraped: plain data, so that a world can be cloned. Nothing that is derived from it is kept in it.
 * Times are integer milliseconds of world time; a window may begin before 0.
 */
export interface Storage {
  /** Samples older than this before a target's newest scrape may be dropped, in chunks. */
  readonly retentionMs: number
  readonly targets: TargetSamples[]
  /** Every series in order of appearance; a series is never removed. */
  readonly series: SeriesEntry[]
  /** After each series, a hash of all series so far: two storages whose hashes agree at a length hold the same series up to there. */
  readonly fingerprints: number[]
}

export interface SeriesEntry {
  readonly labels: Labels
  readonly metric: string
  /** Index into {@link Storage.targets}. */
  readonly target: number
  /** Column of the target's matrix. */
  readonly column: number
}

/** One target's scrapes, a row each: `values[row * stride + column]` was seen at `timesMs[row]`. Column 0 is `up`. */
export interface TargetSamples {
  readonly labels: Labels
  timesMs: Float64Array
  values: Float64Array
  rows: number
  stride: number
  columns: number
}

/**
 * Marks a series as absent in a scrape: never seen so far, or a stale marker. One value serves for both, because a series that was never seen has no older
 * sample either. Prometheus reserves a NaN for it (model/value, StaleNaN); JavaScript cannot tell NaNs apart, so a finite number is reserved that no counter or gauge reports.
 */
export const absent = -Number.MAX_VALUE

/** Prometheus' default look-back of an instant selector (v3.5.0, --query.lookback-delta). */
export const lookbackMs = 300_000

/** @param retentionMs how far back queries look at most, see `reachMs` of a query's selectors */
export function createStorage(retentionMs = 900_000): Storage {
  return { retentionMs, targets: [], series: [], fingerprints: [] }
}

/** Index of the newest row at or before `atMs`, -1 when there is none. */
export function rowAt(target: TargetSamples, atMs: number): number {
  const { timesMs, rows } = target
  if (rows === 0 || timesMs[rows - 1]! <= atMs) return rows - 1
  let low = 0
  let high = rows - 1
  while (low < high) {
    const middle = (low + high) >>> 1
    if (timesMs[middle]! <= atMs) low = middle + 1
    else high = middle
  }
  return low - 1
}
