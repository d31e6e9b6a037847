import type { VersionSeries } from '../../../timeline/series.ts'

/** Over which a ratio is taken: a look of five seconds has too few requests. */
const windowMs = 30_000

/** Longer without a look, and the line is broken. */
const gapMs = 20_000

/** Share of the requests in the window that ends with each look; a gap where there is none. */
export function ratios(
  { toMs, requests, ...counts }: Pick<VersionSeries, 'toMs' | 'requests' | 'errors' | 'slow'>,
  of: 'errors' | 'slow',
): [ms: number, ratio: number | null][] {
  const points: [number, number | null][] = []
  let start = 0
  let [asked, counted] = [0, 0]
  toMs.forEach((endMs, look) => {
    const before = toMs[look - 1]
    if (before !== undefined && endMs - before > gapMs) {
      points.push([before, null])
      start = look
      asked = 0
      counted = 0
    }
    asked += requests[look]!
    counted += counts[of][look]!
    while (toMs[start]! <= endMs - windowMs) {
      asked -= requests[start]!
      counted -= counts[of][start]!
      start++
    }
    points.push([endMs, asked === 0 ? null : counted / asked])
  })
  return points
}

/** A round share at or above it, to draw up to. */
export function roundShare(share: number): number {
  return [0.01, 0.02, 0.05, 0.1, 0.2, 0.5].find(one => one >= share) ?? 1
}
