import type { Node } from './ast.ts'
import { ExpressionError } from './expression-error.ts'
import { parseFloat64, parseHexadecimal, parseInteger } from './go-number.ts'
import type { Token } from './token.ts'

/** The value of a number token. Octal and binary prefixes, which the lexer lets through, are no numbers. */
export function numberNode({ value, offset }: Token): Node {
  const text = value.replaceAll('_', '')
  if (text.includes('x')) return { kind: 'integer', value: read('hex', text, offset, parseHexadecimal), offset }
  if (/[.eE]/.test(text)) return { kind: 'float', value: read('float', text, offset, parseFloat64), offset }
  return { kind: 'integer', value: read('integer', text, offset, parseInteger), offset }
}

function read<T>(what: string, text: string, offset: number, parse: (text: string) => T): T {
  try {
    return parse(text)
  } catch (error) {
    throw new ExpressionError(`invalid ${what} literal: ${(error as Error).message}`, offset)
  }
}
