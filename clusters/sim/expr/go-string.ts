import { Buffer } from 'node:buffer'
import { stringEscapes } from '../go-escapes.ts'

const ASCII_ONLY = /^\p{ASCII}*$/u

/** What Go's unicode.IsSpace takes for space (White_Space; unlike String.trim without U+FEFF, with U+0085). */
export const GO_SPACE = '\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000'
const SPACES_AROUND = new RegExp(`^[${GO_SPACE}]+|[${GO_SPACE}]+$`, 'gu')

/**
 * A Go string is bytes, and `len`, indexes, slices and `<` count them. It is held as one character a byte, so that
 * JavaScript's own string functions give Go's answers.
 */
export function encodeText(text: string): string {
  return ASCII_ONLY.test(text) ? text : Buffer.from(text, 'utf8').toString('latin1')
}

/** The text of such bytes; what is not UTF-8 becomes U+FFFD. */
export function decodeText(bytes: string): string {
  return ASCII_ONLY.test(bytes) ? bytes : Buffer.from(bytes, 'latin1').toString('utf8')
}

/** Code point by code point as strings.ToUpper does, so `ß` stays one letter. */
export function upperCase(bytes: string): string {
  return mapCodePoints(bytes, character => character.toUpperCase())
}

/** Code point by code point as strings.ToLower does. */
export function lowerCase(bytes: string): string {
  return mapCodePoints(bytes, character => character.toLowerCase())
}

function mapCodePoints(bytes: string, map: (character: string) => string): string {
  const mapped = Array.from(decodeText(bytes), character => {
    const other = map(character)
    return [...other].length === 1 ? other : character
  })
  return encodeText(mapped.join(''))
}

/** strings.TrimSpace. */
export function trimSpace(bytes: string): string {
  return encodeText(decodeText(bytes).replace(SPACES_AROUND, ''))
}

/** strings.Trim: takes off both ends what occurs in `cutset`. */
export function trimCharacters(bytes: string, cutset: string): string {
  const cut = new Set(decodeText(cutset))
  const characters = [...decodeText(bytes)]
  let from = 0
  let to = characters.length
  while (from < to && cut.has(characters[from]!)) from++
  while (to > from && cut.has(characters[to - 1]!)) to--
  return encodeText(characters.slice(from, to).join(''))
}

/** strings.SplitN and SplitAfterN: at most `limit` parts, all of them where it is negative; an empty separator splits between characters. */
export function splitString(bytes: string, separator: string, limit: number, keepSeparator: boolean): string[] {
  if (limit === 0) return []
  const parts = separator === '' ? Array.from(decodeText(bytes), encodeText) : bytes.split(separator)
  if (limit > 0 && parts.length > limit) parts.push(parts.splice(limit - 1).join(separator))
  return keepSeparator ? parts.map((part, index) => (index < parts.length - 1 ? part + separator : part)) : parts
}

/** strings.Replace: the first `limit` occurrences, all where it is negative. An empty `old` matches before every character and at the end. */
export function replaceString(bytes: string, old: string, replacement: string, limit: number): string {
  if (limit < 0) limit = Number.POSITIVE_INFINITY
  const pieces = old === '' ? ['', ...Array.from(decodeText(bytes), encodeText), ''] : bytes.split(old)
  let replaced = pieces[0]!
  for (let i = 1; i < pieces.length; i++) {
    const atEndOfText = old === '' && i === pieces.length - 1
    replaced += (i <= limit ? replacement : old) + (atEndOfText ? '' : pieces[i]!)
  }
  return replaced
}

/** strconv.Quote of a text. */
export function quote(text: string): string {
  const escaped = text.replace(/["\\\p{C}\p{Z}]/gu, character => {
    if (character === ' ') return character
    const short = SHORT_ESCAPES[character]
    if (short !== undefined) return short
    const code = character.codePointAt(0)!
    if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`
    return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
  })
  return `"${escaped}"`
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries({ ...stringEscapes, '"': '"' }).map(([letter, character]) => [character, `\\${letter}`]),
)
