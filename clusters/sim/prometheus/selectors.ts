import type { CompiledQuery } from './compile.ts'
import type { Matcher } from './matchers.ts'
import { lookbackMs } from './storage.ts'
import type { Expression, VectorSelector } from './syntax/expression.ts'

/** A selector of a query, for a check of its names against what is emitted. */
export interface QuerySelector {
  /** Undefined when only matchers select. */
  readonly metric: string | undefined
  readonly matchers: readonly Matcher[]
  /** Undefined for an instant selector. */
  readonly rangeMs: number | undefined
  /** How far before its instant the query reads through this selector, the look-back of instant selectors included. */
  readonly reachMs: number
  /** Its place in the query, range and offset included; `to` exclusive. */
  readonly from: number
  readonly to: number
}

/** Every selector of the query, in the order of the text. */
export function selectorsOf(query: CompiledQuery): QuerySelector[] {
  return [...visit(query.expression)]
}

function* visit(expression: Expression): Generator<QuerySelector> {
  switch (expression.kind) {
    case 'selector':
      yield describe(expression, undefined, expression)
      break
    case 'range':
      yield describe(expression.selector, expression.rangeMs, expression)
      break
    case 'unary':
    case 'aggregate':
      yield* visit(expression.operand)
      break
    case 'binary':
      yield* visit(expression.left)
      yield* visit(expression.right)
      break
    case 'call':
      for (const arg of expression.args) yield* visit(arg)
      break
  }
}

function describe(selector: VectorSelector, rangeMs: number | undefined, { from, to }: Expression): QuerySelector {
  const { metric, matchers, offsetMs } = selector
  return { metric, matchers, rangeMs, reachMs: (rangeMs ?? lookbackMs) + offsetMs, from, to }
}
