/** The kinds of reflect.Kind that a condition can meet. */
export type Kind =
  | 'bool'
  | 'int'
  | 'int64'
  | 'uint8'
  | 'float64'
  | 'string'
  | 'interface'
  | 'slice'
  | 'array'
  | 'map'
  | 'func'

/** A Go type; two are the same when their names are. Element and key belong to containers, the rest to functions. */
export interface GoType {
  readonly kind: Kind
  /** As fmt's `%T` prints it, e.g. `[]float64`. */
  readonly name: string
  readonly element?: GoType
  readonly key?: GoType
  readonly parameters?: readonly GoType[]
  readonly result?: GoType
  readonly variadic?: boolean
}

/** What the checker knows of a term: undefined is the untyped nil, `ANY` is "known only when it runs". */
export type StaticType = GoType | undefined

export const BOOL: GoType = { kind: 'bool', name: 'bool' }
export const INT: GoType = { kind: 'int', name: 'int' }
export const INT64: GoType = { kind: 'int64', name: 'int64' }
export const UINT8: GoType = { kind: 'uint8', name: 'uint8' }
export const FLOAT64: GoType = { kind: 'float64', name: 'float64' }
export const STRING: GoType = { kind: 'string', name: 'string' }
export const ANY: GoType = { kind: 'interface', name: 'interface {}' }
export const ANY_LIST = sliceOf(ANY)
export const FLOAT_LIST = sliceOf(FLOAT64)
export const INT_LIST = sliceOf(INT)
export const STRING_LIST = sliceOf(STRING)
export const STRING_MAP = mapOf(STRING, ANY)
/** The type of a built-in that is named without being called. */
export const BUILTIN_FUNCTION: GoType = {
  kind: 'func',
  name: 'func(...interface {}) (interface {}, error)',
  parameters: [ANY_LIST],
  result: ANY,
  variadic: true,
}

export function sliceOf(element: GoType): GoType {
  return { kind: 'slice', name: `[]${element.name}`, element }
}

export function mapOf(key: GoType, element: GoType): GoType {
  return { kind: 'map', name: `map[${key.name}]${element.name}`, key, element }
}

export function functionOf(parameters: readonly GoType[], result: GoType): GoType {
  return { kind: 'func', name: `func(${parameters.map(p => p.name).join(', ')}) ${result.name}`, parameters, result }
}

/** The name as `%v` and `%T` print it. */
export function typeName(type: StaticType): string {
  return type === undefined ? '<nil>' : type.name
}

/** The name as `%s` prints a reflect.Type, which for nil is fmt's complaint about the verb. */
export function typeNameAsString(type: StaticType): string {
  return type === undefined ? '%!s(<nil>)' : type.name
}

export function isAny(type: StaticType): boolean {
  return type?.kind === 'interface'
}

export function isInteger(type: StaticType): boolean {
  return type?.kind === 'int' || type?.kind === 'int64' || type?.kind === 'uint8'
}

export function isFloat(type: StaticType): boolean {
  return type?.kind === 'float64'
}

export function isNumber(type: StaticType): boolean {
  return isInteger(type) || isFloat(type)
}

export function isBool(type: StaticType): boolean {
  return type?.kind === 'bool'
}

export function isString(type: StaticType): boolean {
  return type?.kind === 'string'
}

export function isList(type: StaticType): type is GoType & { element: GoType } {
  return type?.kind === 'slice' || type?.kind === 'array'
}

/** Go's assignability for the types above: identical, or anything to an empty interface. */
export function isAssignable(from: GoType, to: GoType): boolean {
  return to.kind === 'interface' || from.name === to.name
}
