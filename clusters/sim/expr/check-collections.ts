import { ExpressionError } from './expression-error.ts'
import type { GoType, StaticType } from './go-type.ts'
import {
  ANY,
  ANY_LIST,
  BOOL,
  INT,
  isAny,
  isAssignable,
  isBool,
  isInteger,
  isList,
  mapOf,
  sliceOf,
  typeName,
} from './go-type.ts'

/** The type of `base[key]`, or of `base.name` where the key is a literal (expr v1.15.5, checker/checker.go MemberNode). */
export function typeOfMember(
  base: StaticType,
  key: StaticType,
  name: string | undefined,
  keyOffset: number,
): StaticType {
  if (base === undefined && name !== undefined) throw new ExpressionError(`type <nil> has no field ${name}`)
  if (isAny(base)) return ANY
  if (base?.kind === 'map') {
    requireMapKey(base, key, keyOffset)
    return base.element
  }
  if (!isList(base)) throw new ExpressionError(`type ${typeName(base)}[${typeName(key)}] is undefined`)
  if (isInteger(key) || isAny(key)) return base.element
  throw new ExpressionError(`array elements can only be selected using an integer (got ${typeName(key)})`, keyOffset)
}

/** The type of `get(base, key)` of a base whose type is known (checkBuiltinGet); the key is looked at only where there is an entry to get. */
export function typeOfGet(
  base: StaticType,
  typeOfKey: () => StaticType,
  baseOffset: number,
  keyOffset: number,
): StaticType {
  const isMap = base?.kind === 'map'
  if (!isMap && !isList(base)) throw new ExpressionError(`type ${typeName(base)} does not support indexing`, baseOffset)
  const key = typeOfKey()
  if (key === undefined) throw new ExpressionError(`cannot use nil as ${isMap ? 'map' : 'slice'} index`, keyOffset)
  if (isMap) requireMapKey(base, key, keyOffset)
  else if (!isInteger(key) && !isAny(key)) throw new ExpressionError(`non-integer slice index ${key.name}`, keyOffset)
  return base.element
}

/** The type that a predicate gives over elements of type `element` with a closure of type `result` (BuiltinNode). */
export function typeOfPredicate(name: string, element: GoType, result: GoType): StaticType {
  switch (name) {
    case 'map':
      return sliceOf(result)
    case 'groupBy':
      return mapOf(ANY, ANY_LIST)
    case 'reduce':
      return result
  }
  if (!isBool(result) && !isAny(result))
    throw new ExpressionError(`predicate should return boolean (got ${result.name})`)
  switch (name) {
    case 'filter':
      return sliceOf(element)
    case 'find':
    case 'findLast':
      return element
    case 'count':
    case 'findIndex':
    case 'findLastIndex':
      return INT
    default:
      return BOOL
  }
}

function requireMapKey(map: GoType, key: StaticType, keyOffset: number): void {
  if (key !== undefined && !isAny(key) && !isAssignable(key, map.key!))
    throw new ExpressionError(`cannot use ${key.name} to get an element from ${map.name}`, keyOffset)
}
