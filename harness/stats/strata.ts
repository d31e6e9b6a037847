interface Moments {
  readonly variance: number
  readonly third: number
  /** Of the variance, by Satterthwaite (1946): few where few strata of few values carry it. Infinite without strata. */
  readonly degreesOfFreedom: number
  /** How much of the cubes above the means is of those that are marked, 0 to 1. */
  readonly markedShare: number
}

/**
 * Second and third moments of a sum of values about their means in each stratum, without the bias of few values. A
 * stratum of one value has no mean to itself: its value counts as it is, and where all are of one stratum or none, so do
 * all, as they add up to 0.
 */
export function centralMoments(
  values: readonly number[],
  strata: readonly (string | undefined)[],
  marked: readonly boolean[],
): Moments {
  let [variance, third, spread, cubesAbove, markedAbove] = [0, 0, 0, 0, 0]
  const groups = [...Map.groupBy(values.keys(), i => strata[i]).values()]
  for (const group of groups) {
    const n = group.length
    const isAlone = groups.length === 1 || n === 1
    const mean = isAlone ? 0 : group.reduce((sum, i) => sum + values[i]!, 0) / n
    let squares = 0
    let cubes = 0
    for (const i of group) {
      const deviation = values[i]! - mean
      const cube = deviation ** 3
      squares += deviation * deviation
      cubes += cube
      if (cube > 0) cubesAbove += cube
      if (cube > 0 && marked[i]) markedAbove += cube
    }
    const own = isAlone ? squares : (squares * n) / (n - 1)
    variance += own
    spread += (own * own) / Math.max(1, n - 1)
    third += isAlone ? cubes : n === 2 ? 0 : (cubes * n * n) / ((n - 1) * (n - 2))
  }
  const degreesOfFreedom = groups.length === 1 || spread === 0 ? Infinity : (variance * variance) / spread
  return { variance, third, degreesOfFreedom, markedShare: cubesAbove === 0 ? 0 : markedAbove / cubesAbove }
}

/** Sums of the values of those who left a stratum, and how many are left who share one value. */
interface Stratum {
  readonly n: number
  staying: number
  sum: number
  squares: number
}

/** Keeps the variance of a sum about the strata's means while one after the other is given a value of its own. */
export interface StratifiedSum {
  leave(stratum: string | undefined, value: number): void
  /** @param rest the value that all have who have not left */
  variance(rest: number): number
}

/** Undefined where all are of one stratum or none. */
export function stratifiedSum(strata: readonly (string | undefined)[]): StratifiedSum | undefined {
  const groups = new Map<string | undefined, Stratum>()
  for (const [name, all] of Map.groupBy(strata, one => one))
    groups.set(name, { n: all.length, staying: all.length, sum: 0, squares: 0 })
  if (groups.size < 2) return undefined
  return {
    leave(stratum, value) {
      const own = groups.get(stratum)!
      own.staying--
      own.sum += value
      own.squares += value * value
    },
    variance(rest) {
      let variance = 0
      for (const { n, staying, sum, squares } of groups.values()) {
        const allSquares = squares + staying * rest * rest
        variance += n === 1 ? allSquares : ((allSquares - (sum + staying * rest) ** 2 / n) * n) / (n - 1)
      }
      return variance
    },
  }
}
