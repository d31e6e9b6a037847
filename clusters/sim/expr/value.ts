import { ExpressionError } from './expression-error.ts'
import type { GoType, StaticType } from './go-type.ts'
import { BOOL, FLOAT64, INT, INT_LIST, STRING, typeName } from './go-type.ts'

/**
 * A Go value while a condition runs: nil, bool, float64 (number), int (bigint), string (see go-string.ts), and the
 * rest as tagged objects. Nothing changes a value once made.
 */
export type Value = null | boolean | number | bigint | string | SizedInteger | List | Dictionary | FunctionValue

/** An integer that is not an `int`: int64 from asInt(), uint8 from a string's byte. */
export interface SizedInteger {
  readonly tag: 'sized'
  readonly type: GoType
  readonly value: bigint
}

export interface List {
  readonly tag: 'list'
  readonly type: GoType
  readonly items: readonly Value[]
  readonly isNil?: boolean
  /** Of a slice of a list: whose memory it shares, and from where. */
  readonly shared?: { readonly items: readonly Value[]; readonly from: number }
}

/** A Go map. Go's order of iteration is random; here it is the order of insertion. */
export interface Dictionary {
  readonly tag: 'map'
  readonly type: GoType
  readonly entries: ReadonlyMap<string, readonly [key: Value, value: Value]>
  readonly isNil?: boolean
}

export interface FunctionValue {
  readonly tag: 'func'
  readonly type: GoType
  readonly call: (args: readonly Value[]) => Value
}

export function listOf(type: GoType, items: readonly Value[]): List {
  return { tag: 'list', type, items }
}

/** Go's []int of `size` numbers from `from` on, none where the size is negative. */
export function rangeOf(from: bigint, size: number): List {
  const items: Value[] = []
  for (let i = 0, next = from; i < size; i++, next++) items.push(next)
  return listOf(INT_LIST, items)
}

/** `list[from:to]` of bounds within it; like Go's it shares the list's memory, which equality sees. */
export function subList(list: List, from: number, to: number): List {
  if (from === 0 && to === list.items.length) return list
  const { items, from: before } = list.shared ?? { items: list.items, from: 0 }
  return { ...list, items: list.items.slice(from, to), shared: { items, from: before + from } }
}

/** Whether two lists of one length are the same stretch of memory. */
export function sharesMemory(a: List, b: List): boolean {
  return (
    (a.shared?.items ?? a.items) === (b.shared?.items ?? b.items) && (a.shared?.from ?? 0) === (b.shared?.from ?? 0)
  )
}

export function dictionaryOf(type: GoType, pairs: Iterable<readonly [Value, Value]>): Dictionary {
  const entries = new Map<string, readonly [Value, Value]>()
  for (const pair of pairs) entries.set(newKey(pair[0], entries.size), pair)
  return { tag: 'map', type, entries }
}

/** reflect.TypeOf. */
export function typeOf(value: Value): StaticType {
  switch (typeof value) {
    case 'number':
      return FLOAT64
    case 'bigint':
      return INT
    case 'boolean':
      return BOOL
    case 'string':
      return STRING
    default:
      return value === null ? undefined : value.type
  }
}

/** The type's name as `%T` prints it. */
export function nameOfType(value: Value): string {
  return typeName(typeOf(value))
}

/** The kind's name as reflect.Kind prints it, `invalid` for nil. */
export function nameOfKind(value: Value): string {
  return typeOf(value)?.kind ?? 'invalid'
}

export function isTagged<T extends 'sized' | 'list' | 'map' | 'func'>(
  value: Value,
  tag: T,
): value is Extract<Value, { tag: T }> {
  return typeof value === 'object' && value !== null && value.tag === tag
}

/** Nil itself, or a slice or map that was never made. */
export function isNil(value: Value): boolean {
  return value === null || ((isTagged(value, 'list') || isTagged(value, 'map')) && value.isNil === true)
}

/** A Go type assertion that must hold. */
export function asserted(value: Value, expected: 'bool' | 'string' | 'float64' | 'int'): void {
  const name = nameOfType(value)
  if (name === expected) return
  throw new ExpressionError(`interface conversion: interface {} is ${value === null ? 'nil' : name}, not ${expected}`)
}

export function assertBool(value: Value): boolean {
  if (typeof value !== 'boolean') asserted(value, 'bool')
  return value as boolean
}

export function assertString(value: Value): string {
  if (typeof value !== 'string') asserted(value, 'string')
  return value as string
}

/** The entry under `key`, or undefined; a key that Go could not hash or assign is an error. */
export function lookUp(dictionary: Dictionary, key: Value): Value | undefined {
  const keyType = dictionary.type.key!
  const type = typeOf(key)
  if (type === undefined && keyType.kind !== 'interface') key = keyType.kind === 'string' ? '' : 0n
  else if (type !== undefined && keyType.kind !== 'interface' && keyType.name !== type.name)
    throw new ExpressionError(
      `reflect.Value.MapIndex: value of type ${type.name} is not assignable to type ${keyType.name}`,
    )
  return dictionary.entries.get(hashKey(key))?.[1]
}

/** The hash of a key about to be set: NaN equals no key, not even itself, so each one is new. */
export function newKey(key: Value, size: number): string {
  return typeof key === 'number' && Number.isNaN(key) ? `NaN ${size}` : hashKey(key)
}

function hashKey(key: Value): string {
  if (key === null) return 'nil'
  if (isTagged(key, 'sized')) return `${key.type.name} ${key.value}`
  if (isTagged(key, 'list') && key.type.kind === 'array') return `array ${JSON.stringify(key.items.map(hashKey))}`
  if (typeof key === 'object') throw new ExpressionError(`runtime error: hash of unhashable type ${key.type.name}`)
  return `${typeof key} ${key === 0 ? 0 : key}`
}
