import * as z from 'zod'
import { parseExactDurationMs } from './duration.ts'
import { type Level, levels } from './effect.ts'
import { type Measure, measureKinds, measures, type Unit } from './measures.ts'
import { didYouMean, nearest } from './problem.ts'

const operators = ['<', '<=', '>', '>='] as const
export type Operator = (typeof operators)[number]

/** A bound that a run has to show, not only to meet: `L1 falseActionRate.twins < 1%`. */
export interface Criterion {
  /** As it was written, with single spaces. */
  readonly text: string
  readonly level: Level
  readonly measure: Measure
  readonly operator: Operator
  /** In the measure's unit. */
  readonly bound: number
  /** Whose trials it is about; null for all that are not held out. */
  readonly of: { readonly type: 'family' | 'scenario'; readonly name: string } | null
}

/** What is wrong with a criterion's text. */
export interface CriterionFault {
  /** Characters into the text. */
  readonly offset: number
  readonly message: string
  readonly hint: string | undefined
}

interface Word {
  readonly text: string
  readonly offset: number
}

const example = 'L1 recall >= 95%'

/** Reads `LEVEL MEASURE OPERATOR BOUND [in FAMILY | in scenario NAME]`, or says everything that is wrong with it. */
export function parseCriterion(
  text: string,
): { criterion: Criterion; faults: readonly never[] } | { criterion: undefined; faults: readonly CriterionFault[] } {
  const words = [...text.matchAll(/[<>=!≤≥]+|[^\s<>=!≤≥]+/g)].map(([word], i, all) => ({
    text: word,
    offset: all[i]!.index,
  }))
  const faults: CriterionFault[] = []
  const tell = (at: Word | undefined, message: string, hint?: string) =>
    void faults.push({ offset: at?.offset ?? text.trimEnd().length, message, hint })
  const sign = words.findIndex(word => /^[<>=!≤≥]/.test(word.text))
  const [before, after] =
    sign === -1 ? [words.slice(0, 2), words.slice(2)] : [words.slice(0, sign), words.slice(sign + 1)]
  const isUnlevelled = before.length === 1 && !isLevel(before[0]!.text)
  const [levelWord, measureWord, extra] = isUnlevelled ? [undefined, ...before] : before
  if (isUnlevelled) tell(before[0], 'a level is missing before the measure', `as in \`${example}\``)
  if (extra !== undefined)
    tell(extra, `\`${extra.text}\` is one word too many: a level and a measure stand before the operator`)
  const level = isUnlevelled ? undefined : readLevel(levelWord, tell)
  const measure = measureWord === undefined && levelWord === undefined ? undefined : readMeasure(measureWord, tell)
  if (
    level !== undefined &&
    measure !== undefined &&
    levels.indexOf(level) < levels.indexOf(measureKinds[measure].from)
  )
    tell(levelWord, `${measure} has no trials at ${level}`, `it begins at ${measureKinds[measure].from}`)
  const operator = measureWord === undefined && sign === -1 ? undefined : readOperator(words[sign], after[0], tell)
  const scopeAt = after.findIndex(word => word.text === 'in')
  const [boundWords, scopeWords] = scopeAt === -1 ? [after, []] : [after.slice(0, scopeAt), after.slice(scopeAt + 1)]
  const bound = operator === undefined && sign === -1 ? undefined : readBound(boundWords, measure, operator, tell)
  const of = scopeAt === -1 ? null : readScope(scopeWords, tell)
  if (faults.length > 0) return { criterion: undefined, faults: faults.sort((a, b) => a.offset - b.offset) }
  const canonical = text.trim().replace(/\s+/g, ' ')
  return {
    criterion: { text: canonical, level: level!, measure: measure!, operator: operator!, bound: bound!, of: of! },
    faults: [],
  }
}

type Tell = (at: Word | undefined, message: string, hint?: string) => void

function isLevel(word: string): word is Level {
  return (levels as readonly string[]).includes(word)
}

function readLevel(word: Word | undefined, tell: Tell): Level | undefined {
  if (word === undefined) {
    tell(word, `a criterion reads \`${example}\``)
    return undefined
  }
  if (isLevel(word.text)) return word.text
  tell(word, `\`${word.text}\` is not a level`, didYouMean(word.text, levels) ?? `levels are ${levels.join(', ')}`)
  return undefined
}

function readMeasure(word: Word | undefined, tell: Tell): Measure | undefined {
  if (word === undefined) {
    tell(word, 'a measure is missing after the level', `as in \`${example}\``)
    return undefined
  }
  const found = measures.find(one => one === word.text)
  if (found === undefined) tell(word, `\`${word.text}\` is not a measure`, nearMeasure(word.text))
  return found
}

/** By the whole name, or by its first or last part: `badRequests` is `harm.badRequests`. */
function nearMeasure(word: string): string {
  const part = (name: string, i: number) => name.split('.').at(i)!
  const like = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()
  const endsSo = measures.find(name => like(part(name, -1), word))
  if (endsSo !== undefined) return `did you mean \`${endsSo}\`?`
  const whole = nearest(word, measures)
  if (whole !== undefined) return `did you mean \`${whole}\`?`
  const firsts = measures.filter(name => name.includes('.')).map(name => part(name, 0))
  const first = nearest(part(word, 0), firsts)
  if (first !== undefined) return `there are ${measures.filter(name => part(name, 0) === first).join(', ')}`
  return '`carmine list measures` has them all'
}

const likelyOperators: Readonly<Record<string, Operator>> = {
  '≤': '<=',
  '=<': '<=',
  '≥': '>=',
  '=>': '>=',
  '<<': '<',
  '>>': '>',
}

function readOperator(word: Word | undefined, next: Word | undefined, tell: Tell): Operator | undefined {
  if (word === undefined) {
    tell(next, 'an operator is missing before the bound', `operators are ${operators.join(' ')}`)
    return undefined
  }
  const found = operators.find(one => one === word.text)
  if (found !== undefined) return found
  const likely = likelyOperators[word.text]
  const hint = likely === undefined ? `operators are ${operators.join(' ')}` : `did you mean \`${likely}\`?`
  tell(word, `\`${word.text}\` is not an operator`, hint)
  return undefined
}

const expected: Readonly<Record<Unit, string>> = {
  share: 'a share, such as 5% or 0.05',
  ratio: 'a ratio, such as 20% or 0.2',
  seconds: 'seconds, or a duration such as 5m',
  minutes: 'minutes, or a duration such as 2m30s',
  count: 'a number',
  perHour: 'a number',
}

function readBound(
  words: readonly Word[],
  measure: Measure | undefined,
  operator: Operator | undefined,
  tell: Tell,
): number | undefined {
  const [word, second, third] = words
  if (word === undefined) {
    tell(word, 'a bound is missing after the operator', measure && expected[measureKinds[measure].unit])
    return undefined
  }
  const isPercent = second?.text === '%'
  const extra = isPercent ? third : second
  if (extra !== undefined)
    tell(extra, `\`${extra.text}\` is one word too many after the bound`, 'write `in FAMILY` or `in scenario NAME`')
  if (measure === undefined) return undefined
  const { unit } = measureKinds[measure]
  const text = isPercent ? `${word.text}%` : word.text
  const bound = inUnit(text, unit)
  if (bound === undefined || (unit === 'share' && bound > 1)) {
    tell(word, `${measure} is bounded by ${expected[unit]}, and not by \`${text}\``, likelyBound(text, unit))
    return undefined
  }
  const sense = unit === 'share' && operator !== undefined ? senseless(operator, bound) : undefined
  if (sense !== undefined) tell(word, sense)
  return bound
}

function inUnit(text: string, unit: Unit): number | undefined {
  const [, digits, percent] = /^(\d+(?:\.\d+)?(?:e\d+)?)(%?)$/.exec(text) ?? []
  if (digits !== undefined && percent === '') return Number(digits)
  if (digits !== undefined && (unit === 'share' || unit === 'ratio'))
    return Number((Number(digits) / 100).toPrecision(12))
  const ms = parseExactDurationMs(text)
  if (ms === undefined) return undefined
  return unit === 'seconds' ? ms / 1000 : unit === 'minutes' ? ms / 60_000 : undefined
}

function likelyBound(text: string, unit: Unit): string | undefined {
  const number = /^\d+(?:\.\d+)?/.exec(text)?.[0]
  if (number === undefined) return undefined
  if (unit === 'share' && Number(number) > 1 && Number(number) <= 100 && text === number)
    return `did you mean \`${number}%\`?`
  const [, letters = ''] = /^[\d.]+\s*([a-z]+)$/i.exec(text) ?? []
  const isTime = unit === 'seconds' || unit === 'minutes'
  const short = { ms: 'ms', s: 's', m: 'm', h: 'h' }[
    /^(ms|mil)/i.test(letters) ? 'ms' : letters.charAt(0).toLowerCase()
  ]
  return isTime && short !== undefined ? `did you mean \`${number}${short}\`?` : undefined
}

/** A share that no evidence can bound so, or that is always bounded so. */
function senseless(operator: Operator, bound: number): string | undefined {
  const isUpper = operator === '<' || operator === '<='
  if (bound === (isUpper ? 0 : 1)) {
    return `no number of trials shows a share ${operator} ${bound}; leave it some room, as in \`${isUpper ? '< 1%' : '>= 99%'}\``
  }
  return (operator === '<=' && bound === 1) || (operator === '>=' && bound === 0) ? 'every share is so' : undefined
}

function readScope(words: readonly Word[], tell: Tell): Criterion['of'] {
  const isTyped = words.length > 1 && (words[0]!.text === 'family' || words[0]!.text === 'scenario')
  const [name, extra] = isTyped ? words.slice(1) : words
  if (name === undefined) tell(name, 'a family is missing after `in`', 'or `scenario` and its name')
  if (extra !== undefined) tell(extra, `\`${extra.text}\` is one word too many at the end`)
  return { type: isTyped && words[0]!.text === 'scenario' ? 'scenario' : 'family', name: name?.text ?? '' }
}

const number = '\\d+(\\.\\d+)?'
const pattern = `^\\s*L[0-4]\\s+(${measures.map(name => name.replace('.', '\\.')).join('|')})\\s*(<=|>=|<|>)\\s*(${number}(e\\d+)?(\\s*%)?|(${number}(ms|s|m|h))+)(\\s+in(\\s+family|\\s+scenario)?\\s+\\S+)?\\s*$`

/** A criterion as a document has it: a line of text. */
export const criterionText = z
  .string({ error: `expected a line such as \`${example}\`` })
  // Of a schema with a transform, JSON Schema keeps no examples.
  .meta({
    examples: [
      example,
      'L1 falseActionRate.twins < 1%',
      'L1 fdrtS.p95 <= 5m',
      'L2 diagnosis.ac1 >= 0.8 in latency',
      'L1 harm.badRequests <= 2000 in scenario memory-leak',
    ],
  })
  .transform((text, context): Criterion => {
    const { criterion, faults } = parseCriterion(text)
    for (const { message, hint, offset } of faults)
      context.addIssue({ code: 'custom', message, params: { hint, offset } })
    return criterion ?? z.NEVER
  })
  .meta({
    description:
      'A bound that the run has to show, not only to meet: with too little evidence the verdict is inconclusive. LEVEL MEASURE OPERATOR BOUND [in FAMILY | in scenario NAME]',
    // For JSON Schema, which sees no transform; the parser decides.
    pattern,
  })
