/**
 * Standard normal distribution function, relative error below 1e-14 in either tail: the rational approximations of W.
 * J. Cody (Math. Comp. 23, 1969; ACM TOMS algorithm 715, 1993).
 */
export function normalCdf(x: number): number {
  const y = Math.abs(x)
  if (y <= 0.67448975) {
    const s = x * x
    const p = [18154.98125334356, 1067.6894854603709, 161.02823106855587, 2.2352520354606837, 0.06568233791820745]
    const q = [45507.78933502673, 10260.932208618979, 976.0985517377767, 47.202581904688245, 1]
    return 0.5 + (x * polynomial(s, p)) / polynomial(s, q)
  }
  const tail = normalTail(y)
  return x > 0 ? 1 - tail : tail
}

function normalTail(y: number): number {
  if (y > 39) return 0
  // e^(-y²/2) in two factors, of which the first has an exact exponent.
  const coarse = Math.trunc(y * 16) / 16
  const power = Math.exp(-0.5 * coarse * coarse) * Math.exp(-0.5 * (y - coarse) * (y + coarse))
  if (y < 5.656854249492381) return (power * polynomial(y, codyMiddleNumerator)) / polynomial(y, codyMiddleDenominator)
  const s = 1 / (y * y)
  const correction = (s * polynomial(s, codyFarNumerator)) / polynomial(s, codyFarDenominator)
  return (power * (0.3989422804014327 - correction)) / y
}
const codyMiddleNumerator = [
  9842.714838383978, 11602.65143764735, 6848.190450536283, 2494.5375852903726, 597.2702763948002, 93.50665613217785,
  8.883149794388377, 0.39894151208813466, 1.0765576773720192e-8,
]
const codyMiddleDenominator = [
  19685.429676859992, 38912.00328609327, 34900.95272114598, 18615.571640885097, 6485.558298266761, 1519.3775994075547,
  235.387901782625, 22.266688044328117, 1,
]
const codyFarNumerator = [
  2.9112874951168793e-5, 0.0014216191932278934, 0.022235277870649807, 0.12740116116024736, 0.215898534057957,
  0.023073441764940174,
]
const codyFarDenominator = [
  7.297515550839662e-5, 0.0037823963320275824, 0.06598813786892856, 0.4682382124808651, 1.284260096144911, 1,
]

/** Coefficients by ascending power. */
function polynomial(x: number, coefficients: readonly number[]): number {
  let sum = 0
  for (let i = coefficients.length - 1; i >= 0; i--) sum = sum * x + coefficients[i]!
  return sum
}

/**
 * Standard normal quantile, relative error below 1e-14 for p down to 1e-300: M. J. Wichura, algorithm AS 241 (PPND16),
 * Applied Statistics 37 (1988). -Infinity at 0, +Infinity at 1, NaN outside.
 */
export function normalQuantile(p: number): number {
  const q = p - 0.5
  if (Math.abs(q) <= 0.425) return q * centralRatio(0.180625 - q * q)
  const tail = q < 0 ? p : 1 - p
  if (!(tail > 0)) return tail === 0 ? Math.sign(q) * Number.POSITIVE_INFINITY : Number.NaN
  const r = Math.sqrt(-Math.log(tail))
  return Math.sign(q) * (r <= 5 ? tailRatio(r - 1.6) : farTailRatio(r - 5))
}

// biome-ignore format: one polynomial a pair of lines
function centralRatio(r: number): number {
  return (
    degree7(r, 3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946,
      45921.95393154987, 67265.7709270087, 33430.57558358813, 2509.0809287301227) /
    degree7(r, 1, 42.31333070160091, 687.1870074920579, 5394.196021424751,
      21213.794301586597, 39307.89580009271, 28729.085735721943, 5226.495278852854)
  )
}

// biome-ignore format: one polynomial a pair of lines
function tailRatio(r: number): number {
  return (
    degree7(r, 1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045,
      1.2704582524523684, 0.2417807251774506, 0.022723844989269184, 0.0007745450142783414) /
    degree7(r, 1, 2.053191626637759, 1.6763848301838038, 0.6897673349851,
      0.14810397642748008, 0.015198666563616457, 0.0005475938084995345, 1.0507500716444169e-9)
  )
}

// biome-ignore format: one polynomial a pair of lines
function farTailRatio(r: number): number {
  return (
    degree7(r, 6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487,
      0.026532189526576124, 0.0012426609473880784, 2.7115555687434876e-5, 2.0103343992922881e-7) /
    degree7(r, 1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615,
      0.0007868691311456133, 1.8463183175100548e-5, 1.421511758316446e-7, 2.0442631033899397e-15)
  )
}

/** Horner's rule written out: the quantile is in the simulator's innermost loop. */
// biome-ignore format: one line
function degree7(
  x: number, a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number,
): number {
  return ((((((h * x + g) * x + f) * x + e) * x + d) * x + c) * x + b) * x + a
}
