import { translateClass, translateClassEscape } from './character-class.ts'
import { characterSource, hasCase, readCharacter } from './escape.ts'
import { refusal } from './pattern-error.ts'

/** What the letters `i`, `m` and `s` of `(?ims)` switch on; `U` changes no answer of `test`. */
export interface Flags {
  readonly ignoreCase: boolean
  readonly multiline: boolean
  readonly dotTakesNewline: boolean
}

/** One step in the reading of a pattern, with the length of its text. */
export type Token = { readonly length: number } & (
  | {
      readonly kind: 'atom'
      /** JavaScript's, one or, of a quotation, any number of them. */
      readonly sources: readonly string[]
      /** Undefined where it makes no difference. */
      readonly ignoreCase: boolean | undefined
    }
  | { readonly kind: 'flags'; readonly flags: Flags }
  | { readonly kind: 'open'; readonly flags: Flags }
  | { readonly kind: 'repetition'; readonly operator: string; readonly min: number; readonly max: number }
  | { readonly kind: 'bar' }
  | { readonly kind: 'close' }
)

/** The token at the beginning of `rest`, which is not empty; `flags` are those in force there (Go, regexp/syntax: parse). */
export function readToken(rest: string, flags: Flags): Token {
  if (rest[0] === '|') return { kind: 'bar', length: 1 }
  if (rest[0] === ')') return { kind: 'close', length: 1 }
  if (rest.startsWith('(?')) return readGroupOpening(rest, flags)
  if (rest[0] === '(') return { kind: 'open', length: 1, flags }
  return readRepetition(rest) ?? readAtom(rest, flags)
}

function readAtom(rest: string, flags: Flags): Token {
  const ignoring = (cased: boolean) => (cased ? flags.ignoreCase : undefined)
  const found = rest[0] === '[' ? translateClass(rest) : translateClassEscape(rest)
  if (found !== undefined)
    return { kind: 'atom', length: found.length, sources: [found.source], ignoreCase: ignoring(found.cased) }
  const [length, assertion] = readAssertion(rest, flags)
  // JavaScript takes ſ and the sign of Kelvin for word characters where it ignores case, unlike Go.
  const ignoreCase = /^\\b/i.test(rest) ? false : undefined
  if (assertion !== undefined) return { kind: 'atom', length, sources: [assertion], ignoreCase }
  const [codePoints, ownLength] = readLiteral(rest)
  return {
    kind: 'atom',
    length: ownLength,
    sources: codePoints.map(characterSource),
    ignoreCase: ignoring(codePoints.some(codePoint => hasCase(codePoint, codePoint))),
  }
}

/** A character, or those between `\Q` and `\E` or the end. */
function readLiteral(rest: string): readonly [codePoints: readonly number[], length: number] {
  if (rest.startsWith('\\Q')) {
    const quoted = rest.slice(2).split('\\E', 1)[0]!
    return [Array.from(quoted, character => character.codePointAt(0)!), quoted.length + 4]
  }
  const [codePoint, length] = readCharacter(rest)
  return [[codePoint], length]
}

/** Assertions as groups, since RE2 lets them be repeated; and the dot. JavaScript's own `m` would take more for line breaks than `\n`. */
function readAssertion(rest: string, { multiline, dotTakesNewline }: Flags): [length: number, source?: string] {
  if (rest[0] === '.') return [1, dotTakesNewline ? '[^]' : '[^\\n]']
  if (rest[0] === '^') return [1, multiline ? '(?:(?<![^\\n]))' : '(?:^)']
  if (rest[0] === '$') return [1, multiline ? '(?:(?![^\\n]))' : '(?:$)']
  if (rest.startsWith('\\A')) return [2, '(?:^)']
  if (rest.startsWith('\\z')) return [2, '(?:$)']
  return /^\\b/i.test(rest) ? [2, `(?:${rest.slice(0, 2)})`] : [0]
}

/** Braces that hold no counts, or counts with leading zeros, stand for themselves. */
function readRepetition(rest: string): Token | undefined {
  const [text, least, comma, most] = /^(?:[*+?]|\{(0|[1-9]\d*)(?:(,)(0|[1-9]\d*)?)?\})\??/.exec(rest) ?? []
  if (text === undefined) return undefined
  const operator = text.replace(/(?<=.)\?$/, '')
  if (least === undefined) return { kind: 'repetition', length: text.length, operator, min: 0, max: 1 }
  const min = Number(least)
  const max = comma === undefined ? min : most === undefined ? Number.POSITIVE_INFINITY : Number(most)
  return { kind: 'repetition', length: text.length, operator, min, max }
}

function readGroupOpening(rest: string, flags: Flags): Token {
  if (/^\(\?P?</.test(rest)) {
    const [opening = rest] = /^[^>]*>/.exec(rest) ?? []
    if (!/<[0-9A-Za-z_]+>$/.test(opening)) throw refusal('invalid named capture', opening)
    return { kind: 'open', length: opening.length, flags }
  }
  const [opening, on = '', off = '', end] = /^\(\?([imsU]*)(?:-([imsU]+))?([:)])/.exec(rest) ?? []
  if (opening === undefined) {
    const [beginning] = /^\(\?[imsU]*(?:-[imsU]*)?.?/su.exec(rest)!
    throw refusal('invalid or unsupported Perl syntax', beginning)
  }
  const set = (letter: string, before: boolean) => (before || on.includes(letter)) && !off.includes(letter)
  return {
    kind: end === ':' ? 'open' : 'flags',
    length: opening.length,
    flags: {
      ignoreCase: set('i', flags.ignoreCase),
      multiline: set('m', flags.multiline),
      dotTakesNewline: set('s', flags.dotTakesNewline),
    },
  }
}
