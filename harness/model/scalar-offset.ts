import type { Scalar } from 'yaml'

/**
 * Characters from the start of a scalar's source to the character of its value with the given index. Walks value and source side by side:
 * indentation, folds and quotes stand in the source alone, an escape is one character of the value. Exact for characters other than
 * white space; white space may be off by the indentation of its line.
 */
export function offsetInSource(scalar: Scalar, text: string, index: number): number {
  const [start, end] = scalar.range ?? [0, 0]
  const value = String(scalar.value)
  const source = text.slice(start, end)
  let at = contentStart(scalar, source)
  for (let i = 0; i < Math.min(index, value.length); i++) at = skipTo(scalar, source, at, value[i]!) + 1
  return index < value.length ? skipTo(scalar, source, at, value[index]!, true) : Math.min(at, source.length)
}

function contentStart(scalar: Scalar, source: string): number {
  if (scalar.type === 'QUOTE_DOUBLE' || scalar.type === 'QUOTE_SINGLE') return 1
  if (scalar.type === 'BLOCK_LITERAL' || scalar.type === 'BLOCK_FOLDED') return source.indexOf('\n') + 1
  return 0
}

/** Where the source of one character of the value ends, or begins with `atStart`. */
function skipTo(scalar: Scalar, source: string, from: number, character: string, atStart = false): number {
  let at = from
  while (at < source.length) {
    if (scalar.type === 'QUOTE_DOUBLE' && source[at] === '\\') {
      const length = escapeLength(source, at)
      if (source[at + 1] === '\n') {
        at += length
        continue
      }
      return atStart ? at : at + length - 1
    }
    const found = source[at]!
    if (found === character || (isSpace(found) && isSpace(character))) {
      // The second quote of '' in a single-quoted scalar.
      const doubled = scalar.type === 'QUOTE_SINGLE' && character === "'" && source[at + 1] === "'"
      return doubled && !atStart ? at + 1 : at
    }
    if (!isSpace(found)) return at
    at++
  }
  return source.length
}

function isSpace(character: string): boolean {
  return character === ' ' || character === '\n' || character === '\r' || character === '\t'
}

/** YAML 1.2, section 5.7: `\xNN`, `\uNNNN`, `\UNNNNNNNN`, an escaped line break with the indentation after it, and one character else. */
function escapeLength(source: string, at: number): number {
  const kind = source[at + 1]
  if (kind === '\n') return 2 + /^[ \t]*/.exec(source.slice(at + 2))![0].length
  return kind === 'x' ? 4 : kind === 'u' ? 6 : kind === 'U' ? 10 : 2
}
