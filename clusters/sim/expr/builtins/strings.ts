import { ExpressionError } from '../expression-error.ts'
import { formatValue } from '../go-format.ts'
import { toInt } from '../go-number.ts'
import { lowerCase, replaceString, splitString, trimCharacters, trimSpace, upperCase } from '../go-string.ts'
import { ANY, ANY_LIST, BOOL, functionOf, INT, STRING, STRING_LIST, typeNameAsString } from '../go-type.ts'
import type { Value } from '../value.ts'
import { assertString, isTagged, listOf, typeOf } from '../value.ts'
import type { Builtin } from './builtin.ts'

/** expr's own bound on repeat(), builtin/builtin.go. */
const MAX_REPEAT = 1_000_000n

const TYPE_NAMES: Readonly<Record<string, string>> = {
  int64: 'int',
  uint8: 'uint',
  float64: 'float',
  slice: 'array',
}
const TO_STRING = functionOf([STRING], STRING)
const TWO_TO_STRING = functionOf([STRING, STRING], STRING)
const TWO_TO_INT = functionOf([STRING, STRING], INT)
const TWO_TO_BOOL = functionOf([STRING, STRING], BOOL)
const TWO_TO_LIST = functionOf([STRING, STRING], STRING_LIST)
const TWO_AND_LIMIT_TO_LIST = functionOf([STRING, STRING, INT], STRING_LIST)

export const STRING_BUILTINS: Readonly<Record<string, Builtin>> = {
  type: {
    overloads: [functionOf([ANY], STRING)],
    direct: true,
    call: ([value]) => {
      const kind = typeOf(value!)?.kind
      return kind === undefined ? 'nil' : (TYPE_NAMES[kind] ?? kind)
    },
  },
  string: { overloads: [functionOf([ANY], STRING)], direct: true, call: ([value]) => formatValue(value!) },
  upper: { overloads: [TO_STRING], direct: true, call: ([s]) => upperCase(assertString(s!)) },
  lower: { overloads: [TO_STRING], direct: true, call: ([s]) => lowerCase(assertString(s!)) },
  trim: {
    overloads: [TO_STRING, TWO_TO_STRING],
    call: ([s, cutset]) =>
      cutset === undefined ? trimSpace(assertString(s!)) : trimCharacters(assertString(s!), assertString(cutset)),
  },
  trimPrefix: {
    overloads: [TWO_TO_STRING, TO_STRING],
    call: ([s, prefix = ' ']) => {
      const [text, cut] = [assertString(s!), assertString(prefix)]
      return text.startsWith(cut) ? text.slice(cut.length) : text
    },
  },
  trimSuffix: {
    overloads: [TWO_TO_STRING, TO_STRING],
    call: ([s, suffix = ' ']) => {
      const [text, cut] = [assertString(s!), assertString(suffix)]
      return text.endsWith(cut) ? text.slice(0, text.length - cut.length) : text
    },
  },
  split: { overloads: [TWO_TO_LIST, TWO_AND_LIMIT_TO_LIST], call: args => split(args, false) },
  splitAfter: { overloads: [TWO_TO_LIST, TWO_AND_LIMIT_TO_LIST], call: args => split(args, true) },
  replace: {
    overloads: [functionOf([STRING, STRING, STRING, INT], STRING), functionOf([STRING, STRING, STRING], STRING)],
    call: ([s, old, replacement, limit = -1n]) =>
      replaceString(assertString(s!), assertString(old!), assertString(replacement!), Number(toInt(limit))),
  },
  repeat: {
    overloads: [functionOf([STRING, INT], STRING)],
    call: ([s, times]) => {
      const count = toInt(times!)
      if (count > MAX_REPEAT) throw new ExpressionError('memory budget exceeded')
      if (count < 0n) throw new ExpressionError('strings: negative Repeat count')
      return assertString(s!).repeat(Number(count))
    },
  },
  join: {
    overloads: [
      functionOf([STRING_LIST, STRING], STRING),
      functionOf([ANY_LIST, STRING], STRING),
      functionOf([ANY_LIST], STRING),
      functionOf([STRING_LIST], STRING),
    ],
    call: ([list, glue = '']) => {
      const text = assertString(glue)
      if (isTagged(list!, 'list') && (list.type.name === STRING_LIST.name || list.type.name === ANY_LIST.name))
        return list.items.map(assertString).join(text)
      throw new ExpressionError(`invalid argument for join (type ${typeNameAsString(typeOf(list!))})`)
    },
  },
  indexOf: { overloads: [TWO_TO_INT], call: ([s, part]) => BigInt(assertString(s!).indexOf(assertString(part!))) },
  lastIndexOf: {
    overloads: [TWO_TO_INT],
    call: ([s, part]) => BigInt(assertString(s!).lastIndexOf(assertString(part!))),
  },
  hasPrefix: { overloads: [TWO_TO_BOOL], call: ([s, prefix]) => assertString(s!).startsWith(assertString(prefix!)) },
  hasSuffix: { overloads: [TWO_TO_BOOL], call: ([s, suffix]) => assertString(s!).endsWith(assertString(suffix!)) },
}

function split([s, separator, limit = -1n]: readonly Value[], keepSeparator: boolean): Value {
  const [text, between] = [assertString(s!), assertString(separator!)]
  return listOf(STRING_LIST, splitString(text, between, Number(toInt(limit)), keepSeparator))
}
