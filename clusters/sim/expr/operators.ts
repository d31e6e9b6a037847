import { ExpressionError } from './expression-error.ts'
import { formatValue } from './go-format.ts'
import { numeric, power, toFloat, toInt, wrap } from './go-number.ts'
import { decodeText } from './go-string.ts'
import { UINT8 } from './go-type.ts'
import type { Value } from './value.ts'
import { isNil, isTagged, lookUp, nameOfType, sharesMemory, subList } from './value.ts'

/** expr's `==`: numbers by value whatever their types, everything else as reflect.DeepEqual. */
export function equal(a: Value, b: Value): boolean {
  const [x, y] = [numeric(a), numeric(b)]
  if (x !== undefined && y !== undefined) return typeof x === typeof y ? x === y : Number(x) === Number(y)
  return (isNil(a) && isNil(b)) || deepEqual(a, b)
}

/** Types must be the same all the way down: a []float64 equals no []interface {}, inside lists 1 is not 1.0, and only the very same list may hold NaN. */
function deepEqual(a: Value, b: Value): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b
  if (a.type.name !== b.type.name) return false
  if (a.tag === 'sized' && b.tag === 'sized') return a.value === b.value
  if (a.tag === 'list' && b.tag === 'list')
    return (
      (a.isNil === true) === (b.isNil === true) &&
      a.items.length === b.items.length &&
      (sharesMemory(a, b) || a.items.every((item, index) => deepEqual(item, b.items[index]!)))
    )
  if (a.tag === 'map' && b.tag === 'map') {
    if (a.entries === b.entries) return true
    if ((a.isNil === true) !== (b.isNil === true) || a.entries.size !== b.entries.size) return false
    for (const [hash, [, item]] of a.entries) {
      const other = b.entries.get(hash)
      if (other === undefined || !deepEqual(item, other[1])) return false
    }
    return true
  }
  return false
}

/** `<`, `>`, `<=`, `>=` of two numbers or two strings (by bytes); against NaN all are false. */
export function compare(operator: '<' | '>' | '<=' | '>=', a: Value, b: Value): boolean {
  let [x, y]: [number | bigint | string | undefined, number | bigint | string | undefined] = [numeric(a), numeric(b)]
  if (typeof a === 'string' && typeof b === 'string') [x, y] = [a, b]
  if (x === undefined || y === undefined) throw invalid(operator, a, b)
  if (typeof x !== typeof y) [x, y] = [Number(x), Number(y)]
  switch (operator) {
    case '<':
      return x < y
    case '>':
      return x > y
    case '<=':
      return x <= y
    case '>=':
      return x >= y
  }
}

/** `+`, `-`, `*`: int with int wraps, anything with a float64 is one; `+` also joins strings. */
export function arithmetic(operator: '+' | '-' | '*', a: Value, b: Value): Value {
  if (operator === '+' && typeof a === 'string' && typeof b === 'string') return a + b
  const [x, y] = [numeric(a), numeric(b)]
  if (x === undefined || y === undefined) throw invalid(operator, a, b)
  if (typeof x === 'bigint' && typeof y === 'bigint')
    return wrap(operator === '+' ? x + y : operator === '-' ? x - y : x * y)
  const [p, q] = [Number(x), Number(y)]
  return operator === '+' ? p + q : operator === '-' ? p - q : p * q
}

/** `/`: always a float64, so that 1/0 is +Inf. */
export function divide(a: Value, b: Value): number {
  const [x, y] = [numeric(a), numeric(b)]
  if (x === undefined || y === undefined) throw invalid('/', a, b)
  return Number(x) / Number(y)
}

/** `%`: integers only, with the sign of the left side. */
export function modulo(a: Value, b: Value): bigint {
  const [x, y] = [numeric(a), numeric(b)]
  if (typeof x !== 'bigint' || typeof y !== 'bigint') throw invalid('%', a, b)
  if (y === 0n) throw new ExpressionError('runtime error: integer divide by zero')
  return x % y
}

/** `**` and `^`. */
export function exponent(a: Value, b: Value): number {
  return power(toFloat(a), toFloat(b))
}

/** Unary `-`. */
export function negate(value: Value): Value {
  if (typeof value === 'number') return -value
  if (typeof value === 'bigint') return wrap(-value)
  if (isTagged(value, 'sized')) return { ...value, value: wrap(-value.value, value.type) }
  throw new ExpressionError(`invalid operation: - ${nameOfType(value)}`)
}

/** `in`: an element of a list by `==`, a key of a map. */
export function contains(needle: Value, container: Value): boolean {
  if (container === null) return false
  if (isTagged(container, 'list')) return container.items.some(item => equal(item, needle))
  if (isTagged(container, 'map')) return lookUp(container, needle) !== undefined
  throw new ExpressionError(`operator "in" not defined on ${nameOfType(container)}`)
}

/** `a[b]` and `a.b`: a list's element counted from either end, a map's entry or its type's zero value, a string's byte. */
export function fetch(from: Value, key: Value): Value {
  if (isTagged(from, 'list')) {
    const index = at(key, from.items.length)
    if (index === undefined) throw new ExpressionError(`reflect: ${from.type.kind} index out of range`)
    return from.items[index]!
  }
  if (isTagged(from, 'map')) {
    const entry = lookUp(from, key)
    if (entry !== undefined) return entry
    const { element } = from.type
    return element?.kind === 'slice' ? { tag: 'list', type: element, items: [], isNil: true } : null
  }
  if (typeof from === 'string') {
    const index = at(key, from.length)
    if (index === undefined) throw new ExpressionError('reflect: string index out of range')
    return byteAt(from, index)
  }
  throw new ExpressionError(`cannot fetch ${describeKey(key)} from ${nameOfType(from)}`)
}

export function byteAt(bytes: string, index: number): Value {
  return { tag: 'sized', type: UINT8, value: BigInt(bytes.charCodeAt(index)) }
}

/** `a[from:to]`: negative bounds count from the end, and what lies outside is cut off. */
export function slice(value: Value, from: Value, to: Value): Value {
  const length = typeof value === 'string' ? value.length : isTagged(value, 'list') ? value.items.length : undefined
  if (length === undefined) throw new ExpressionError(`cannot slice ${describeKey(from)}`)
  const start = toInt(from)
  const end = bound(toInt(to), length)
  const begin = Math.min(bound(start, length), end)
  if (typeof value === 'string') return value.slice(begin, end)
  const list = value as Extract<Value, { tag: 'list' }>
  if (list.type.kind === 'array') throw new ExpressionError('reflect.Value.Slice: slice of unaddressable array')
  return subList(list, begin, end)
}

function bound(index: bigint, length: number): number {
  const fromStart = index < 0n ? Number(index) + length : Number(index)
  return Math.min(Math.max(fromStart, 0), length)
}

function at(key: Value, length: number): number | undefined {
  const index = Number(toInt(key))
  const fromStart = index < 0 ? index + length : index
  return fromStart >= 0 && fromStart < length ? fromStart : undefined
}

function describeKey(key: Value): string {
  return decodeText(formatValue(key))
}

function invalid(operator: string, a: Value, b: Value): ExpressionError {
  return new ExpressionError(`invalid operation: ${nameOfType(a)} ${operator} ${nameOfType(b)}`)
}
