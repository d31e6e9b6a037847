import type { Matcher } from '../matchers.ts'

/** Where a part stands in the query: offsets of UTF-16 code units, `to` exclusive. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** One thing wrong with a query. */
export interface QueryProblem extends Span {
  readonly message: string
}

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%' | '^'
export type ComparisonOperator = '==' | '!=' | '<' | '>' | '<=' | '>='
export type SetOperator = 'and' | 'or' | 'unless'
export type BinaryOperator = ArithmeticOperator | ComparisonOperator | SetOperator
export type AggregateOperator = 'sum' | 'avg' | 'min' | 'max' | 'count'

export interface NumberLiteral extends Span {
  readonly kind: 'number'
  readonly value: number
}

export interface StringLiteral extends Span {
  readonly kind: 'string'
  readonly value: string
}

export interface VectorSelector extends Span {
  readonly kind: 'selector'
  /** The name before the braces, or of `{"name"}`; undefined when only matchers select. */
  readonly metric: string | undefined
  /** Without the one that `metric` stands for. */
  readonly matchers: readonly Matcher[]
  readonly offsetMs: number
}

export interface MatrixSelector extends Span {
  readonly kind: 'range'
  readonly selector: VectorSelector
  readonly rangeMs: number
}

export interface UnaryExpression extends Span {
  readonly kind: 'unary'
  readonly operator: '+' | '-'
  readonly operand: Expression
}

/** `on` lists the labels that must agree, `ignoring` those that need not; without either all but the metric's name must agree. */
export interface VectorMatching {
  readonly on: boolean
  readonly labels: readonly string[]
}

export interface BinaryExpression extends Span {
  readonly kind: 'binary'
  readonly operator: BinaryOperator
  readonly left: Expression
  readonly right: Expression
  readonly bool: boolean
  readonly matching: VectorMatching
}

export interface AggregateExpression extends Span {
  readonly kind: 'aggregate'
  readonly operator: AggregateOperator
  readonly without: boolean
  readonly grouping: readonly string[]
  readonly operand: Expression
}

export interface CallExpression extends Span {
  readonly kind: 'call'
  readonly name: string
  readonly args: readonly Expression[]
}

/** A PromQL expression as far as this Prometheus evaluates it; parentheses have done their work. */
export type Expression =
  | NumberLiteral
  | StringLiteral
  | VectorSelector
  | MatrixSelector
  | UnaryExpression
  | BinaryExpression
  | AggregateExpression
  | CallExpression

export function isComparison(operator: BinaryOperator): operator is ComparisonOperator {
  return operator === '==' || operator === '!=' || /^[<>]=?$/.test(operator)
}

export function isSetOperator(operator: BinaryOperator): operator is SetOperator {
  return operator === 'and' || operator === 'or' || operator === 'unless'
}
