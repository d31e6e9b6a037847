import type { Estimate } from './estimate.ts'
import {
  type BootstrapOptions,
  type Draw,
  defaultResamples,
  interval,
  isRounding,
  type Studentized,
  type TestedMean,
  tested,
} from './studentized.ts'

/**
 * The mean of independent values with its bootstrap-t interval (Efron 1979; Hesterberg, "What teachers should know
 * about the bootstrap", 2015). Each resample's mean is divided by its own standard error, which follows the
 * skew of figures such as harm per trial, where a few trials carry the sum: of samples of 100 lognormals of log-sd 1.5
 * it covers the mean in 91 %, where the percentile interval reaches 85 %, BCa 87 % and Student's t 84 %
 * (oracle/bootstrap.py). An end is null where the data do not bound it, as with one bad trial among zeros; both are
 * null below two values. Equal values give an interval of no width.
 */
export function meanInterval(values: readonly number[], draw: Draw, options?: BootstrapOptions): Estimate {
  return ratioInterval(
    values,
    values.map(() => 1),
    draw,
    options,
  )
}

/** The mean of `after` minus `before`, paired by index, with a symmetric bootstrap-t interval: see `tested`. */
export function pairedDifference(
  before: readonly number[],
  after: readonly number[],
  draw: Draw,
  options?: BootstrapOptions,
): TestedMean {
  if (before.length !== after.length) throw new RangeError(`${before.length} values do not pair with ${after.length}`)
  const differences = after.map((value, i) => value - before[i]!)
  const sample = studentize(
    differences,
    differences.map(() => 1),
    draw,
    options,
  )
  return tested(sample, options)
}

/**
 * The mean over the values of all clusters, as of deploys within trials: whole clusters are resampled, since what
 * happens in one trial is not independent. The standard error is that of a ratio of sums, by linearization (Cochran,
 * Sampling Techniques, 3rd ed., chapter 6). Empty clusters are left out.
 */
export function clusteredMeanInterval(
  clusters: readonly (readonly number[])[],
  draw: Draw,
  options?: BootstrapOptions,
): Estimate {
  const filled = clusters.filter(cluster => cluster.length > 0)
  return ratioInterval(
    filled.map(cluster => cluster.reduce((sum, value) => sum + value, 0)),
    filled.map(cluster => cluster.length),
    draw,
    options,
  )
}

function ratioInterval(
  sums: readonly number[],
  sizes: readonly number[],
  draw: Draw,
  options: BootstrapOptions = {},
): Estimate {
  return interval(studentize(sums, sizes, draw, options), options)
}

/** The ratio of `sums` to `sizes`, NaN without any. */
function studentize(
  sums: readonly number[],
  sizes: readonly number[],
  draw: Draw,
  { resamples = defaultResamples }: BootstrapOptions = {},
): Studentized {
  const n = sums.length
  const value = total(sums) / total(sizes)
  const residuals = Float64Array.from(sums, (sum, i) => sum - value * sizes[i]!)
  const standardError = Math.sqrt(residuals.reduce((sum, residual) => sum + residual * residual, 0)) / total(sizes)
  const isFlat = n < 2 || isRounding(standardError, value)
  const deviations = isFlat
    ? new Float64Array()
    : ratioDeviations(residuals, Float64Array.from(sizes), draw, resamples).sort()
  return { value, standardError, n, deviations }
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}

/**
 * For each resample, the ratio's distance from the sample's in the resample's own standard errors; infinite where those
 * are 0.
 */
function ratioDeviations(residuals: Float64Array, sizes: Float64Array, draw: Draw, resamples: number): Float64Array {
  const n = residuals.length
  // One uniform of 52 bits is worth several choices; 12 bits stay unused to keep the last one even.
  const choicesPerDraw = Math.max(1, Math.floor(40 / Math.log2(n)))
  const result = new Float64Array(resamples)
  let drawn = 0
  for (let r = 0; r < resamples; r++) {
    let sum = 0
    let size = 0
    let squares = 0
    let products = 0
    let sizeSquares = 0
    let rest = 0
    for (let i = 0; i < n; i++) {
      if (i % choicesPerDraw === 0) rest = draw(drawn++)
      rest *= n
      const chosen = Math.floor(rest)
      rest -= chosen
      const e = residuals[chosen]!
      const m = sizes[chosen]!
      sum += e
      size += m
      squares += e * e
      products += e * m
      sizeSquares += m * m
    }
    const deviation = sum / size
    const spread = squares - 2 * deviation * products + deviation * deviation * sizeSquares
    // A resample of one value over and over leaves nothing but rounding.
    const flat = spread <= 1e-12 * squares
    result[r] = sum === 0 ? 0 : flat ? Math.sign(sum) * Number.POSITIVE_INFINITY : sum / Math.sqrt(spread)
  }
  return result
}
