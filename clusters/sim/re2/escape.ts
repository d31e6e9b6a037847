import { controlEscapes } from '../go-escapes.ts'
import { refusal } from './pattern-error.ts'

const maxCodePoint = 0x10ffff

/** The code point at the beginning of `rest`, plain or escaped, and the length of what stands for it (Go, regexp/syntax: parseEscape). */
export function readCharacter(rest: string): readonly [codePoint: number, length: number] {
  if (rest[0] !== '\\') {
    const codePoint = rest.codePointAt(0)!
    return [codePoint, codePoint > 0xffff ? 2 : 1]
  }
  const [, letter] = [...rest.slice(0, 3)]
  if (letter === undefined) throw refusal('trailing backslash at end of expression', '')
  const control = controlEscapes[letter]
  if (control !== undefined) return [control.codePointAt(0)!, 2]
  const [hexadecimal, braced, pair] = /^\\x(?:\{([0-9A-Fa-f]+)\}|([0-9A-Fa-f]{2}))/.exec(rest) ?? []
  const codePoint = Number.parseInt((braced ?? pair)!, 16)
  if (codePoint <= maxCodePoint) return [codePoint, hexadecimal!.length]
  const [wrong] = /^\\x(?:\{(?:[0-9A-Fa-f]{6}|[0-9A-Fa-f]*.?)|.{0,2})/su.exec(rest) ?? []
  if (wrong !== undefined) throw refusal('invalid escape sequence', wrong)
  const octal = /^\\(?:0[0-7]{0,2}|[1-7][0-7]{1,2})/.exec(rest)?.[0]
  if (octal !== undefined) return [Number.parseInt(octal.slice(1), 8), octal.length]
  if (/[0-9A-Za-z]|\P{ASCII}/u.test(letter)) throw refusal('invalid escape sequence', `\\${letter}`)
  return [letter.codePointAt(0)!, 2]
}

/** A code point as JavaScript takes it inside and outside classes in its `u` mode. */
export function characterSource(codePoint: number): string {
  const character = String.fromCodePoint(codePoint)
  return /^\w$/.test(character) ? character : `\\u{${codePoint.toString(16)}}`
}

/** Whether some other character is the same but for case; between 0 and the digits there is none. */
export function hasCase(from: number, to: number): boolean {
  if (to < 0x41) return false
  const character = String.fromCodePoint(to)
  return from !== to || character.toLowerCase() !== character.toUpperCase()
}
