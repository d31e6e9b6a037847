import type { VersionLook, VersionSeries } from './versions.ts'

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

/** Share of the requests of each bucket's looks; null without any, or where a look does not tell. */
export function shares(axis: Axis, looks: readonly VersionLook[], of: 'errors' | 'slow'): (number | null)[] {
  const sums = Array.from({ length: axis.buckets }, () => ({ requests: 0, counted: 0 }))
  for (const look of looks) {
    const [bucket, counted] = [bucketAt(axis, look.toMs - 1), look[of]]
    if (bucket === null || counted === null) continue
    sums[bucket]!.requests += look.requests
    sums[bucket]!.counted += counted
  }
  return sums.map(({ requests, counted }) => (requests === 0 ? null : counted / requests))
}

/** What holds at the end of each bucket; null while the version has no pod. */
export function served(axis: Axis, serving: VersionSeries['serving'], of: 'pods' | 'share'): (number | null)[] {
  return Array.from({ length: axis.buckets }, (_, bucket) => {
    const endMs = axis.fromMs + (bucket + 1) * axis.bucketMs
    const last = serving.findLast(({ atMs }) => atMs < endMs)
    return last === undefined || last.pods === 0 ? null : last[of]
  })
}
