/** How much slower the judged version is than the one beside it, look by look, since its pods were last joined by new ones. Plain data. */
export interface Slowness {
  /** Oldest first. */
  readonly looks: SlowLook[]
}

interface SlowLook {
  readonly atMs: number
  readonly judged: Logs
  readonly baseline: Logs
}

/** Count, sum and sum of squares of the logs of the times. */
type Logs = readonly [count: number, sum: number, squares: number]

/** By how much requests take longer, in times of the baseline's (0: alike), by the geometric mean; and its standard error. */
export interface Excess {
  readonly excess: number
  readonly error: number
}

const longestLooks = 120

export function createSlowness(): Slowness {
  return { looks: [] }
}

/**
 * The log of the time that stands for each latency bucket: the middle by the logarithm; the last one, up to +Inf, has none and takes
 * that of a bucket twice as far.
 */
export function logMiddles(upperBoundsS: readonly number[]): number[] {
  return [...upperBoundsS, 2 * (upperBoundsS.at(-1) ?? 1)].map((upper, k, all) =>
    Math.log(Math.sqrt(upper * (all[k - 1] ?? upper / 4))),
  )
}

/** @param judged successes by latency bucket; may be longer than `middles`. */
export function addSlowness(
  { looks }: Slowness,
  atMs: number,
  middles: readonly number[],
  judged: ArrayLike<number>,
  baseline: ArrayLike<number>,
): void {
  looks.push({ atMs, judged: logsOf(middles, judged), baseline: logsOf(middles, baseline) })
  if (looks.length > longestLooks) looks.shift()
}

/** @returns undefined where one side has no requests. */
export function excessBetween({ looks }: Slowness, fromMs: number, toMs: number): Excess | undefined {
  return excessOf(looks.filter(({ atMs }) => atMs > fromMs && atMs <= toMs))
}

/**
 * How fast the excess changes, relative to itself, per second: -1/τ for one that decays with time constant τ, 0 for one that stays. A
 * line through the excess of every two looks, by weighted least squares.
 * @returns undefined where there are too few looks, or no excess.
 */
export function trendOf(
  slowness: Slowness,
  fromMs: number,
): { readonly perS: number; readonly error: number } | undefined {
  const looks = slowness.looks.filter(({ atMs }) => atMs > fromMs)
  let weights = 0
  let times = 0
  let excesses = 0
  const points: { atS: number; excess: number; weight: number }[] = []
  for (let i = looks.length % 2; i < looks.length; i += 2) {
    const some = excessOf(looks.slice(i, i + 2))
    if (some === undefined) continue
    const point = { atS: looks[i]!.atMs / 1000, excess: some.excess, weight: 1 / some.error ** 2 }
    points.push(point)
    weights += point.weight
    times += point.weight * point.atS
    excesses += point.weight * point.excess
  }
  if (points.length < 3 || excesses <= 0) return undefined
  const meanS = times / weights
  const mean = excesses / weights
  let spread = 0
  let covariance = 0
  for (const { atS, excess, weight } of points) {
    spread += weight * (atS - meanS) ** 2
    covariance += weight * (atS - meanS) * (excess - mean)
  }
  return { perS: covariance / spread / mean, error: 1 / Math.sqrt(spread) / mean }
}

function excessOf(looks: readonly SlowLook[]): Excess | undefined {
  const judged = total(looks.map(look => look.judged))
  const baseline = total(looks.map(look => look.baseline))
  if (judged[0] < 2 || baseline[0] < 2) return undefined
  const factor = Math.exp(judged[1] / judged[0] - baseline[1] / baseline[0])
  // Counts of one bucket alone have no spread: a bucket's own width stands in.
  const variance = ([count, sum, squares]: Logs) => Math.max(0.05, squares / count - (sum / count) ** 2) / count
  return { excess: factor - 1, error: factor * Math.sqrt(variance(judged) + variance(baseline)) }
}

function total(all: readonly Logs[]): Logs {
  return all.reduce<Logs>((sum, logs) => [sum[0] + logs[0], sum[1] + logs[1], sum[2] + logs[2]], [0, 0, 0])
}

function logsOf(middles: readonly number[], counts: ArrayLike<number>): Logs {
  let count = 0
  let sum = 0
  let squares = 0
  middles.forEach((middle, k) => {
    const some = counts[k] ?? 0
    count += some
    sum += some * middle
    squares += some * middle * middle
  })
  return [count, sum, squares]
}
