import { ExpressionError } from './expression-error.ts'
import { decodeText } from './go-string.ts'

/** Escapes that mean the same in RE2 and in JavaScript, outside and inside a class. */
const SAME_ESCAPES = /^[dDwWtnrfv.*+?()|[\]{}^$\\/]$/
const POSIX_CLASSES: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\x00-\\x7F',
  blank: '\\t ',
  cntrl: '\\x00-\\x1F\\x7F',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-\\/:-@\\[-`{-~',
  space: '\\t\\n\\v\\f\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
}
/** Plain in RE2 where JavaScript wants an escape; and assertions as groups, since RE2 lets them be repeated. */
const OUTSIDE_CLASS: Readonly<Record<string, string>> = { '}': '\\}', ']': '\\]', '^': '(?:^)', $: '(?:$)' }
/** Go's `\s` is narrower than JavaScript's. */
const GO_SPACE_CLASS = '\\t\\n\\f\\r '
/** The greatest count that Go's regexp/syntax allows in a repetition. */
const MAX_REPEAT = 1000

/**
 * The regular expression of `matches`, given in Go's RE2 syntax, as JavaScript's. Look-around and back-references, which
 * RE2 lacks, are errors; so are, unlike in Go, a few rarer forms: flags that are not at the very start, `\Q…\E`, scripts
 * by name, negated classes within a class.
 */
export function compilePattern(bytes: string): RegExp {
  const source = decodeText(bytes)
  const [lead = '', flags = ''] = /^\(\?([ims]+)\)/.exec(source) ?? []
  const characters = [...source.slice(lead.length)]
  const dot = flags.includes('s') ? '[^]' : '[^\\n]'
  let translated = ''
  let open = 0
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at]!
    const rest = characters.slice(at).join('')
    if (character === '\\') {
      const [text, length] = translateEscape(rest, false)
      translated += text
      at += length - 1
    } else if (character === '[') {
      const [text, end] = translateClass(characters, at)
      translated += text
      at = end
    } else if (character === '(') {
      open++
      const [group, length, text] = translateGroup(rest)
      translated += text
      at += length - 1
      if (group === '') throw regexpError(`invalid or unsupported Perl syntax: \`${rest.slice(0, 3)}\``)
    } else if (character === ')') {
      if (open-- === 0) throw regexpError(`unexpected ): \`${source}\``)
      translated += character
    } else if (character === '.') translated += dot
    else if (character === '{') {
      const repeat = /^\{(\d+)(?:,(\d*))?\}/.exec(rest)
      if (repeat && [repeat[1], repeat[2] ?? 0].some(count => Number(count) > MAX_REPEAT))
        throw regexpError(`invalid repeat count: \`${repeat[0]}\``)
      translated += repeat ? repeat[0] : '\\{'
      if (repeat) at += repeat[0].length - 1
    } else translated += OUTSIDE_CLASS[character] ?? character
  }
  if (open > 0) throw regexpError(`missing closing ): \`${source}\``)
  try {
    return new RegExp(translated, `u${flags.replaceAll('s', '')}`)
  } catch {
    throw regexpError(`\`${source}\``)
  }
}

/** The group's kind, the length of its opening and that opening in JavaScript; an empty kind is one that RE2 lacks. */
function translateGroup(rest: string): readonly [kind: string, length: number, translated: string] {
  const named = /^\(\?P?<([A-Za-z0-9_]+)>/.exec(rest)
  if (named) return ['named', named[0].length, '(']
  if (rest.startsWith('(?:')) return ['plain', 3, '(?:']
  return rest.startsWith('(?') ? ['', 2, ''] : ['capturing', 1, '(']
}

/** The escape that `rest` begins with, in JavaScript, and its length. */
function translateEscape(rest: string, inClass: boolean): readonly [translated: string, length: number] {
  const hexadecimal = /^\\x(?:\{([0-9A-Fa-f]+)\}|([0-9A-Fa-f]{2}))/.exec(rest)
  if (hexadecimal) return [`\\u{${hexadecimal[1] ?? hexadecimal[2]}}`, hexadecimal[0].length]
  const property = /^\\([pP])(?:([A-Z])|\{([A-Z][a-z]?)\})/.exec(rest)
  if (property) return [`\\${property[1]}{${property[2] ?? property[3]}}`, property[0].length]
  const [, letter] = [...rest]
  return [translateLetter(letter, inClass), letter === undefined ? 1 : 2]
}

function translateLetter(letter: string | undefined, inClass: boolean): string {
  if (letter === undefined) throw regexpError('trailing backslash at end of expression: ``')
  if (SAME_ESCAPES.test(letter)) return `\\${letter}`
  if (letter === 's') return inClass ? GO_SPACE_CLASS : `[${GO_SPACE_CLASS}]`
  if (letter === 'a') return '\\x07'
  if (!inClass) {
    if (letter === 'S') return `[^${GO_SPACE_CLASS}]`
    if (letter === 'b' || letter === 'B') return `(?:\\${letter})`
    if (letter === 'A') return '(?:(?<![^]))'
    if (letter === 'z') return '(?:(?![^]))'
  }
  if (/^[^A-Za-z0-9]$/u.test(letter)) return letter === '-' && inClass ? '\\-' : letter
  if (/^[QECpPS]$/.test(letter)) throw regexpError(`\`\\${letter}\` is not supported here`)
  throw regexpError(`invalid escape sequence: \`\\${letter}\``)
}

function translateClass(characters: readonly string[], start: number): readonly [text: string, end: number] {
  let text = '['
  let at = start + 1
  if (characters[at] === '^') {
    text += '^'
    at++
  }
  for (let first = true; first || characters[at] !== ']'; first = false, at++) {
    const character = characters[at]
    if (character === undefined) throw regexpError(`missing closing ]: \`${characters.slice(start).join('')}\``)
    const posix = /^\[:(\^?)(\w+):\]/.exec(characters.slice(at).join(''))
    if (character === '\\') {
      const [translated, length] = translateEscape(characters.slice(at).join(''), true)
      text += translated
      at += length - 1
    } else if (posix) {
      const members = POSIX_CLASSES[posix[2]!]
      if (members === undefined || posix[1] === '^') throw regexpError(`invalid character class range: \`${posix[0]}\``)
      text += members
      at += posix[0].length - 1
    } else text += '[]'.includes(character) ? `\\${character}` : character
  }
  return [`${text}]`, at]
}

function regexpError(message: string): ExpressionError {
  return new ExpressionError(`error parsing regexp: ${message}`)
}
