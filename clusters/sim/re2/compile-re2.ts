import { PatternError, refusal } from './pattern-error.ts'
import { type Flags, readToken, type Token } from './token.ts'

/** A character, class, assertion or group in JavaScript, to which a repetition may apply. */
interface Atom {
  readonly source: string
  /** The greatest product of nested counts in it, 1 if there are none. */
  readonly repeats: number
  readonly isRepeated: boolean
}

interface Group {
  readonly atoms: Atom[]
  /** Those in force before it was opened. */
  readonly outerFlags: Flags
}

/** The greatest count that Go allows in a repetition, and the greatest product of nested ones (regexp/syntax: repeatIsValid). */
const maxRepeats = 1000
/** Stands among the atoms, but cannot be repeated. */
const bar: Atom = { source: '|', repeats: 1, isRepeated: false }
const noFlags: Flags = { ignoreCase: false, multiline: false, dotTakesNewline: false }

/**
 * A JavaScript expression that matches wherever the pattern, in the RE2 syntax of Go's regexp, does. For `test` alone: it captures nothing,
 * and laziness is dropped.
 * @throws PatternError for what Go refuses; and where case is ignored in a part of a pattern only, or next to `\b`, for which JavaScript before
 * 2025 has nothing
 */
export function compileRe2(pattern: string): RegExp {
  const { source, flags } = translate(pattern, noFlags)
  return new RegExp(source, flags)
}

/** The same for whole texts, the dot taking newlines too, as Prometheus 3 matches labels: `^(?s:…)$`. */
export function compileWholeRe2(pattern: string): RegExp {
  const { source, flags } = translate(pattern, { ...noFlags, dotTakesNewline: true })
  return new RegExp(`^(?:${source})$`, flags)
}

function translate(pattern: string, initial: Flags): { source: string; flags: string } {
  const groups: Group[] = []
  let group: Group = { atoms: [], outerFlags: initial }
  let flags = initial
  let ignoresCase = false
  let heedsCase = false
  /** Where the repetition begins that was read last, if nothing has been since. */
  let repetitionAt: number | undefined
  for (let at = 0; at < pattern.length; ) {
    const token = readToken(pattern.slice(at), flags)
    const end = at + token.length
    switch (token.kind) {
      case 'atom':
        for (const source of token.sources) group.atoms.push({ source, repeats: 1, isRepeated: false })
        ignoresCase ||= token.ignoreCase === true
        heedsCase ||= token.ignoreCase === false
        break
      case 'repetition': {
        const stacked = repetitionAt === undefined ? undefined : pattern.slice(repetitionAt, end)
        group.atoms.push(repeat(group.atoms.pop(), token, pattern.slice(at, end), stacked))
        break
      }
      case 'bar':
        group.atoms.push(bar)
        break
      case 'flags':
        flags = token.flags
        break
      case 'open':
        groups.push(group)
        group = { atoms: [], outerFlags: flags }
        flags = token.flags
        break
      case 'close': {
        const outer = groups.pop()
        if (outer === undefined) throw refusal('unexpected )', pattern)
        outer.atoms.push(asAtom(group))
        flags = group.outerFlags
        group = outer
      }
    }
    repetitionAt = token.kind === 'repetition' ? at : undefined
    at = end
  }
  if (groups.length > 0) throw refusal('missing closing )', pattern)
  if (ignoresCase && heedsCase)
    throw new PatternError(`\`${pattern}\` ignores case in a part of it only, or has \`\\b\` too: not supported`)
  return { source: sourceOf(group), flags: ignoresCase ? 'iu' : 'u' }
}

function asAtom(group: Group): Atom {
  const repeats = Math.max(1, ...group.atoms.map(atom => atom.repeats))
  return { source: `(?:${sourceOf(group)})`, repeats, isRepeated: false }
}

/** @param text the operator's @param stacked what it and the operator just before it are together, if there is one */
function repeat(
  last: Atom | undefined,
  { operator, min, max }: Token & { kind: 'repetition' },
  text: string,
  stacked: string | undefined,
): Atom {
  const count = max === Number.POSITIVE_INFINITY ? min : max
  if (min > max || Math.max(min, count) > maxRepeats) throw refusal('invalid repeat count', text)
  if (stacked !== undefined) throw refusal('invalid nested repetition operator', stacked)
  if (last === undefined || last === bar) throw refusal('missing argument to repetition operator', text)
  const repeats = max === 0 ? 1 : last.repeats * Math.max(1, count)
  if (repeats > maxRepeats) throw refusal('invalid repeat count', text)
  return { source: `${last.isRepeated ? `(?:${last.source})` : last.source}${operator}`, repeats, isRepeated: true }
}

function sourceOf({ atoms }: Group): string {
  return atoms.map(atom => atom.source).join('')
}
