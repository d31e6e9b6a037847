import { signatures, type ValueType } from '../functions/signatures.ts'
import {
  type BinaryExpression,
  type CallExpression,
  type Expression,
  isComparison,
  isSetOperator,
  type QueryProblem,
} from './expression.ts'

/** The type of an expression's value; of a call of a function that is not supported, the type that its place most likely wants. */
export function typeOf(expression: Expression): ValueType {
  switch (expression.kind) {
    case 'number':
      return 'scalar'
    case 'string':
      return 'string'
    case 'range':
      return 'range vector'
    case 'selector':
    case 'aggregate':
      return 'instant vector'
    case 'unary':
      return typeOf(expression.operand)
    case 'binary': {
      const bothScalar = typeOf(expression.left) === 'scalar' && typeOf(expression.right) === 'scalar'
      return bothScalar ? 'scalar' : 'instant vector'
    }
    case 'call':
      return signatures.get(expression.name)?.returns ?? 'instant vector'
  }
}

/** Appends a problem for every place where the types do not fit, in the words of Prometheus (v3.5.0, promql/parser/parse.go, checkAST). */
export function checkTypes(expression: Expression, problems: QueryProblem[]): void {
  switch (expression.kind) {
    case 'aggregate':
      checkTypes(expression.operand, problems)
      expectType(expression.operand, 'instant vector', 'aggregation expression', problems)
      break
    case 'unary': {
      checkTypes(expression.operand, problems)
      const type = typeOf(expression.operand)
      if (type !== 'scalar' && type !== 'instant vector') {
        const message = `unary expression only allowed on expressions of type scalar or instant vector, got ${JSON.stringify(type)}`
        problems.push(problem(message, expression))
      }
      break
    }
    case 'binary':
      checkBinary(expression, problems)
      break
    case 'call':
      checkCall(expression, problems)
      break
  }
}

function checkBinary(expression: BinaryExpression, problems: QueryProblem[]): void {
  const { operator, left, right, bool, matching } = expression
  const refuse = (message: string, place: Expression = expression): void => {
    problems.push(problem(message, place))
  }
  checkTypes(left, problems)
  checkTypes(right, problems)
  const leftType = typeOf(left)
  const rightType = typeOf(right)
  if (bool && !isComparison(operator)) refuse('bool modifier can only be used on comparison operators')
  if (isComparison(operator) && !bool && leftType === 'scalar' && rightType === 'scalar') {
    refuse('comparisons between scalars must use BOOL modifier')
  }
  for (const [side, type] of [
    [left, leftType],
    [right, rightType],
  ] as const) {
    if (type !== 'scalar' && type !== 'instant vector') {
      refuse('binary expression must contain only scalar and instant vector types', side)
    }
  }
  const vectors = leftType === 'instant vector' && rightType === 'instant vector'
  if (!vectors && matching.labels.length > 0) refuse('vector matching only allowed between instant vectors')
  if ((leftType === 'scalar' || rightType === 'scalar') && isSetOperator(operator)) {
    refuse(`set operator ${JSON.stringify(operator)} not allowed in binary scalar expression`)
  }
}

function checkCall(expression: CallExpression, problems: QueryProblem[]): void {
  const { name, args } = expression
  for (const arg of args) checkTypes(arg, problems)
  const signature = signatures.get(name)
  if (signature === undefined) {
    const message = `${name}() is not supported: of the functions ${[...signatures.keys()].join(', ')} are`
    problems.push({ message, from: expression.from, to: expression.from + name.length })
    return
  }
  const wanted = signature.args.length
  if (args.length !== wanted) {
    problems.push(problem(`expected ${wanted} argument(s) in call to "${name}", got ${args.length}`, expression))
  }
  for (const [i, type] of signature.args.entries()) {
    if (i < args.length) expectType(args[i]!, type, `call to function "${name}"`, problems)
  }
}

function expectType(expression: Expression, wanted: ValueType, context: string, problems: QueryProblem[]): void {
  const type = typeOf(expression)
  if (type !== wanted) problems.push(problem(`expected type ${wanted} in ${context}, got ${type}`, expression))
}

function problem(message: string, { from, to }: Expression): QueryProblem {
  return { message, from, to }
}
