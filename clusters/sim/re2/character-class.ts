import { characterSource, hasCase, readCharacter } from './escape.ts'
import { PatternError, refusal } from './pattern-error.ts'

/** A set of characters: the members of a JavaScript class, without brackets; or all but these. */
interface CharacterSet {
  readonly members: string
  readonly negated: boolean
  /** Whether ignoring case could change it. */
  readonly cased: boolean
}

/** A class in JavaScript, as one atom, and the length of what it translates. */
export interface TranslatedClass {
  readonly source: string
  readonly length: number
  readonly cased: boolean
}

/** Go's `\s` is narrower than JavaScript's. */
const perlClasses: Readonly<Record<string, string>> = { d: '0-9', s: '\\t\\n\\f\\r ', w: '0-9A-Za-z_' }

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

const withoutCase = /^[ds]$|^(?:blank|digit|space)$/
const categories = /^(?:L[lmotu]?|M[cen]?|N[dlo]?|P[cdefios]?|S[ckmo]?|Z[lps]?|C[cfos])$/
/** Four letters are a script's code in JavaScript, which Go does not know, but for these whole names. */
const fourLetterScripts = /^(?:Ahom|Cham|Kawi|Lisu|Miao|Modi|Newa|Thai|Toto)$/

/** The class that an escape such as `\d` or `\pL` stands for; undefined for any other text. */
export function translateClassEscape(rest: string): TranslatedClass | undefined {
  const [set, length] = readClassEscape(rest) ?? []
  return set && { source: bracketed(set), length: length!, cased: set.cased }
}

/** The class in brackets at the beginning of `rest` (Go, regexp/syntax: parseClass). */
export function translateClass(rest: string): TranslatedClass {
  const negated = rest[1] === '^'
  let at = negated ? 2 : 1
  const sets: CharacterSet[] = []
  for (let first = true; first || rest[at] !== ']'; first = false) {
    const inner = rest.slice(at)
    const [set, length] = readPosixClass(inner) ?? readClassEscape(inner) ?? readRange(inner, rest)
    sets.push(set)
    at += length
  }
  const cased = sets.some(set => set.cased)
  const members = sets.flatMap(set => (set.negated ? [] : [set.members])).join('')
  // A complement inside a class would be taken for another set where JavaScript ignores case: it stands beside the class.
  const complements = sets.filter(set => set.negated)
  if (complements.length === 0) return { source: bracketed({ members, negated, cased }), length: at + 1, cased }
  const union = [...(members === '' ? [] : [`[${members}]`]), ...complements.map(bracketed)].join('|')
  return { source: negated ? `(?:(?!${union})[^])` : `(?:${union})`, length: at + 1, cased }
}

function bracketed({ members, negated }: CharacterSet): string {
  return `[${negated ? '^' : ''}${members}]`
}

function readPosixClass(rest: string): [CharacterSet, length: number] | undefined {
  const end = rest.startsWith('[:') ? rest.indexOf(':]', 2) : -1
  if (end < 0) return undefined
  const text = rest.slice(0, end + 2)
  const [, sign, name = ''] = /^\[:(\^?)([a-z]+):\]$/.exec(text) ?? []
  const members = posixClasses[name]
  if (members === undefined) throw refusal('invalid character class range', text)
  return [{ members, negated: sign === '^', cased: !withoutCase.test(name) }, text.length]
}

function readClassEscape(rest: string): [CharacterSet, length: number] | undefined {
  const [, letter] = /^\\([dswDSWpP])/.exec(rest) ?? []
  if (letter === undefined) return undefined
  const small = letter.toLowerCase()
  const negated = letter !== small
  if (small !== 'p') return [{ members: perlClasses[small]!, negated, cased: !withoutCase.test(small) }, 2]
  const [text, single, sign, name = single] = /^\\[pP](?:([^{])|\{(\^?)([^}]*)\})/u.exec(rest) ?? []
  if (text === undefined) throw refusal('invalid character class range', rest)
  return [{ members: unicodeClass(name!, text), negated: negated !== (sign === '^'), cased: true }, text.length]
}

/** Those names that every version of Go takes: before 1.25 it knew no aliases, and 1.26 finds no script with an underscore. */
function unicodeClass(name: string, text: string): string {
  if (name === 'Any') return '\\p{Any}'
  if (categories.test(name)) return `\\p{${name}}`
  // Unassigned characters are among them or not, as Go's version has it.
  if (name === 'C') throw new PatternError(`\`${text}\` is not supported: name its parts, such as \`\\p{Cc}\``)
  const source = `\\p{Script=${name}}`
  const isCode = name.length === 4 && !fourLetterScripts.test(name)
  if (isCode || !/^[A-Z][a-z]+$/.test(name) || !isKnown(source)) throw refusal('invalid character class range', text)
  return source
}

function isKnown(source: string): boolean {
  try {
    return new RegExp(source, 'u') !== undefined
  } catch {
    return false
  }
}

function readRange(rest: string, wholeClass: string): [CharacterSet, length: number] {
  const read = (text: string) => {
    if (text === '') throw refusal('missing closing ]', wholeClass)
    return readCharacter(text)
  }
  const [from, fromLength] = read(rest)
  const isRange = /^-[^\]]/u.test(rest.slice(fromLength)) || rest.slice(fromLength) === '-'
  if (!isRange) return [{ members: characterSource(from), negated: false, cased: hasCase(from, from) }, fromLength]
  const [to, toLength] = read(rest.slice(fromLength + 1))
  const length = fromLength + 1 + toLength
  if (to < from) throw refusal('invalid character class range', rest.slice(0, length))
  return [
    { members: `${characterSource(from)}-${characterSource(to)}`, negated: false, cased: hasCase(from, to) },
    length,
  ]
}
