import { ExpressionError } from '../expression-error.ts'
import { formatValue } from '../go-format.ts'
import { toInt } from '../go-number.ts'
import { decodeText, quote } from '../go-string.ts'
import type { GoType, StaticType } from '../go-type.ts'
import {
  ANY,
  ANY_LIST,
  BUILTIN_FUNCTION,
  INT,
  isAny,
  isInteger,
  isList,
  isString,
  mapOf,
  typeName,
  typeNameAsString,
} from '../go-type.ts'
import { fetch } from '../operators.ts'
import type { Dictionary, List, Value } from '../value.ts'
import { dictionaryOf, isTagged, listOf, nameOfKind, nameOfType, subList, typeOf } from '../value.ts'
import type { Builtin } from './builtin.ts'
import { requireArguments } from './builtin.ts'
import { sortItems } from './sort.ts'

const PAIR: GoType = { kind: 'array', name: '[2]interface {}', element: ANY }
const PAIR_LIST: GoType = { kind: 'slice', name: '[][2]interface {}', element: PAIR }
const ANY_MAP = mapOf(ANY, ANY)

export const LIST_BUILTINS: Readonly<Record<string, Builtin>> = {
  len: {
    check: args => {
      requireArguments(args, 1)
      const type = args[0]
      if (isList(type) || isAny(type) || isString(type) || type?.kind === 'map') return INT
      throw new ExpressionError(`invalid argument for len (type ${typeNameAsString(type)})`)
    },
    direct: true,
    call: ([value]) => BigInt(lengthOf(value!)),
  },
  first: { check: args => checkElement('first', args), call: ([list]) => fetchOrNil(list!, 0n) },
  last: { check: args => checkElement('last', args), call: ([list]) => fetchOrNil(list!, -1n) },
  get: { overloads: [BUILTIN_FUNCTION], call: ([from, key]) => fetchOrNil(from ?? null, key ?? null) },
  take: {
    check: args => {
      requireArguments(args, 2)
      if (!isList(args[0]) && !isAny(args[0]))
        throw new ExpressionError(`cannot take from ${typeNameAsString(args[0])}`)
      if (!isAny(args[1]) && (!isInteger(args[1]) || args[1]!.kind === 'uint8'))
        throw new ExpressionError(`cannot take ${typeNameAsString(args[1])} elements`)
      return args[0]
    },
    call: ([value, count]) => {
      const list = requireList('take from', value!)
      const isCount = typeof count === 'bigint' || (isTagged(count!, 'sized') && count.type.kind !== 'uint8')
      if (!isCount) throw new ExpressionError(`cannot take ${nameOfKind(count!)} elements`)
      const wanted = toInt(count)
      if (wanted > BigInt(list.items.length)) return list
      if (wanted < 0n) throw new ExpressionError('reflect.Value.Slice: slice index out of bounds')
      return subList(list, 0, Number(wanted))
    },
  },
  sort: {
    check: args => {
      if (args.length !== 1 && args.length !== 2)
        throw new ExpressionError(`invalid number of arguments (expected 1 or 2, got ${args.length})`)
      return checkSort(args[0], args.slice(1), args[1])
    },
    call: ([list, direction]) =>
      listOf(ANY_LIST, sortItems(requireList('sort', list!).items, '', isDescending(direction))),
  },
  sortBy: {
    check: args => {
      if (args.length !== 2 && args.length !== 3)
        throw new ExpressionError(`invalid number of arguments (expected 2 or 3, got ${args.length})`)
      return checkSort(args[0], args.slice(1), args[1])
    },
    call: ([value, field, direction]) => {
      const list = requireList('sort', value!)
      if (typeof field !== 'string') throw notAString(field!)
      return listOf(ANY_LIST, sortItems(list.items, field, isDescending(direction)))
    },
  },
  keys: {
    check: args => checkMap('get keys from', '', args),
    call: ([map]) =>
      listOf(
        ANY_LIST,
        Array.from(requireMap('get keys from', '', map!).entries.values(), ([key]) => key),
      ),
  },
  values: {
    check: args => checkMap('get values from', '', args),
    call: ([map]) =>
      listOf(
        ANY_LIST,
        Array.from(requireMap('get values from', '', map!).entries.values(), ([, value]) => value),
      ),
  },
  toPairs: {
    check: args => checkMap('transform', ' to pairs', args),
    call: ([map]) =>
      listOf(
        PAIR_LIST,
        Array.from(requireMap('transform', ' to pairs', map!).entries.values(), pair => listOf(PAIR, pair)),
      ),
  },
  fromPairs: {
    check: args => {
      requireArguments(args, 1)
      if (isList(args[0]) || isAny(args[0])) return ANY_MAP
      throw new ExpressionError(`cannot transform ${typeNameAsString(args[0])} from pairs`)
    },
    call: ([pairs]) => {
      if (!isTagged(pairs!, 'list')) throw new ExpressionError(`cannot transform ${nameOfType(pairs!)} from pairs`)
      return dictionaryOf(ANY_MAP, pairs.items.map(pairOf))
    },
  },
}

/** reflect.Value.Len of what has one, in bytes for a string. */
export function lengthOf(value: Value): number {
  if (typeof value === 'string') return value.length
  if (isTagged(value, 'list')) return value.items.length
  if (isTagged(value, 'map')) return value.entries.size
  throw new ExpressionError(`invalid argument for len (type ${nameOfType(value)})`)
}

function fetchOrNil(from: Value, key: Value): Value {
  try {
    return fetch(from, key)
  } catch {
    return null
  }
}

function pairOf(pair: Value): readonly [Value, Value] {
  if (!isTagged(pair, 'list')) throw new ExpressionError(`invalid pair ${decodeText(formatValue(pair))}`)
  if (pair.items.length !== 2) throw new ExpressionError(`invalid pair length ${decodeText(formatValue(pair))}`)
  return [pair.items[0]!, pair.items[1]!]
}

function isDescending(direction: Value | undefined): boolean {
  if (direction === undefined || direction === 'asc') return false
  if (direction === 'desc') return true
  if (typeof direction !== 'string') throw notAString(direction)
  throw new ExpressionError(`invalid argument for sort (expected "asc" or "desc", got ${quote(decodeText(direction))})`)
}

function notAString(value: Value): ExpressionError {
  return new ExpressionError(`invalid argument for sort (expected string, got ${typeNameAsString(typeOf(value))})`)
}

function requireList(action: string, value: Value): List {
  if (isTagged(value, 'list')) return value
  throw new ExpressionError(`cannot ${action} ${nameOfKind(value)}`)
}

function requireMap(before: string, after: string, value: Value): Dictionary {
  if (isTagged(value, 'map')) return value
  throw new ExpressionError(`cannot ${before} ${nameOfKind(value)}${after}`)
}

function checkElement(name: string, args: readonly StaticType[]): StaticType {
  requireArguments(args, 1)
  if (isAny(args[0])) return ANY
  if (isList(args[0])) return args[0].element
  throw new ExpressionError(`cannot get ${name} element from ${typeNameAsString(args[0])}`)
}

function checkMap(before: string, after: string, args: readonly StaticType[]): StaticType {
  requireArguments(args, 1)
  if (isAny(args[0]) || args[0]?.kind === 'map') return ANY_LIST
  throw new ExpressionError(`cannot ${before} ${typeNameAsString(args[0])}${after}`)
}

/** `named` is the type that the message names: of sortBy always the second argument's. */
function checkSort(list: StaticType, strings: readonly StaticType[], named: StaticType): StaticType {
  if (!isList(list) && !isAny(list)) throw new ExpressionError(`cannot sort ${typeNameAsString(list)}`)
  if (!strings.every(type => isString(type) || isAny(type)))
    throw new ExpressionError(`invalid argument for sort (expected string, got ${typeName(named)})`)
  return ANY_LIST
}
