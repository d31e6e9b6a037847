import type { SyntaxNode } from '@lezer/common'
import { parser } from '@prometheus-io/lezer-promql'
import type {
  AggregateOperator,
  BinaryExpression,
  BinaryOperator,
  Expression,
  QueryProblem,
  VectorMatching,
} from './expression.ts'
import { numberOf, unquote } from './literals.ts'
import { applyPostfix } from './postfix.ts'
import { bindingPower, type ChainItem, chainOf } from './precedence.ts'
import { readSelector } from './selector.ts'
import { childrenOf, syntaxProblems } from './tree.ts'

/**
 * Parses a query. Problems are appended to `problems`: syntax errors alone when there are any, since what follows them is guesswork; else everything that is not
 * supported, by name.
 * @returns undefined when the syntax is wrong
 */
export function parse(text: string, problems: QueryProblem[]): Expression | undefined {
  const root = parser.parse(text).topNode
  const wrong = syntaxProblems(root, text)
  problems.push(...wrong)
  return wrong.length === 0 ? read(childrenOf(root)[0]!, text, problems) : undefined
}

const aggregateOperators: ReadonlySet<string> = new Set(['sum', 'avg', 'min', 'max', 'count'])
const nothing: VectorMatching = { on: false, labels: [] }

function read(node: SyntaxNode, text: string, problems: QueryProblem[]): Expression {
  const chain = chainOf(node, text)
  let at = 0

  const readChain = (minimum: number): Expression => {
    const first = chain[at++]!
    const parenthesized = first.kind === 'operand' && first.node.name === 'ParenExpr'
    let left = readOperand(first)
    for (let item = chain[at]; item !== undefined; item = chain[at]) {
      if (item.kind === 'postfix') {
        left = applyPostfix(item.node, left, parenthesized, text, problems)
        at++
      } else {
        const { operator, node: infix } = item as ChainItem & { kind: 'infix' }
        const power = bindingPower(operator)
        if (power < minimum) break
        at++
        const right = readChain(operator === '^' ? power : power + 1)
        left = binary(infix, operator, left, right, text, problems)
      }
    }
    return left
  }

  const readOperand = (item: ChainItem): Expression => {
    if (item.kind !== 'prefix') return primary((item as ChainItem & { kind: 'operand' }).node, text, problems)
    const operand = readChain(bindingPower('^'))
    if (operand.kind === 'number') {
      return { ...operand, value: item.sign === '-' ? -operand.value : operand.value, from: item.from }
    }
    return { kind: 'unary', operator: item.sign, operand, from: item.from, to: operand.to }
  }

  return readChain(0)
}

function primary(node: SyntaxNode, text: string, problems: QueryProblem[]): Expression {
  const span = { from: node.from, to: node.to }
  const parts = childrenOf(node)
  const source = text.slice(node.from, node.to)
  switch (node.name) {
    case 'ParenExpr':
      return read(parts[0]!, text, problems)
    case 'NumberDurationLiteral': {
      const value = numberOf(source.replace(/^[+-]\s*/, ''))
      if (value === undefined) problems.push({ message: `bad number or duration syntax: ${source}`, ...span })
      return { kind: 'number', value: value ?? 0, ...span }
    }
    case 'StringLiteral': {
      const value = unquote(source)
      if (value === undefined) problems.push({ message: `invalid string ${source}`, ...span })
      return { kind: 'string', value: value ?? '', ...span }
    }
    case 'VectorSelector':
      return readSelector(node, text, problems)
    case 'AggregateExpr':
      return aggregate(node, text, problems)
    default: {
      const name = text.slice(parts[0]!.from, parts[0]!.to)
      return { kind: 'call', name, args: childrenOf(parts[1]!).map(part => read(part, text, problems)), ...span }
    }
  }
}

function aggregate(node: SyntaxNode, text: string, problems: QueryProblem[]): Expression {
  const span = { from: node.from, to: node.to }
  const parts = childrenOf(node)
  const operator = text.slice(parts[0]!.from, parts[0]!.to).toLowerCase()
  const modifier = parts.find(part => part.name === 'AggregateModifier')
  const args = childrenOf(parts.find(part => part.name === 'FunctionCallBody')!).map(part => read(part, text, problems))
  if (!aggregateOperators.has(operator)) {
    const message = `${operator}() is not supported: of the aggregations sum, avg, min, max and count are`
    problems.push({ message, from: parts[0]!.from, to: parts[0]!.to })
  } else if (args.length !== 1) {
    const got =
      args.length === 0
        ? 'no arguments for aggregate expression provided'
        : `wrong number of arguments for aggregate expression provided, expected 1, got ${args.length}`
    problems.push({ message: got, ...span })
  }
  const clause = modifier === undefined ? [] : childrenOf(modifier)
  return {
    kind: 'aggregate',
    operator: operator as AggregateOperator,
    without: clause[0]?.name === 'Without',
    grouping: clause[1] === undefined ? [] : labelNames(clause[1], text),
    operand: args.at(-1) ?? { kind: 'number', value: 0, ...span },
    ...span,
  }
}

function binary(
  node: SyntaxNode,
  operator: string,
  left: Expression,
  right: Expression,
  text: string,
  problems: QueryProblem[],
): BinaryExpression {
  const parts = childrenOf(node)
  const refuse = (what: string, why: string, part: SyntaxNode): void => {
    problems.push({ message: `${what} is not supported: ${why}`, from: part.from, to: part.to })
  }
  if (operator === 'atan2' || operator === '</' || operator === '>/') {
    refuse(operator, 'of the operators + - * / % ^, the comparisons, and, or and unless are', parts[1]!)
  }
  let matching = nothing
  for (const part of parts.slice(2, -1)) {
    if (part.name === 'FillModifier') refuse('fill', 'it is an experiment of later versions of Prometheus', part)
    if (part.name !== 'MatchingModifierClause') continue
    const [kind, labels, group] = childrenOf(part)
    matching = { on: kind!.name === 'On', labels: labelNames(labels!, text) }
    if (group !== undefined) {
      const name = text.slice(group.from, group.to).toLowerCase()
      refuse(name, 'vectors are matched one-to-one, aggregate the side that has more', group)
    }
  }
  return {
    kind: 'binary',
    operator: operator as BinaryOperator,
    left,
    right,
    bool: parts.some(part => part.name === 'BoolModifier'),
    matching,
    from: left.from,
    to: right.to,
  }
}

function labelNames(node: SyntaxNode, text: string): string[] {
  return childrenOf(node).map(part => {
    const source = text.slice(part.from, part.to)
    return part.name === 'QuotedLabelName' ? (unquote(source) ?? source) : source
  })
}
