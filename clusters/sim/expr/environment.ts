import type { TypesOfNames } from './checker.ts'
import { ExpressionError } from './expression-error.ts'
import { formatValue } from './go-format.ts'
import { parseFloat64, parseInteger, truncate } from './go-number.ts'
import { decodeText } from './go-string.ts'
import type { GoType, StaticType } from './go-type.ts'
import { ANY, BOOL, FLOAT64, functionOf, INT64, STRING_MAP } from './go-type.ts'
import type { Dictionary, FunctionValue, Value } from './value.ts'
import { asserted, dictionaryOf, isNil, isTagged, nameOfType } from './value.ts'

interface EnvironmentFunction {
  readonly type: GoType
  readonly call: (args: readonly Value[], result: Value) => Value
}

/**
 * The functions that Argo Rollouts v1.9.1, utils/evaluate/evaluate.go, puts beside `result`. isNil and default look at
 * the whole result, whatever their first argument is.
 */
const FUNCTIONS: ReadonlyMap<string, EnvironmentFunction> = new Map(
  Object.entries({
    asInt: { type: functionOf([ANY], INT64), call: ([value]) => asInt(value!) },
    asFloat: { type: functionOf([ANY], FLOAT64), call: ([value]) => asFloat(value!) },
    isNaN: { type: functionOf([FLOAT64], BOOL), call: ([value]) => Number.isNaN(floatOf(value!)) },
    isInf: { type: functionOf([FLOAT64], BOOL), call: ([value]) => Math.abs(floatOf(value!)) === Infinity },
    isNil: { type: functionOf([ANY], BOOL), call: (_, result) => isNil(result) },
    default: { type: functionOf([ANY, ANY], ANY), call: ([, other], result) => (isNil(result) ? other! : result) },
  } satisfies Record<string, EnvironmentFunction>),
)

/** The names a condition on a result of this type may use. */
export function namesFor(result: StaticType): TypesOfNames {
  return new Map<string, StaticType>([
    ['result', result],
    ...Array.from(FUNCTIONS, ([name, fn]) => [name, fn.type] as const),
  ])
}

/** What a name stands for; a built-in's name, which the checker lets through, stands for nil. */
export function valueOfName(name: string): (result: Value) => Value {
  if (name === 'result') return result => result
  if (name === '$env') return environmentMap
  const fn = FUNCTIONS.get(name)
  return fn === undefined ? () => null : result => bind(fn, result)
}

/** A direct call of one of the functions, or undefined where the name is another's. */
export function functionOfName(name: string): ((args: readonly Value[], result: Value) => Value) | undefined {
  return FUNCTIONS.get(name)?.call
}

function environmentMap(result: Value): Dictionary {
  const functions = Array.from(FUNCTIONS, ([name, fn]): [Value, Value] => [name, bind(fn, result)])
  return dictionaryOf(STRING_MAP, [['result', result], ...functions])
}

function bind(fn: EnvironmentFunction, result: Value): FunctionValue {
  return { tag: 'func', type: fn.type, call: args => fn.call(args, result) }
}

function floatOf(value: Value): number {
  if (typeof value !== 'number') asserted(value, 'float64')
  return value as number
}

function asInt(value: Value): Value {
  if (typeof value === 'string') return int64(parseInteger(value))
  if (typeof value === 'number') return int64(truncate(value))
  if (typeof value === 'bigint') return int64(value)
  if (isTagged(value, 'sized')) return int64(value.value)
  throw unsupported('asInt', value)
}

function asFloat(value: Value): number {
  if (typeof value === 'string') return parseFloat64(value)
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return Number(value)
  if (isTagged(value, 'sized')) return Number(value.value)
  throw unsupported('asFloat', value)
}

function int64(value: bigint): Value {
  return { tag: 'sized', type: INT64, value }
}

function unsupported(name: string, value: Value): ExpressionError {
  return new ExpressionError(`${name}() not supported on ${nameOfType(value)} ${decodeText(formatValue(value))}`)
}
