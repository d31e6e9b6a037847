import {
  type BootstrapOptions,
  type Draw,
  defaultResamples,
  isRounding,
  type TestedMean,
  tested,
} from './studentized.ts'

/** Values of trials in scenarios in families; any may be of any length. */
export type Nested = readonly (readonly (readonly number[])[])[]

/**
 * The mean over all trials, as of what families of scenarios like these would give, not these alone: families are drawn
 * with replacement, scenarios within each, trials within each (Davison and Hinkley, Bootstrap Methods and their
 * Application, 1997, section 3.8). A symmetric bootstrap-t interval: each resample's mean is divided by its own standard error,
 * that of a ratio of the families' sums, which knows how few families there are and that drawing within them as well
 * spreads the resamples more than the data. Ends are null below two families. Empty scenarios and families are left out.
 */
export function nestedMean(families: Nested, draw: Draw, options: BootstrapOptions = {}): TestedMean {
  const { resamples = defaultResamples } = options
  const filled = families
    .map(scenarios => scenarios.filter(trials => trials.length > 0))
    .filter(scenarios => scenarios.length > 0)
  const sums = filled.map(scenarios => total(scenarios.map(total)))
  const sizes = filled.map(scenarios => total(scenarios.map(({ length }) => length)))
  const value = total(sums) / total(sizes)
  const standardError = Math.sqrt(total(sums.map((sum, f) => (sum - value * sizes[f]!) ** 2))) / total(sizes)
  const n = filled.length
  const deviations =
    n < 2 || isRounding(standardError, value)
      ? new Float64Array()
      : nestedDeviations(filled, value, standardError, draw, resamples)
  return tested({ value, standardError, n, deviations }, options)
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}

function nestedDeviations(
  families: Nested,
  value: number,
  standardError: number,
  draw: Draw,
  resamples: number,
): Float64Array {
  let drawn = 0
  const oneOf = <T>(items: readonly T[]): T => items[Math.floor(draw(drawn++) * items.length)]!
  const sums = new Float64Array(families.length)
  const sizes = new Float64Array(families.length)
  return new Float64Array(resamples).map(() => {
    let sum = 0
    let size = 0
    for (let f = 0; f < families.length; f++) {
      const scenarios = oneOf(families)
      sums[f] = 0
      sizes[f] = 0
      for (let s = 0; s < scenarios.length; s++) {
        const trials = oneOf(scenarios)
        for (let t = 0; t < trials.length; t++) sums[f]! += oneOf(trials) - value
        sizes[f]! += trials.length
      }
      sum += sums[f]!
      size += sizes[f]!
    }
    const deviation = sum / size
    let squares = 0
    for (let f = 0; f < families.length; f++) squares += (sums[f]! - deviation * sizes[f]!) ** 2
    const error = Math.sqrt(squares) / size
    if (Math.abs(deviation) <= 1e-12 * standardError) return 0
    return error <= 1e-12 * Math.abs(deviation) ? Math.sign(deviation) * Infinity : deviation / error
  })
}
