import {
  type BootstrapOptions,
  type Draw,
  defaultResamples,
  isRounding,
  type TestedMean,
  tested,
} from './studentized.ts'

/**
 * The mean of `after` minus that of `before`, of different trials: a symmetric bootstrap-t interval with the standard
 * error of unequal variances (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, sections 12.5 and 16.2), each
 * sample resampled by itself. Ends are null where the data do not bound them, and with a sample of less than two.
 */
export function unpairedDifference(
  before: readonly number[],
  after: readonly number[],
  draw: Draw,
  options: BootstrapOptions = {},
): TestedMean {
  const { resamples = defaultResamples } = options
  const [a, b] = [moments(before), moments(after)]
  const value = b.mean - a.mean
  const standardError = Math.sqrt(a.squaredError + b.squaredError)
  const n = before.length * after.length === 0 ? 0 : Math.min(before.length, after.length)
  const isFlat = n < 2 || isRounding(standardError, Math.abs(a.mean) + Math.abs(b.mean))
  const chosen = [new Float64Array(before.length), new Float64Array(after.length)] as const
  let drawn = 0
  const again = (values: readonly number[], into: Float64Array) => {
    for (let i = 0; i < into.length; i++) into[i] = values[Math.floor(draw(drawn++) * values.length)]!
    return moments(into)
  }
  const deviations = new Float64Array(isFlat ? 0 : resamples).map(() => {
    const [a, b] = [again(before, chosen[0]), again(after, chosen[1])]
    const deviation = b.mean - a.mean - value
    const error = Math.sqrt(a.squaredError + b.squaredError)
    if (Math.abs(deviation) <= 1e-12 * standardError) return 0
    return error <= 1e-12 * Math.abs(deviation) ? Math.sign(deviation) * Infinity : deviation / error
  })
  return tested({ value, standardError, n, deviations }, options)
}

/** Squared standard error of the mean, by the variance over n. */
function moments(values: ArrayLike<number>): { readonly mean: number; readonly squaredError: number } {
  const n = values.length
  let sum = 0
  for (let i = 0; i < n; i++) sum += values[i]!
  const mean = sum / n
  let squares = 0
  for (let i = 0; i < n; i++) squares += (values[i]! - mean) ** 2
  return { mean, squaredError: squares / (n * n) }
}
