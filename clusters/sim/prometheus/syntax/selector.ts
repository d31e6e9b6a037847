import type { SyntaxNode } from '@lezer/common'
import { PatternError } from '../../re2/pattern-error.ts'
import { metricNameLabel } from '../labels.ts'
import { type Matcher, matcherTest } from '../matchers.ts'
import type { QueryProblem, VectorSelector } from './expression.ts'
import { unquote } from './literals.ts'
import { childrenOf } from './tree.ts'

/** Reads `name{label="value", …}`; a selector that would match everything is refused, as in Prometheus. */
export function readSelector(node: SyntaxNode, text: string, problems: QueryProblem[]): VectorSelector {
  const span = { from: node.from, to: node.to }
  const known = problems.length
  const names: string[] = []
  const matchers: Matcher[] = []
  for (const part of childrenOf(node)) {
    if (part.name === 'Identifier') names.push(text.slice(part.from, part.to))
    else for (const matcher of childrenOf(part)) readMatcher(matcher, text, names, matchers, problems)
  }
  const [metric, second] = names
  const readable = problems.length === known
  const other = second ?? (metric !== undefined ? nameMatcher(matchers) : undefined)
  if (other !== undefined) {
    const message = `metric name must not be set twice: ${JSON.stringify(metric)} or ${JSON.stringify(other)}`
    problems.push({ message, ...span })
  }
  if (readable && metric === undefined && !matchers.some(matcher => !accepts(matcher, ''))) {
    problems.push({ message: 'vector selector must contain at least one non-empty matcher', ...span })
  }
  return { kind: 'selector', metric, matchers, offsetMs: 0, ...span }
}

function readMatcher(
  node: SyntaxNode,
  text: string,
  names: string[],
  matchers: Matcher[],
  problems: QueryProblem[],
): void {
  const textOf = (part: SyntaxNode): string => text.slice(part.from, part.to)
  const stringOf = (part: SyntaxNode): string => {
    const value = unquote(textOf(part))
    if (value === undefined) problems.push({ message: `invalid string ${textOf(part)}`, from: part.from, to: part.to })
    return value ?? ''
  }
  if (node.name === 'QuotedLabelName') {
    names.push(stringOf(node))
    return
  }
  const [label, operator, value] = childrenOf(node) as [SyntaxNode, SyntaxNode, SyntaxNode]
  const name = label.name === 'QuotedLabelName' ? stringOf(label) : textOf(label)
  const matcher = { name, operator: textOf(operator) as Matcher['operator'], value: stringOf(value) }
  try {
    matcherTest(matcher)
    matchers.push(matcher)
  } catch (error) {
    if (!(error instanceof PatternError)) throw error
    problems.push({ message: error.message, from: value.from, to: value.to })
  }
}

function nameMatcher(matchers: readonly Matcher[]): string | undefined {
  return matchers.find(matcher => matcher.name === metricNameLabel)?.value
}

function accepts(matcher: Matcher, value: string): boolean {
  return matcherTest(matcher)(value)
}
