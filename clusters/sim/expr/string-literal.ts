import { stringEscapes } from '../go-escapes.ts'
import { ExpressionError } from './expression-error.ts'
import { encodeText } from './go-string.ts'

const SIMPLE: Readonly<Record<string, string>> = { ...stringEscapes, "'": "'", '"': '"' }
const HEX_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 }
const MAX_CODE_POINT = 0x10ffff

/**
 * Where the literal that starts with the quote at `start` ends (exclusive), by expr v1.15.5, parser/lexer: it holds no
 * line break, and of the two quotes only its own may be escaped.
 */
export function endOfStringLiteral(source: string, start: number): number {
  const ownQuote = source[start]!
  let at = start + 1
  for (;;) {
    const character = source[at]
    if (character === undefined || character === '\n') throw new ExpressionError('literal not terminated', start)
    if (character === ownQuote) return at + 1
    at = character === '\\' ? endOfEscape(source, at, ownQuote) : at + 1
  }
}

function endOfEscape(source: string, backslash: number, ownQuote: string): number {
  const letter = source[backslash + 1] ?? ''
  const isQuote = letter === '"' || letter === "'"
  if (letter === ownQuote || (letter in SIMPLE && !isQuote)) return backslash + 2
  const isOctal = letter >= '0' && letter <= '7'
  const digits = isOctal ? 3 : HEX_DIGITS[letter]
  const from = isOctal ? backslash + 1 : backslash + 2
  if (digits !== undefined) {
    const pattern = isOctal ? /^[0-7]+$/ : /^[0-9a-fA-F]+$/
    const text = source.slice(from, from + digits)
    if (text.length === digits && pattern.test(text)) return from + digits
  }
  throw new ExpressionError('invalid char escape', backslash)
}

/** The bytes that a literal, quotes included, stands for. `\x41` is a code point, not a byte, and octal stops at `\377`. */
export function unescapeLiteral(literal: string, offset: number): string {
  const body = literal.slice(1, -1).replaceAll('\r\n', '\n').replaceAll('\r', '\n')
  let text = ''
  for (let at = 0; at < body.length; at++) {
    const character = body[at]!
    if (character !== '\\') {
      text += character
      continue
    }
    const letter = body[++at]!
    const simple = SIMPLE[letter]
    if (simple !== undefined) {
      text += simple
      continue
    }
    const digits = HEX_DIGITS[letter]
    const code =
      digits === undefined
        ? Number.parseInt(body.slice(at, at + 3), 8)
        : Number.parseInt(body.slice(at + 1, at + 1 + digits), 16)
    if (digits === undefined && letter > '3') throw new ExpressionError('unable to unescape string', offset)
    if (code > MAX_CODE_POINT) throw new ExpressionError('unable to unescape string', offset)
    at += digits ?? 2
    text += code >= 0xd800 && code <= 0xdfff ? '\ufffd' : String.fromCodePoint(code)
  }
  return encodeText(text)
}
