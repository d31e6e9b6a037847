import { clampNode } from '../functions/clamp.ts'
import { absentNode, scalarNode, vectorNode } from '../functions/conversions.ts'
import { histogramQuantileNode } from '../functions/histogram-quantile.ts'
import { type RateFunction, rateNode } from '../functions/rate.ts'
import type { BinaryExpression, CallExpression, Expression, MatrixSelector } from '../syntax/expression.ts'
import { isSetOperator } from '../syntax/expression.ts'
import { typeOf } from '../syntax/types.ts'
import { aggregateNode } from './aggregate.ts'
import { scalarBinaryNode, vectorScalarNode, vectorVectorNode } from './binary.ts'
import type { ScalarNode, VectorNode } from './frame.ts'
import { instantSelector } from './selector.ts'
import { setNode } from './set.ts'
import { negateNode } from './unary.ts'

/** The node that evaluates an expression whose checked type is scalar. */
export function planScalar(expression: Expression): ScalarNode {
  switch (expression.kind) {
    case 'number': {
      const { value } = expression
      return () => value
    }
    case 'unary': {
      const operand = planScalar(expression.operand)
      return expression.operator === '-' ? context => -operand(context) : operand
    }
    case 'binary':
      return scalarBinaryNode(expression, planScalar(expression.left), planScalar(expression.right))
    case 'call':
      if (expression.name === 'scalar') return scalarNode(planVector(expression.args[0]!))
      return ({ atMs }) => atMs / 1000
    default:
      throw new TypeError(`${expression.kind} is not a scalar`)
  }
}

/** The node that evaluates an expression whose checked type is instant vector. */
export function planVector(expression: Expression): VectorNode {
  switch (expression.kind) {
    case 'selector':
      return instantSelector(expression)
    case 'unary': {
      const operand = planVector(expression.operand)
      return expression.operator === '-' ? negateNode(operand) : operand
    }
    case 'binary':
      return planBinary(expression)
    case 'aggregate':
      return aggregateNode(expression, planVector(expression.operand))
    case 'call':
      return planCall(expression)
    default:
      throw new TypeError(`${expression.kind} is not an instant vector`)
  }
}

function planBinary(expression: BinaryExpression): VectorNode {
  const { left, right } = expression
  if (typeOf(left) === 'scalar') return vectorScalarNode(expression, planVector(right), planScalar(left), true)
  if (typeOf(right) === 'scalar') return vectorScalarNode(expression, planVector(left), planScalar(right), false)
  const node = isSetOperator(expression.operator) ? setNode : vectorVectorNode
  return node(expression, planVector(left), planVector(right))
}

function planCall({ name, args }: CallExpression): VectorNode {
  const vector = (i: number): VectorNode => planVector(args[i]!)
  const scalar = (i: number): ScalarNode => planScalar(args[i]!)
  switch (name) {
    case 'histogram_quantile':
      return histogramQuantileNode(scalar(0), vector(1))
    case 'clamp':
      return clampNode(vector(0), scalar(1), scalar(2))
    case 'clamp_min':
      return clampNode(vector(0), scalar(1), () => Number.POSITIVE_INFINITY)
    case 'clamp_max':
      return clampNode(vector(0), () => Number.NEGATIVE_INFINITY, scalar(1))
    case 'absent':
      return absentNode(args[0]!, vector(0))
    case 'vector':
      return vectorNode(scalar(0))
    default:
      return rateNode(name as RateFunction, args[0] as MatrixSelector)
  }
}
