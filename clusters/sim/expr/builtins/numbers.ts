import { ExpressionError } from '../expression-error.ts'
import { numeric, parseFloat64, parseInteger, roundHalfAway, toFloat, toInt, wrap } from '../go-number.ts'
import { decodeText } from '../go-string.ts'
import type { GoType, StaticType } from '../go-type.ts'
import { ANY, FLOAT64, INT, isAny, isList, isNumber, isString, typeNameAsString } from '../go-type.ts'
import { compare } from '../operators.ts'
import type { List, Value } from '../value.ts'
import { isTagged, nameOfKind, nameOfType } from '../value.ts'
import type { Builtin } from './builtin.ts'
import { requireArguments } from './builtin.ts'

/** `invalid argument for floor` stands for round too, as in expr v1.15.5. */
export const NUMBER_BUILTINS: Readonly<Record<string, Builtin>> = {
  abs: {
    check: args => checkNumber('abs', args, args[0]),
    direct: true,
    call: ([x]) => {
      if (isTagged(x!, 'sized')) return x.value < 0n ? { ...x, value: wrap(-x.value, x.type) } : x
      if (typeof x === 'bigint') return x < 0n ? wrap(-x) : x
      if (typeof x === 'number') return x < 0 ? -x : x
      throw invalidArgument('abs', x!)
    },
  },
  ceil: rounding('ceil', 'ceil', Math.ceil),
  floor: rounding('floor', 'floor', Math.floor),
  round: rounding('round', 'floor', roundHalfAway),
  int: {
    check: args => checkConversion('int', args, INT),
    direct: true,
    call: ([x]) => (typeof x === 'string' ? parseOr(x, 'int', parseInteger) : toInt(x!)),
  },
  float: {
    check: args => checkConversion('float', args, FLOAT64),
    direct: true,
    call: ([x]) => (typeof x === 'string' ? parseOr(x, 'float', parseFloat64) : toFloat(x!)),
  },
  max: { check: args => checkExtreme('max', args), call: args => extreme(args, '<') },
  min: { check: args => checkExtreme('min', args), call: args => extreme(args, '>') },
  sum: { check: args => checkList('sum', args, ANY), call: ([x]) => sum(numbers('sum', x!)) },
  mean: {
    check: args => checkList('avg', args, FLOAT64),
    call: ([x]) => {
      const terms = numbers('mean', x!)
      return terms.length === 0 ? 0 : terms.reduce<number>((total, term) => total + Number(term), 0) / terms.length
    },
  },
  median: {
    check: args => checkList('median', args, FLOAT64),
    call: ([x]) => {
      const sorted = Float64Array.from(numbers('median', x!), Number).sort()
      if (sorted.length === 0) return 0
      // sort.Float64s puts NaN first, a typed array's sort puts it last.
      const notNumbers = sorted.length - sorted.findLastIndex(x => !Number.isNaN(x)) - 1
      const at = (index: number) => (index < notNumbers ? Number.NaN : sorted[index - notNumbers]!)
      const middle = sorted.length >> 1
      return sorted.length % 2 === 0 ? (at(middle - 1) + at(middle)) / 2 : at(middle)
    },
  },
}

function rounding(name: string, nameInCheck: string, round: (x: number) => number): Builtin {
  return {
    check: args => checkNumber(nameInCheck, args, FLOAT64),
    direct: true,
    call: ([x]) => {
      const number = numeric(x!)
      if (number === undefined) throw invalidArgument(name, x!)
      return typeof number === 'bigint' ? Number(number) : round(number)
    },
  }
}

function parseOr<T>(bytes: string, name: string, parse: (bytes: string) => T): T {
  try {
    return parse(bytes)
  } catch {
    throw new ExpressionError(`invalid operation: ${name}(${decodeText(bytes)})`)
  }
}

/** The first of the greatest (`<`) or least (`>`); what compares with NaN is kept as it comes. */
function extreme(args: readonly Value[], operator: '<' | '>'): Value {
  let best: Value = null
  for (const arg of args) if (best === null || compare(operator, best, arg)) best = arg
  return best
}

/** Sums ints as ints up to the first float64 and all else as float64. */
function sum(terms: readonly (number | bigint)[]): Value {
  let whole = 0n
  let index = 0
  for (; index < terms.length; index++) {
    const term = terms[index]!
    if (typeof term === 'number') break
    whole = wrap(whole + term)
  }
  if (index === terms.length) return whole
  let total = Number(whole)
  for (; index < terms.length; index++) total += Number(terms[index]!)
  return total
}

function numbers(name: string, value: Value): readonly (number | bigint)[] {
  if (!isTagged(value, 'list')) throw new ExpressionError(`cannot ${name} ${nameOfKind(value)}`)
  return (value as List).items.map(item => {
    // A byte is unsigned, which reflect's CanInt and CanFloat both deny.
    const isByte = isTagged(item, 'sized') && item.type.kind === 'uint8'
    const number = isByte ? undefined : numeric(item)
    if (number === undefined)
      throw new ExpressionError(`cannot ${name} ${item === null ? 'interface' : nameOfKind(item)}`)
    return number
  })
}

function checkNumber(name: string, args: readonly StaticType[], result: StaticType): StaticType {
  requireArguments(args, 1)
  if (isNumber(args[0]) || isAny(args[0])) return result
  throw new ExpressionError(`invalid argument for ${name} (type ${typeNameAsString(args[0])})`)
}

function checkConversion(name: string, args: readonly StaticType[], result: GoType): StaticType {
  requireArguments(args, 1)
  return isString(args[0]) ? result : checkNumber(name, args, result)
}

function checkExtreme(name: string, args: readonly StaticType[]): StaticType {
  if (args.length === 0) throw new ExpressionError(`not enough arguments to call ${name}`)
  for (const arg of args) {
    if (isAny(arg)) return ANY
    if (!isNumber(arg)) throw new ExpressionError(`invalid argument for ${name} (type ${typeNameAsString(arg)})`)
  }
  return args[0]
}

function checkList(name: string, args: readonly StaticType[], result: GoType): StaticType {
  requireArguments(args, 1)
  if (isList(args[0]) || isAny(args[0])) return result
  throw new ExpressionError(`cannot ${name} ${typeNameAsString(args[0])}`)
}

function invalidArgument(name: string, value: Value): ExpressionError {
  return new ExpressionError(`invalid argument for ${name} (type ${nameOfType(value)})`)
}
