/** A pattern that RE2 (or this translation) does not accept; the message says what and why. */
export class PatternError extends Error {}

const posixClasses: Readonly<Record<string, string>> = {
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

const syntaxCharacters = '^$\\.*+?()[]{}|/'

/**
 * A JavaScript expression that matches what an anchored RE2 pattern matches in Prometheus 3 (`^(?s:…)$`: the dot takes newlines too). RE2 syntax as in
 * github.com/google/re2/wiki/Syntax; a group of flags may stand at the beginning only.
 * @throws PatternError for what RE2 refuses (look-around, back-references, unbalanced parentheses) and for the few rare things not translated
 */
export function anchoredRe2(pattern: string): RegExp {
  const leading = /^\(\?([a-z]+)\)/.exec(pattern)
  const flags = leading?.[1] ?? ''
  if (/[^is]/.test(flags)) throw new PatternError(`flags (?${flags}) are not supported`)
  const body = translate(pattern.slice(leading?.[0].length ?? 0))
  try {
    return new RegExp(`^(?:${body})$`, flags.includes('i') ? 'isu' : 'su')
  } catch (error) {
    throw new PatternError(
      `invalid regular expression ${JSON.stringify(pattern)}: ${(error as Error).message.replace(/^.*: /s, '')}`,
    )
  }
}

function translate(pattern: string): string {
  let out = ''
  let at = 0
  while (at < pattern.length) {
    const rest = pattern.slice(at)
    if (rest.startsWith('\\Q')) {
      const end = rest.indexOf('\\E', 2)
      const literal = end < 0 ? rest.slice(2) : rest.slice(2, end)
      out += [...literal].map(escapeLiteral).join('')
      at += end < 0 ? rest.length : end + 2
    } else if (rest[0] === '\\') {
      const [text, length] = translateEscape(rest, false)
      out += text
      at += length
    } else if (rest[0] === '[') {
      const [text, length] = translateClass(rest)
      out += text
      at += length
    } else if (rest.startsWith('(?')) {
      const [text, length] = translateGroup(rest)
      out += text
      at += length
    } else if (rest[0] === '{') {
      const repeat = /^\{(\d+)(,(\d*))?\}/.exec(rest)
      if (repeat !== null && (Number(repeat[1]) > 1000 || Number(repeat[3] || 0) > 1000)) {
        throw new PatternError(`invalid repeat count: ${repeat[0]}`)
      }
      out += repeat?.[0] ?? '\\{'
      at += repeat?.[0].length ?? 1
    } else {
      out += rest[0] === ']' || rest[0] === '}' ? `\\${rest[0]}` : rest[0]
      at++
    }
  }
  return out
}

function translateGroup(rest: string): [string, number] {
  if (rest.startsWith('(?:')) return ['(?:', 3]
  if (rest.startsWith('(?s:')) return ['(?:', 4]
  const named = /^\(\?P?<([A-Za-z_]\w*)>/.exec(rest)
  if (named !== null) return [`(?<${named[1]}>`, named[0].length]
  const kind = /^\(\?<?[=!]/.test(rest)
    ? 'look-around does not exist in RE2'
    : 'flags inside a pattern are not supported'
  throw new PatternError(`${kind}: ${rest.slice(0, 4)}`)
}

function translateEscape(rest: string, inClass: boolean): [string, number] {
  const next = rest[1]
  if (next === undefined) throw new PatternError('trailing backslash at end of expression')
  if (/[dDwW]/.test(next) || (!inClass && /[bB]/.test(next))) return [`\\${next}`, 2]
  if (next === 's') return [inClass ? '\\t\\n\\f\\r ' : '[\\t\\n\\f\\r ]', 2]
  if (next === 'S' && !inClass) return ['[^\\t\\n\\f\\r ]', 2]
  if (/[tnvfr]/.test(next)) return [`\\${next}`, 2]
  if (next === 'a') return ['\\x07', 2]
  if (next === 'A' && !inClass) return ['^', 2]
  if (next === 'z' && !inClass) return ['$', 2]
  const hex = /^\\x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]{1,6})\})/.exec(rest)
  if (hex !== null) return [`\\u{${hex[1] ?? hex[2]}}`, hex[0].length]
  const property = /^\\([pP])(?:([A-Z])|\{(\^?)([A-Za-z_]+)\})/.exec(rest)
  if (property !== null) {
    const name = property[2] ?? property[4]!
    const negated = (property[1] === 'P') !== (property[3] === '^')
    return [`\\${negated ? 'P' : 'p'}{${name.length <= 2 ? name : `Script=${name}`}}`, property[0].length]
  }
  if (/[1-9]/.test(next)) throw new PatternError(`back-references do not exist in RE2: \\${next}`)
  if (/[0-9A-Za-z]/.test(next)) throw new PatternError(`invalid escape sequence: \\${next}`)
  return [escapeLiteral(next), 2]
}

function translateClass(rest: string): [string, number] {
  let at = 1
  let out = '['
  if (rest[at] === '^') {
    out += '^'
    at++
  }
  for (let first = true; ; first = false) {
    const inner = rest.slice(at)
    if (inner === '') throw new PatternError(`missing closing ]: ${rest}`)
    if (inner[0] === ']' && !first) return [`${out}]`, at + 1]
    const posix = /^\[:(\^?)([a-z]+):\]/.exec(inner)
    if (posix !== null) {
      const members = posixClasses[posix[2]!]
      if (members === undefined || posix[1] === '^') throw new PatternError(`class ${posix[0]} is not supported`)
      out += members
      at += posix[0].length
    } else if (inner[0] === '\\') {
      const [text, length] = translateEscape(inner, true)
      out += text
      at += length
    } else {
      out += inner[0] === '[' || inner[0] === ']' ? `\\${inner[0]}` : inner[0]
      at++
    }
  }
}

/** In the `u` mode of JavaScript only syntax characters may be escaped, and `-` inside a class. */
function escapeLiteral(character: string): string {
  if (syntaxCharacters.includes(character)) return `\\${character}`
  return character === '-' ? '\\x2D' : character
}
