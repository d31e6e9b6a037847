import { ExpressionError } from './expression-error.ts'
import { GO_SPACE, quote } from './go-string.ts'
import { endOfStringLiteral, unescapeLiteral } from './string-literal.ts'
import type { Token, TokenKind } from './token.ts'

/** A guard of ours, so that no condition can exhaust the stack; the longest seen in public files has some 40 tokens. */
const MAX_TOKENS = 2000

const SPACE = new RegExp(`^[${GO_SPACE}]$`, 'u')
const WORD_CHARACTER = /^[\p{L}\p{Nd}_$]$/u
const DIGIT = /^[0-9]$/
const WORD_OPERATORS = new Set(['in', 'or', 'and', 'matches', 'contains', 'startsWith', 'endsWith', 'let'])
const NEGATABLE_OPERATORS = new Set(['in', 'matches', 'contains', 'startsWith', 'endsWith'])

export function isWordCharacter(character: string): boolean {
  return WORD_CHARACTER.test(character)
}

/** The tokens of a condition, the last one EOF, by the rules of expr v1.15.5, parser/lexer. */
export function tokenize(source: string): readonly Token[] {
  const tokens: Token[] = []
  const at = (offset: number) => {
    const code = source.codePointAt(offset)
    return code === undefined ? '' : String.fromCodePoint(code)
  }
  const emit = (kind: TokenKind, start: number, end: number) => {
    if (tokens.push({ kind, value: source.slice(start, end), offset: start }) > MAX_TOKENS)
      throw new ExpressionError(`condition is longer than ${MAX_TOKENS} tokens`, start)
    return end
  }
  const endOfWord = (start: number) => {
    let end = start
    for (let next = at(end); isWordCharacter(next); next = at(end)) end += next.length
    return end
  }
  const number = (start: number) => emit('Number', start, endOfNumber(source, start))
  const word = (start: number) => {
    const end = endOfWord(start)
    const text = source.slice(start, end)
    if (text !== 'not') return emit(WORD_OPERATORS.has(text) ? 'Operator' : 'Identifier', start, end)
    emit('Operator', start, end)
    let next = end
    while (source[next] === ' ') next++
    const endOfNext = endOfWord(next)
    return NEGATABLE_OPERATORS.has(source.slice(next, endOfNext)) ? emit('Operator', next, endOfNext) : next
  }
  const optionalSecond = (start: number, seconds: string) => {
    const second = source[start + 1]
    return emit('Operator', start, start + (second !== undefined && seconds.includes(second) ? 2 : 1))
  }

  let offset = 0
  while (offset < source.length) {
    const character = at(offset)
    const second = source[offset + 1] ?? ''
    if (SPACE.test(character)) offset += character.length
    else if (character === "'" || character === '"') {
      const end = endOfStringLiteral(source, offset)
      const value = unescapeLiteral(source.slice(offset, end), offset)
      emit('String', offset, end)
      tokens[tokens.length - 1] = { kind: 'String', value, offset }
      offset = end
    } else if (DIGIT.test(character)) offset = number(offset)
    else if (character === '?') offset = optionalSecond(offset, '.?')
    else if (character === '/' && second === '/') offset = endOfComment(source, offset, '\n', source.length)
    else if (character === '/' && second === '*') offset = endOfComment(source, offset, '*/', undefined)
    else if (character === '/') offset = emit('Operator', offset, offset + 1)
    else if (character === '#') {
      offset = optionalSecond(offset, '#')
      const end = endOfWord(offset)
      if (end > offset) offset = emit('Identifier', offset, end)
    } else if (character === '|') offset = optionalSecond(offset, '|')
    else if ('([{)]}'.includes(character)) offset = emit('Bracket', offset, offset + 1)
    else if (',:;%+-^'.includes(character)) offset = emit('Operator', offset, offset + 1)
    else if ('&!=*<>'.includes(character)) offset = optionalSecond(offset, '&=*')
    else if (character === '.') offset = DIGIT.test(second) ? number(offset) : optionalSecond(offset, '.')
    else if (isWordCharacter(character)) offset = word(offset)
    else throw new ExpressionError(`unrecognized character: ${describeCharacter(character)}`, offset)
  }
  tokens.push({ kind: 'EOF', value: '', offset: source.length })
  return tokens
}

/** Digits of the base its prefix names, a fraction unless a second dot makes it a range, an exponent. */
function endOfNumber(source: string, start: number): number {
  // The dot that a literal such as `.5` begins with is not its fraction's, so that `.5.5` is one token, if no number.
  let at = source[start] === '.' ? start + 1 : start
  let digits = /[0-9_]/
  const accept = (pattern: RegExp) => {
    const found = at < source.length && pattern.test(source[at]!)
    if (found) at++
    return found
  }
  const acceptAll = () => {
    while (accept(digits));
  }
  if (accept(/0/)) {
    if (accept(/[xX]/)) digits = /[0-9a-fA-F_]/
    else if (accept(/[oO]/)) digits = /[0-7_]/
    else if (accept(/[bB]/)) digits = /[01_]/
  }
  acceptAll()
  if (source[at] === '.') {
    if (source[at + 1] === '.') return at
    at++
    acceptAll()
  }
  if (accept(/[eE]/)) {
    accept(/[+-]/)
    acceptAll()
  }
  const next = source.codePointAt(at)
  if (next === undefined || !isWordCharacter(String.fromCodePoint(next))) return at
  throw new ExpressionError(`bad number syntax: ${quote(source.slice(start, at) + String.fromCodePoint(next))}`, start)
}

function endOfComment(source: string, start: number, terminator: string, endOfOpen: number | undefined): number {
  const end = source.indexOf(terminator, start + 2)
  if (end >= 0) return end + terminator.length
  if (endOfOpen === undefined) throw new ExpressionError('unclosed comment', start)
  return endOfOpen
}

/** fmt's `%#U`, e.g. `U+0040 '@'`. */
function describeCharacter(character: string): string {
  const code = character.codePointAt(0)!
  const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`
  return /[\p{C}\p{Z}]/u.test(character) ? name : `${name} '${character}'`
}
