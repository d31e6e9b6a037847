import type { SyntaxNode } from '@lezer/common'
import { childrenOf } from './tree.ts'

/** One step of a chain of operators without parentheses, in the order of the text. */
export type ChainItem =
  | { readonly kind: 'operand'; readonly node: SyntaxNode; readonly from: number }
  | { readonly kind: 'prefix'; readonly sign: '+' | '-'; readonly from: number }
  | { readonly kind: 'infix'; readonly node: SyntaxNode; readonly operator: string }
  | { readonly kind: 'postfix'; readonly node: SyntaxNode }

const postfixNodes: ReadonlySet<string> = new Set([
  'OffsetExpr',
  'MatrixSelector',
  'SubqueryExpr',
  'StepInvariantExpr',
  'AnchoredExpr',
  'SmoothedExpr',
])

/**
 * The operators of an expression in the order of the text. The editor grammar of @prometheus-io/lezer-promql binds `offset`, `[5m]` and the sign of a number
 * otherwise than Prometheus' own (`a + b offset 5m`, `-2 ^ 2`), so its nesting is undone here and made anew from the precedences.
 */
export function chainOf(node: SyntaxNode, text: string): ChainItem[] {
  const parts = childrenOf(node)
  if (node.name === 'BinaryExpr') {
    const infix: ChainItem = { kind: 'infix', node, operator: text.slice(parts[1]!.from, parts[1]!.to).toLowerCase() }
    return [...chainOf(parts[0]!, text), infix, ...chainOf(parts.at(-1)!, text)]
  }
  if (node.name === 'UnaryExpr') {
    const sign = text[parts[0]!.from] as '+' | '-'
    return [{ kind: 'prefix', sign, from: node.from }, ...chainOf(parts[1]!, text)]
  }
  if (postfixNodes.has(node.name)) return [...chainOf(parts[0]!, text), { kind: 'postfix', node }]
  const sign = text[node.from]
  if (node.name === 'NumberDurationLiteral' && (sign === '+' || sign === '-')) {
    return [
      { kind: 'prefix', sign, from: node.from },
      { kind: 'operand', node, from: node.from + 1 },
    ]
  }
  return [{ kind: 'operand', node, from: node.from }]
}

/** How tightly an infix operator binds (Prometheus v3.5.0, promql/parser/generated_parser.y); a sign binds like `*`. */
export function bindingPower(operator: string): number {
  if (operator === 'or') return 1
  if (operator === 'and' || operator === 'unless') return 2
  if (/^[=!<>]/.test(operator)) return 3
  if (operator === '+' || operator === '-') return 4
  return operator === '^' ? 6 : 5
}
