import type { TrialSeries, VersionSeries } from './series.ts'

/** Equal parts of a stretch of trial time. */
export interface Axis {
  readonly fromMs: number
  readonly bucketMs: number
  readonly buckets: number
}

/** At most so many buckets, each of the same number of looks. @param columns at least 1 */
export function axisOf(fromMs: number, toMs: number, columns: number, lookMs: number): Axis {
  const bucketMs = Math.max(1, Math.ceil((toMs - fromMs) / columns / lookMs)) * lookMs
  return { fromMs, bucketMs, buckets: Math.max(1, Math.ceil((toMs - fromMs) / bucketMs)) }
}

/** The bucket that an instant falls in; null outside. */
export function bucketAt({ fromMs, bucketMs, buckets }: Axis, atMs: number): number | null {
  const bucket = Math.floor((atMs - fromMs) / bucketMs)
  return bucket >= 0 && bucket < buckets ? bucket : null
}

/** Share of the requests of each bucket's looks; null without any. */
export function shares(
  axis: Axis,
  { toMs, requests, ...counts }: Pick<VersionSeries, 'toMs' | 'requests' | 'errors' | 'slow'>,
  of: 'errors' | 'slow',
): (number | null)[] {
  const sums = Array.from({ length: axis.buckets }, () => ({ requests: 0, counted: 0 }))
  toMs.forEach((endMs, look) => {
    const sum = sums[bucketAt(axis, endMs - 1) ?? -1]
    if (sum === undefined) return
    sum.requests += requests[look]!
    sum.counted += counts[of][look]!
  })
  return sums.map(({ requests, counted }) => (requests === 0 ? null : counted / requests))
}

/** Pods of a version that receive traffic at the end of each bucket, or their share of all that do; null while it has none. */
export function served(
  axis: Axis,
  traffic: TrialSeries['traffic'],
  version: number,
  of: 'pods' | 'share',
): (number | null)[] {
  return Array.from({ length: axis.buckets }, (_, bucket) => {
    const endMs = axis.fromMs + (bucket + 1) * axis.bucketMs
    const { pods } = traffic.findLast(({ atMs }) => atMs < endMs) ?? { pods: [] }
    const own = pods[version] ?? 0
    if (own === 0) return null
    return of === 'pods' ? own : own / pods.reduce((sum, count) => sum + count, 0)
  })
}
