import type { EvaluationContext } from './eval/frame.ts'
import { planResult, type QueryResult } from './eval/result.ts'
import type { Expression, QueryProblem } from './syntax/expression.ts'
import { parse } from './syntax/parse.ts'
import { checkTypes } from './syntax/types.ts'

/**
 * A query, parsed and checked once and ready for any storage and instant. It remembers which series its selectors found last, so compile a query once per
 * process; what it answers never depends on that.
 */
export interface CompiledQuery {
  readonly text: string
  readonly expression: Expression
  readonly run: (context: EvaluationContext) => QueryResult
}

export type Compilation =
  | { readonly kind: 'query'; readonly query: CompiledQuery }
  | { readonly kind: 'refused'; readonly problems: readonly QueryProblem[] }

/**
 * Compiles PromQL as of Prometheus 3.5. A query is refused with every problem in it: syntax, types (in Prometheus' words) and what is not supported here, by name
 * (`topk() is not supported: …`).
 */
export function compileQuery(text: string): Compilation {
  const problems: QueryProblem[] = []
  const expression = parse(text, problems)
  if (expression !== undefined) checkTypes(expression, problems)
  if (expression === undefined || problems.length > 0) {
    return { kind: 'refused', problems: problems.sort((a, b) => a.from - b.from || a.to - b.to) }
  }
  return { kind: 'query', query: { text, expression, run: planResult(expression) } }
}
