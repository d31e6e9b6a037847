/** Lower bound in seconds that stands for 0 in the first bucket: a quarter of its upper bound (assumption). */
const firstBucketSpan = 4

/**
 * The law of latency buckets when every request takes `factor` times as long; within a bucket the log of the time is taken as
 * uniform. The last bucket, up to +Inf, keeps what it has.
 * @param law probability per bucket; may be longer, only the buckets are read and written.
 * @param upperBoundsS finite upper bounds, ascending; there is one bucket more.
 */
export function shiftLatency(
  law: ArrayLike<number>,
  upperBoundsS: readonly number[],
  factor: number,
  shifted: Float64Array,
): void {
  const finite = upperBoundsS.length
  const logFactor = Math.log(factor)
  let source = 0
  let belowSource = 0
  let shiftedBelow = 0
  let total = 0
  for (let k = 0; k <= finite; k++) total += law[k]!
  for (let k = 0; k < finite; k++) {
    const reach = Math.log(upperBoundsS[k]!) - logFactor
    while (source < k && Math.log(upperBoundsS[source]!) <= reach) belowSource += law[source++]!
    const upper = Math.log(upperBoundsS[source]!)
    const lower = Math.log(source === 0 ? upperBoundsS[0]! / firstBucketSpan : upperBoundsS[source - 1]!)
    const share = Math.min(1, Math.max(0, (reach - lower) / (upper - lower)))
    const below = belowSource + share * law[source]!
    shifted[k] = below - shiftedBelow
    shiftedBelow = below
  }
  shifted[finite] = total - shiftedBelow
}
