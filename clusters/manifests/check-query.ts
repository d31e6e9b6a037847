import { didYouMean } from '../../harness/model/problem.ts'
import { compileQuery } from '../sim/prometheus/compile.ts'
import { type Matcher, matcherTest } from '../sim/prometheus/matchers.ts'
import { type QuerySelector, selectorsOf } from '../sim/prometheus/selectors.ts'
import { typeOf } from '../sim/prometheus/syntax/types.ts'
import type { SeriesFamily } from './emitted-series.ts'

/** What is wrong with a query, at an offset in it. */
export interface QueryFault {
  readonly offset: number
  readonly message: string
  readonly hint?: string | undefined
  /** The query is fine and finds nothing: an empty answer on a cluster too. */
  readonly findsNothing: boolean
}

/**
 * Faults of a PromQL query: syntax, types, what is not supported, and names and values of labels that no series of a trial has.
 * @returns also the kind of answer that conditions see; undefined when the query cannot be asked.
 */
export function checkQuery(
  text: string,
  families: readonly SeriesFamily[],
): { faults: QueryFault[]; answer: 'vector' | 'scalar' | undefined } {
  const compiled = compileQuery(text)
  if (compiled.kind === 'refused') {
    const faults = compiled.problems.map(({ from, message }) => ({
      offset: from,
      message: `PromQL: ${message}`,
      findsNothing: false,
    }))
    return { faults, answer: undefined }
  }
  const type = typeOf(compiled.query.expression)
  if (type === 'string') {
    const message = 'the query answers with a text, which Argo Rollouts cannot read'
    return { faults: [{ offset: 0, message, findsNothing: false }], answer: undefined }
  }
  const faults = selectorsOf(compiled.query).flatMap(selector => selectorFaults(text, selector, families))
  return { faults, answer: type === 'scalar' ? 'scalar' : 'vector' }
}

function selectorFaults(text: string, selector: QuerySelector, families: readonly SeriesFamily[]): QueryFault[] {
  const isName = (matcher: Matcher) => matcher.name === '__name__'
  const tests = selector.matchers.filter(isName).map(matcherTest)
  const named = families.filter(
    ({ metric }) => (selector.metric ?? metric) === metric && tests.every(test => test(metric)),
  )
  if (named.length === 0) {
    const name = selector.metric ?? selector.matchers.find(isName)?.value ?? ''
    const metrics = families.map(family => family.metric)
    return [
      {
        offset: selector.from,
        message: `nobody emits \`${name}\``,
        hint: suggestion(name, metrics, 'the series of a trial are'),
        findsNothing: true,
      },
    ]
  }
  return selector.matchers
    .filter(matcher => !isName(matcher) && !named.some(family => mayMatch(family, matcher)))
    .map(matcher => ({ offset: placeOf(text, selector, matcher), ...unmatched(named, matcher), findsNothing: true }))
}

function mayMatch({ labels }: SeriesFamily, matcher: Matcher): boolean {
  const values = Object.hasOwn(labels, matcher.name) ? labels[matcher.name]! : ['']
  return values === 'any' || values.some(matcherTest(matcher))
}

function unmatched(
  families: readonly SeriesFamily[],
  { name, operator, value }: Matcher,
): { message: string; hint?: string } {
  const metric = families.length === 1 ? `\`${families[0]!.metric}\`` : 'these series'
  const values = families.flatMap(({ labels }) => (Object.hasOwn(labels, name) ? labels[name]! : []))
  if (values.length === 0) {
    const names = [...new Set(families.flatMap(({ labels }) => Object.keys(labels)))]
    return { message: `${metric} has no label \`${name}\``, hint: suggestion(name, names, 'its labels are') }
  }
  return {
    message: `no series of ${metric} has \`${name}${operator}"${value}"\``,
    hint: `its values are ${[...new Set(values)].join(', ')}`,
  }
}

function suggestion(word: string, candidates: readonly string[], otherwise: string): string {
  return didYouMean(word, candidates) ?? `${otherwise} ${candidates.join(', ')}`
}

/** Where the matcher begins in the query, or its selector where that cannot be told. */
function placeOf(text: string, { from, to }: QuerySelector, { name, operator, value }: Matcher): number {
  const part = text.slice(from, to)
  const matches = part.matchAll(/([a-zA-Z_][a-zA-Z0-9_]*)"?\s*(=~|!~|!=|=)\s*(["'`])(.*?)\3/gs)
  for (const match of matches) {
    if (match[1] === name && match[2] === operator && match[4] === value) return from + match.index
  }
  return from
}
