import { ExpressionError } from './expression-error.ts'
import { decodeText, quote } from './go-string.ts'
import type { GoType } from './go-type.ts'
import type { Value } from './value.ts'
import { isTagged, nameOfType } from './value.ts'

const MIN_INT64 = -(2n ** 63n)
const MAX_INT64 = 2n ** 63n - 1n
const DECIMAL_INTEGER = /^[+-]?[0-9]+$/
const DECIMAL_FLOAT = /^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/
const HEX_FLOAT = /^([+-]?)0[xX]([0-9a-fA-F_]*)(?:\.([0-9a-fA-F_]*))?[pP]([+-]?[0-9]+)$/
const NOT_A_NUMBER = /^nan$/i
const INFINITY = /^([+-]?)inf(?:inity)?$/i

/** Two's complement of the width of `type`, int by default: Go's integers wrap silently. */
export function wrap(value: bigint, type?: GoType): bigint {
  return type?.kind === 'uint8' ? BigInt.asUintN(8, value) : BigInt.asIntN(64, value)
}

/** Go's int(x) of a float64 as on amd64, where NaN and what does not fit becomes the smallest int. */
export function truncate(value: number): bigint {
  return value >= -(2 ** 63) && value < 2 ** 63 ? BigInt(Math.trunc(value)) : MIN_INT64
}

/** Any number as an int. */
export function toInt(value: Value): bigint {
  if (typeof value === 'bigint') return value
  if (typeof value === 'number') return truncate(value)
  if (isTagged(value, 'sized')) return value.value
  throw new ExpressionError(`invalid operation: int(${nameOfType(value)})`)
}

/** Any number as a float64. */
export function toFloat(value: Value): number {
  const number = numeric(value)
  if (number === undefined) throw new ExpressionError(`invalid operation: float(${nameOfType(value)})`)
  return Number(number)
}

/** The number in it: a JavaScript number where it is a float64, a bigint where it is one of the integers, else undefined. */
export function numeric(value: Value): number | bigint | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return value
  return isTagged(value, 'sized') ? value.value : undefined
}

/** math.Round: halves away from zero. */
export function roundHalfAway(value: number): number {
  const whole = Math.trunc(value)
  return Math.abs(value - whole) >= 0.5 ? whole + Math.sign(value) : whole
}

/** math.Pow, which unlike `**` gives 1 for 1^NaN and (-1)^±Inf. */
export function power(base: number, exponent: number): number {
  if (base === 1 || (base === -1 && Math.abs(exponent) === Number.POSITIVE_INFINITY)) return 1
  return base ** exponent
}

/** strconv.ParseInt(s, 10, 64). */
export function parseInteger(bytes: string): bigint {
  if (!DECIMAL_INTEGER.test(bytes)) throw parseError('ParseInt', bytes, 'invalid syntax')
  const value = BigInt(bytes.replace('+', ''))
  if (value < MIN_INT64 || value > MAX_INT64) throw parseError('ParseInt', bytes, 'value out of range')
  return value
}

/** strconv.ParseInt of a `0x…` literal with base 0. */
export function parseHexadecimal(text: string): bigint {
  if (!/^0x[0-9a-fA-F]+$/.test(text)) throw parseError('ParseInt', text, 'invalid syntax')
  const value = BigInt(text)
  if (value > MAX_INT64) throw parseError('ParseInt', text, 'value out of range')
  return value
}

/** strconv.ParseFloat(s, 64): decimal, hexadecimal, inf, infinity and nan in any case. */
export function parseFloat64(bytes: string): number {
  const infinity = INFINITY.exec(bytes)
  if (infinity) return infinity[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  if (NOT_A_NUMBER.test(bytes)) return Number.NaN
  const value = DECIMAL_FLOAT.test(bytes) ? Number(bytes) : parseHexadecimalFloat(bytes)
  if (value === undefined) throw parseError('ParseFloat', bytes, 'invalid syntax')
  if (!Number.isFinite(value)) throw parseError('ParseFloat', bytes, 'value out of range')
  return value
}

function parseHexadecimalFloat(bytes: string): number | undefined {
  const match = HEX_FLOAT.exec(bytes)
  if (!match) return undefined
  const fraction = (match[3] ?? '').replaceAll('_', '')
  const digits = (match[2] ?? '').replaceAll('_', '') + fraction
  if (digits === '') return undefined
  const magnitude = Number(BigInt(`0x${digits}`)) * 2 ** (Number(match[4]) - 4 * fraction.length)
  return match[1] === '-' ? -magnitude : magnitude
}

function parseError(name: string, bytes: string, reason: string): ExpressionError {
  return new ExpressionError(`strconv.${name}: parsing ${quote(decodeText(bytes))}: ${reason}`)
}
