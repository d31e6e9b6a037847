import type { Estimate } from './estimate.ts'

/** A uniform number in (0, 1) for the i-th draw, such as `uniform` of a key; the same i gives the same number. */
export type Draw = (i: number) => number

const defaultResamples = 999

export interface BootstrapOptions {
  /** Two-sided, in (0, 1). A one-sided 99.9 % bound is an end of the interval of 0.998. */
  readonly confidence?: number
  /** How many resamples; (resamples + 1) · (1 - confidence) / 2 is best a whole number, and must be at least 1. */
  readonly resamples?: number
}

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

/** A difference of means with a test of whether there is one. */
export interface TestedDifference extends Estimate {
  /**
   * Two-sided, of no difference, by the same resamples as the interval: at most 1 - confidence where that excludes 0. At
   * least 2 / (resamples + 1). 1 where nothing can be told.
   */
  p: number
}

/**
 * The mean of `after` minus `before`, paired by index, as `meanInterval` has it. Where all pairs differ alike, p is the
 * sign test's.
 */
export function pairedDifference(
  before: readonly number[],
  after: readonly number[],
  draw: Draw,
  options?: BootstrapOptions,
): TestedDifference {
  if (before.length !== after.length) throw new RangeError(`${before.length} values do not pair with ${after.length}`)
  const differences = after.map((value, i) => value - before[i]!)
  const sample = studentize(
    differences,
    differences.map(() => 1),
    draw,
    options,
  )
  return { ...interval(sample, options), p: pValue(sample) }
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

/** A statistic and how far it fell from the sample's own in each resample, in the resample's own standard errors. */
interface Studentized {
  readonly value: number
  readonly standardError: number
  /** Independent units that were resampled. */
  readonly n: number
  /** Ascending; infinite where a resample's standard error is 0. Empty where there is nothing to resample. */
  readonly deviations: Float64Array
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

/** Not 0 but rounding, where equal values have a mean that no double equals. */
function isRounding(standardError: number, value: number): boolean {
  return standardError <= 1e-12 * Math.abs(value)
}

function interval(
  { value, standardError, n, deviations }: Studentized,
  { confidence = 0.95, resamples = defaultResamples }: BootstrapOptions = {},
): Estimate {
  // The slack is for (1 - 0.95) / 2, which is a little more than 0.025.
  const rank = Math.floor(((resamples + 1) * (1 - confidence)) / 2 + 1e-9)
  if (rank < 1) throw new RangeError(`${resamples} resamples are too few for a confidence of ${confidence}`)
  if (n === 0) return { value: null, low: null, high: null }
  if (n === 1) return { value, low: null, high: null }
  if (deviations.length === 0) return { value, low: value, high: value }
  const low = value - deviations[resamples - rank]! * standardError
  const high = value - deviations[rank - 1]! * standardError
  return { value, low: Number.isFinite(low) ? low : null, high: Number.isFinite(high) ? high : null }
}

function pValue({ value, standardError, n, deviations }: Studentized): number {
  if (n === 0 || value === 0) return 1
  if (deviations.length === 0) return Math.min(1, 2 ** (1 - n))
  const distance = value / standardError
  const below = deviations.filter(deviation => deviation <= distance).length
  const above = deviations.filter(deviation => deviation >= distance).length
  return Math.min(1, (2 * (Math.min(below, above) + 1)) / (deviations.length + 1))
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
