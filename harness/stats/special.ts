import { normalQuantile } from './normal.ts'

export { normalCdf, normalQuantile } from './normal.ts'

const halfLogTwoPi = 0.9189385332046727
const epsilon = Number.EPSILON
const tiny = 1e-300

/**
 * ln Γ(x) less Stirling's formula, which keeps its relative accuracy where ln Γ itself would cancel (Loader 2000, "Fast
 * and accurate computation of binomial probabilities").
 */
function stirlingError(x: number): number {
  let shifts = 0
  let y = x
  for (; y < 10; y++) shifts += (y + 0.5) * Math.log1p(1 / y) - 1
  const r = 1 / (y * y)
  const series =
    1 / 12 - r * (1 / 360 - r * (1 / 1260 - r * (1 / 1680 - r * (1 / 1188 - r * (691 / 360360 - r / 156)))))
  return shifts + series / y
}

/** x ln(x/m) + m - x without cancellation where x is near m: Loader's `bd0` (2000). */
function deviance(x: number, m: number): number {
  const v = (x - m) / (x + m)
  if (!(Math.abs(v) < 0.1)) return x * Math.log(x / m) + m - x
  let sum = (x - m) * v
  let term = 2 * x * v
  for (let j = 3; ; j += 2) {
    term *= v * v
    const next = sum + term / j
    if (next === sum) return sum
    sum = next
  }
}

/** Regularized lower incomplete gamma function P(a, x), a > 0, x >= 0: series DLMF 8.7.1 below a + 1, else 1 - Q. */
export function gammaincP(a: number, x: number): number {
  if (x <= 0) return 0
  return x < a + 1 ? gammaSeries(a, x) : 1 - gammaFraction(a, x)
}

/**
 * Regularized upper incomplete gamma function Q(a, x), a > 0, x >= 0, accurate in its far tail: continued fraction DLMF
 * 8.9.2.
 */
export function gammaincQ(a: number, x: number): number {
  if (x <= 0) return 1
  return x < a + 1 ? 1 - gammaSeries(a, x) : gammaFraction(a, x)
}

/**
 * The x where P(a, x) = p, for a > 0, 0 <= p <= 1: Halley's steps from the approximation of Wilson and Hilferty (Proceedings of the
 * National Academy of Sciences 17, 1931), halving the bracket instead whenever a step would leave it.
 */
export function gammaincPInverse(p: number, a: number): number {
  if (p <= 0) return 0
  if (p >= 1) return Number.POSITIVE_INFINITY
  let low = 0
  let high = Number.POSITIVE_INFINITY
  const cubeRoot = 1 - 1 / (9 * a) + normalQuantile(p) / (3 * Math.sqrt(a))
  let x = cubeRoot > 0.1 ? a * cubeRoot ** 3 : a * Math.exp((Math.log(p) + Math.log(a) / 2) / a)
  for (let step = 0; step < 200; step++) {
    const excess = x < a + 1 ? gammaincP(a, x) - p : 1 - p - gammaincQ(a, x)
    if (excess > 0) high = x
    else low = x
    const newton = (excess * x) / gammaPower(a, x)
    const next = x - newton / (1 - 0.5 * Math.max(-1, Math.min(1, newton * ((a - 1) / x - 1))))
    // The next error is about the third power of this step.
    if (excess === 0 || Math.abs(next - x) <= 1e-6 * x) return next
    const middle =
      high === Number.POSITIVE_INFINITY
        ? 2 * x
        : high > 4 * low
          ? Math.sqrt(Math.max(low, tiny) * high)
          : (low + high) / 2
    x = next > low && next < high ? next : middle
  }
  return x
}

/** x^a e^-x / Γ(a). */
function gammaPower(a: number, x: number): number {
  return x === Number.POSITIVE_INFINITY
    ? 0
    : Math.exp(0.5 * Math.log(a) - halfLogTwoPi - deviance(a, x) - stirlingError(a))
}

function gammaSeries(a: number, x: number): number {
  let term = 1 / a
  let sum = term
  for (let n = 1; term > sum * epsilon; n++) {
    term *= x / (a + n)
    sum += term
  }
  return Math.min(1, sum * gammaPower(a, x))
}

function gammaFraction(a: number, x: number): number {
  const power = gammaPower(a, x)
  if (power === 0) return 0
  let b = x + 1 - a
  let c = 1 / tiny
  let d = 1 / b
  let h = d
  for (let n = 1; ; n++) {
    const numerator = n * (a - n)
    b += 2
    d = 1 / nonZero(b + numerator * d)
    c = nonZero(b + numerator / c)
    h *= c * d
    if (!(Math.abs(c * d - 1) > 2 * epsilon)) return Math.min(1, power * h)
  }
}

/**
 * Regularized incomplete beta function I_x(a, b), a > 0, b > 0, 0 <= x <= 1: continued fraction DLMF 8.17.22 by Lentz's
 * method, on the side of the mean where it converges fast.
 */
export function betainc(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  return x * (a + b + 2) < a + 1 ? betaFraction(x, 1 - x, a, b) : 1 - betaFraction(1 - x, x, b, a)
}

/** I_x(a, b) given also y = 1 - x, for x below the mean. */
function betaFraction(x: number, y: number, a: number, b: number): number {
  const power = betaPower(x, y, a, b)
  if (power === 0) return 0
  let c = 1
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1))
  let h = d
  for (let m = 1; ; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / nonZero(1 + even * d)
    c = nonZero(1 + even / c)
    h *= c * d
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / nonZero(1 + odd * d)
    c = nonZero(1 + odd / c)
    h *= c * d
    if (!(Math.abs(c * d - 1) > 2 * epsilon)) return Math.min(1, (power * h) / a)
  }
}

/** x^a y^b / B(a, b) where y = 1 - x. */
export function betaPower(x: number, y: number, a: number, b: number): number {
  const n = a + b
  const exponent = stirlingError(n) - stirlingError(a) - stirlingError(b) - deviance(a, n * x) - deviance(b, n * y)
  return Math.exp(exponent + 0.5 * Math.log((a / n) * b) - halfLogTwoPi)
}

function nonZero(value: number): number {
  return Math.abs(value) < tiny ? tiny : value
}

/**
 * The x where I_x(a, b) = p, for 0 <= p <= 1: Newton's steps, halving the bracket instead whenever a step would leave
 * it.
 */
export function betaincInverse(p: number, a: number, b: number): number {
  if (p <= 0) return 0
  if (p >= 1) return 1
  let low = 0
  let high = 1
  let x = a / (a + b)
  for (let step = 0; step < 200; step++) {
    const excess = betainc(x, a, b) - p
    const newton = x - (excess * x * (1 - x)) / betaPower(x, 1 - x, a, b)
    if (excess === 0 || Math.abs(newton - x) <= epsilon * x) return x
    if (excess > 0) high = x
    else low = x
    // The geometric mean reaches the tiny quantiles near 0 that halving would take hundreds of steps to reach.
    const middle = high > 4 * low ? Math.sqrt(Math.max(low, tiny) * high) : (low + high) / 2
    x = newton > low && newton < high ? newton : middle
  }
  return x
}

/** Student's t quantile for 0 < p < 1 and degrees of freedom above 0, by the incomplete beta function; the normal's for Infinity. */
export function studentQuantile(p: number, degreesOfFreedom: number): number {
  if (degreesOfFreedom === Infinity) return normalQuantile(p)
  const tail = Math.min(p, 1 - p)
  const x = betaincInverse(2 * tail, degreesOfFreedom / 2, 0.5)
  return Math.sign(p - 0.5) * Math.sqrt(degreesOfFreedom * (1 / x - 1))
}

/** ln(e^a + e^b) without overflow; either may be -Infinity. */
export function logAddExp(a: number, b: number): number {
  const high = Math.max(a, b)
  return high === Number.NEGATIVE_INFINITY || high === Number.POSITIVE_INFINITY
    ? high
    : high + Math.log1p(Math.exp(-Math.abs(a - b)))
}

/** ln of the sum of e^value without overflow; -Infinity for an empty list. */
export function logSumExp(values: ArrayLike<number>): number {
  let high = Number.NEGATIVE_INFINITY
  for (let i = 0; i < values.length; i++) high = Math.max(high, values[i]!)
  if (high === Number.NEGATIVE_INFINITY || high === Number.POSITIVE_INFINITY) return high
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += Math.exp(values[i]! - high)
  return high + Math.log(sum)
}
