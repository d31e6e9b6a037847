import type { SyntaxNode } from '@lezer/common'
import type { Expression, QueryProblem } from './expression.ts'
import { numberOf } from './literals.ts'
import { childrenOf } from './tree.ts'

/** Stands for what is refused, where its type matters for the problems around it. */
const anySelector = { kind: 'selector', metric: undefined, matchers: [], offsetMs: 0 } as const

/**
 * Applies `[5m]` or `offset 5m` to what stands before it; subqueries, `@` and experiments are refused by name.
 * @param parenthesized whether `operand` stood in parentheses, where neither is allowed
 */
export function applyPostfix(
  node: SyntaxNode,
  operand: Expression,
  parenthesized: boolean,
  text: string,
  problems: QueryProblem[],
): Expression {
  const parts = childrenOf(node)
  const span = { from: operand.from, to: node.to }
  const refuse = (message: string): Expression => {
    problems.push({ message, ...span })
    return operand
  }
  switch (node.name) {
    case 'MatrixSelector': {
      const rangeMs = durationMs(parts[1]!, text, problems)
      if (operand.kind !== 'selector' || parenthesized) {
        return refuse('ranges only allowed for vector selectors')
      }
      if (operand.offsetMs !== 0) return refuse('no offset modifiers allowed before range')
      if (rangeMs <= 0) return refuse('duration must be greater than 0')
      return { kind: 'range', selector: operand, rangeMs, ...span }
    }
    case 'OffsetExpr': {
      const offsetMs = durationMs(parts[2]!, text, problems)
      const selector = operand.kind === 'range' ? operand.selector : operand
      if (selector.kind !== 'selector' || parenthesized) {
        return refuse(
          'offset modifier must be preceded by an instant vector selector or range vector selector or a subquery',
        )
      }
      if (selector.offsetMs !== 0) return refuse('offset may not be set multiple times')
      if (operand.kind === 'range') return { ...operand, selector: { ...selector, offsetMs }, ...span }
      return { ...selector, offsetMs, ...span }
    }
    case 'SubqueryExpr':
      refuse('subqueries are not supported: use a range selector such as [5m]')
      return { kind: 'range', selector: { ...anySelector, ...span }, rangeMs: 1, ...span }
    case 'StepInvariantExpr':
      return refuse('the @ modifier is not supported: use offset')
    default:
      return refuse(`${node.name === 'AnchoredExpr' ? 'anchored' : 'smoothed'} is not supported: it is an experiment`)
  }
}

/** A literal duration, or number of seconds, with an optional sign; computed durations are an experiment in Prometheus 3.5. */
function durationMs(node: SyntaxNode, text: string, problems: QueryProblem[]): number {
  const source = text.slice(node.from, node.to)
  const [, sign, literal] = /^([+-]?)\s*(.*)$/s.exec(source)!
  const seconds = numberOf(literal!)
  if (seconds === undefined || !Number.isFinite(seconds)) {
    const message = `the duration ${JSON.stringify(source)} is not supported: write one literal such as 5m or 300`
    problems.push({ message, from: node.from, to: node.to })
    return 1
  }
  return Math.round(seconds * 1000) * (sign === '-' ? -1 : 1)
}
