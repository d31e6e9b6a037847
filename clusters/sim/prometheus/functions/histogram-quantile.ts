import {
  memoOfShape,
  newFrame,
  refuseTwins,
  resetFrame,
  type ScalarNode,
  type Shape,
  shapeOf,
  type VectorNode,
} from '../eval/frame.ts'
import { dropLabels, dropMetricName, type Labels, labelsKey, labelValue } from '../labels.ts'

const bucketLabel: ReadonlySet<string> = new Set(['le'])

/** Differences of counts below this, relative to their sum, are taken for rounding (Prometheus v3.5.0, promql/quantile.go, smallDeltaTolerance). */
const smallDelta = 1e-12

interface Histograms {
  readonly shape: Shape
  /** Per histogram its buckets, bounds ascending. */
  readonly buckets: readonly { readonly member: Int32Array; readonly bounds: Float64Array }[]
}

/**
 * `histogram_quantile` of classic histograms: members that differ in `le` only are the buckets of one. Histograms stand in the order of their first buckets
 * (Prometheus answers in the order of a Go map, that is none); members without a number as `le` are left out.
 */
export function histogramQuantileNode(quantile: ScalarNode, vector: VectorNode): VectorNode {
  const histogramsOf = memoOfShape(gather)
  const frame = newFrame()
  const counts: number[] = []
  const bounds: number[] = []
  return context => {
    const q = quantile(context)
    const input = vector(context)
    const { shape, buckets } = histogramsOf(input.shape)
    resetFrame(frame, shape)
    for (let h = 0; h < buckets.length; h++) {
      const { member, bounds: allBounds } = buckets[h]!
      counts.length = 0
      bounds.length = 0
      for (let i = 0; i < member.length; i++) {
        if (input.present[member[i]!] === 0) continue
        const count = input.values[member[i]!]!
        if (bounds.at(-1) === allBounds[i]) counts[counts.length - 1]! += count
        else {
          bounds.push(allBounds[i]!)
          counts.push(count)
        }
      }
      if (bounds.length === 0) continue
      frame.present[h] = 1
      frame.values[h] = bucketQuantile(q, bounds, counts)
    }
    return refuseTwins(frame)
  }
}

/**
 * The quantile of cumulative bucket counts, interpolated linearly inside a bucket (Prometheus v3.5.0, promql/quantile.go, BucketQuantile).
 * @param bounds upper bounds, ascending, each once
 * @param counts cumulative counts; made monotonic in place
 * @returns NaN without a +Inf bucket, with fewer than two buckets or without observations
 */
export function bucketQuantile(q: number, bounds: readonly number[], counts: number[]): number {
  if (Number.isNaN(q)) return Number.NaN
  if (q < 0) return Number.NEGATIVE_INFINITY
  if (q > 1) return Number.POSITIVE_INFINITY
  const last = bounds.length - 1
  if (bounds[last] !== Number.POSITIVE_INFINITY) return Number.NaN
  makeMonotonic(counts)
  const observations = counts[last]!
  if (last < 1 || observations === 0) return Number.NaN
  const rank = q * observations
  const bucket = lowerBound(counts, last, rank)
  if (bucket === last) return bounds[last - 1]!
  const end = bounds[bucket]!
  if (bucket === 0) return end <= 0 ? end : end * (rank / counts[0]!)
  const start = bounds[bucket - 1]!
  const below = counts[bucket - 1]!
  return start + (end - start) * ((rank - below) / (counts[bucket]! - below))
}

/** The first of `size` counts that reaches the rank, by the same bisection as Go's sort.Search, which matters when a count is NaN. */
function lowerBound(counts: readonly number[], size: number, rank: number): number {
  let low = 0
  let high = size
  while (low < high) {
    const middle = (low + high) >>> 1
    if (counts[middle]! >= rank) high = middle
    else low = middle + 1
  }
  return low
}

/** Takes small differences for rounding and drops for errors: both become the count before (Prometheus v3.5.0, ensureMonotonicAndIgnoreSmallDeltas). */
function makeMonotonic(counts: number[]): void {
  let previous = counts[0]!
  for (let i = 1; i < counts.length; i++) {
    const count = counts[i]!
    if (count < previous || nearlyEqual(previous, count)) counts[i] = previous
    else previous = count
  }
}

/** Prometheus v3.5.0, util/almost, Equal; the smallest normal number stands in for a relation to 0. */
function nearlyEqual(a: number, b: number): boolean {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return true
  const sum = Math.abs(a) + Math.abs(b)
  const difference = Math.abs(a - b)
  const minNormal = 2 ** -1022
  if (a === 0 || b === 0 || sum < minNormal) return difference < smallDelta * minNormal
  return difference / Math.min(sum, Number.MAX_VALUE) < smallDelta
}

function gather(shape: Shape): Histograms {
  const groups = new Map<string, { labels: Labels; buckets: { member: number; bound: number }[] }>()
  for (const [member, labels] of shape.labels.entries()) {
    const bound = parseBound(labelValue(labels, 'le'))
    if (bound === undefined) continue
    const rest = dropLabels(labels, bucketLabel)
    const key = labelsKey(rest)
    const group = groups.get(key) ?? { labels: dropMetricName(rest), buckets: [] }
    group.buckets.push({ member, bound })
    groups.set(key, group)
  }
  const histograms = [...groups.values()]
  return {
    shape: shapeOf(histograms.map(({ labels }) => labels)),
    buckets: histograms.map(({ buckets }) => {
      buckets.sort((a, b) => (a.bound < b.bound ? -1 : a.bound > b.bound ? 1 : 0))
      return {
        member: Int32Array.from(buckets, ({ member }) => member),
        bounds: Float64Array.from(buckets, ({ bound }) => bound),
      }
    }),
  }
}

function parseBound(text: string): number | undefined {
  const infinity = /^([+-]?)inf(inity)?$/i.exec(text)
  if (infinity !== null) return infinity[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined
}
