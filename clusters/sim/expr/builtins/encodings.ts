import { Buffer } from 'node:buffer'
import { ExpressionError } from '../expression-error.ts'
import { decodeText, encodeText } from '../go-string.ts'
import { ANY, ANY_LIST, functionOf, STRING, STRING_MAP } from '../go-type.ts'
import type { Value } from '../value.ts'
import { assertString, dictionaryOf, listOf, nameOfType } from '../value.ts'
import type { Builtin } from './builtin.ts'

/** Standard alphabet, padded; Go skips line breaks and nothing else. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
const HTML_ESCAPES = /[<>&\u2028\u2029]/g

export const ENCODING_BUILTINS: Readonly<Record<string, Builtin>> = {
  toJSON: { overloads: [functionOf([ANY], STRING)], call: ([value]) => encodeText(marshal(value!, '')) },
  fromJSON: {
    overloads: [functionOf([STRING], ANY)],
    call: ([text]) => {
      let parsed: unknown
      try {
        parsed = JSON.parse(decodeText(assertString(text!)))
      } catch (error) {
        throw error instanceof ExpressionError ? error : new ExpressionError('fromJSON: invalid JSON')
      }
      return fromParsed(parsed)
    },
  },
  toBase64: {
    overloads: [functionOf([STRING], STRING)],
    call: ([text]) => Buffer.from(assertString(text!), 'latin1').toString('base64'),
  },
  fromBase64: {
    overloads: [functionOf([STRING], STRING)],
    call: ([text]) => {
      const encoded = assertString(text!).replace(/[\r\n]/g, '')
      if (!BASE64.test(encoded)) throw new ExpressionError('illegal base64 data')
      return Buffer.from(encoded, 'base64').toString('latin1')
    },
  },
  now: unsupported('now', 'a simulated trial has no clock of its own'),
  date: unsupported('date', 'a simulated trial has no calendar'),
  duration: unsupported('duration', 'without now() and date() there is no time to add it to'),
}

function unsupported(name: string, reason: string): Builtin {
  const refuse = (): never => {
    throw new ExpressionError(`${name}() is not supported in conditions: ${reason}`)
  }
  return { check: refuse, call: refuse }
}

/** json.MarshalIndent with two spaces: keys sorted, `<`, `>` and `&` escaped. */
function marshal(value: Value, indent: string): string {
  const inner = `${indent}  `
  switch (typeof value) {
    case 'string':
      return marshalString(value)
    case 'number':
      if (!Number.isFinite(value))
        throw new ExpressionError(
          `json: unsupported value: ${Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'}`,
        )
      return Object.is(value, -0) ? '-0' : String(value)
    case 'bigint':
    case 'boolean':
      return String(value)
  }
  if (value === null) return 'null'
  switch (value.tag) {
    case 'sized':
      return String(value.value)
    case 'list':
      if (value.isNil) return 'null'
      if (value.items.length === 0) return '[]'
      return `[\n${value.items.map(item => inner + marshal(item, inner)).join(',\n')}\n${indent}]`
    case 'map': {
      if (value.isNil) return 'null'
      if (value.type.key!.kind !== 'string') break
      if (value.entries.size === 0) return '{}'
      const rows = [...value.entries.values()].sort((a, b) => (a[0]! < b[0]! ? -1 : 1))
      return `{\n${rows.map(([key, item]) => `${inner}${marshal(key, '')}: ${marshal(item, inner)}`).join(',\n')}\n${indent}}`
    }
  }
  throw new ExpressionError(`json: unsupported type: ${nameOfType(value)}`)
}

function marshalString(bytes: string): string {
  return JSON.stringify(decodeText(bytes)).replace(
    HTML_ESCAPES,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function fromParsed(parsed: unknown): Value {
  if (typeof parsed === 'string') return encodeText(parsed)
  if (typeof parsed === 'number') {
    if (Number.isFinite(parsed)) return parsed
    throw new ExpressionError('json: cannot unmarshal number into Go value of type float64')
  }
  if (typeof parsed === 'boolean' || parsed === null) return parsed
  if (Array.isArray(parsed)) return listOf(ANY_LIST, parsed.map(fromParsed))
  const pairs = Object.entries(parsed as object)
  return dictionaryOf(
    STRING_MAP,
    pairs.map(([key, item]): [Value, Value] => [encodeText(key), fromParsed(item)]),
  )
}
