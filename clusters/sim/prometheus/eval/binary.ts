import { dropLabels, dropMetricName, formatLabels, keepLabels, type Labels } from '../labels.ts'
import { type BinaryExpression, type BinaryOperator, isComparison, type SetOperator } from '../syntax/expression.ts'
import {
  type Frame,
  memoOfShape,
  newFrame,
  QueryExecutionError,
  refuseTwins,
  resetFrame,
  type ScalarNode,
  shapeOf,
  type VectorNode,
} from './frame.ts'
import { matchLabels, pairing } from './matching.ts'
import { arithmetic, comparison } from './operators.ts'

/** The value of a pair and whether a filter keeps it; `bool` turns a comparison into 0 and 1. */
type Combine = (left: number, right: number) => number
type Keep = (left: number, right: number) => boolean

function combination(operator: Exclude<BinaryOperator, SetOperator>, bool: boolean): { combine: Combine; keep: Keep } {
  if (!isComparison(operator)) return { combine: arithmetic(operator), keep: () => true }
  const compare = comparison(operator)
  if (bool) return { combine: (left, right) => (compare(left, right) ? 1 : 0), keep: () => true }
  return { combine: left => left, keep: compare }
}

/** Of two scalars, where a comparison always carries `bool`. */
export function scalarBinaryNode(expression: BinaryExpression, left: ScalarNode, right: ScalarNode): ScalarNode {
  const { combine } = combination(expression.operator as Exclude<BinaryOperator, SetOperator>, true)
  return context => combine(left(context), right(context))
}

/** Of a vector and a scalar, on either side; a filter keeps the vector's value. */
export function vectorScalarNode(
  expression: BinaryExpression,
  vector: VectorNode,
  scalar: ScalarNode,
  scalarIsLeft: boolean,
): VectorNode {
  const operator = expression.operator as Exclude<BinaryOperator, SetOperator>
  const { combine, keep } = combination(operator, expression.bool)
  const filters = isComparison(operator) && !expression.bool
  const shapeFor = memoOfShape(shape => (filters ? shape : shapeOf(shape.labels.map(dropMetricName))))
  const frame = newFrame()
  return context => {
    const input = vector(context)
    const number = scalar(context)
    resetFrame(frame, shapeFor(input.shape))
    for (let i = 0; i < input.shape.labels.length; i++) {
      if (input.present[i] === 0) continue
      const value = input.values[i]!
      const left = scalarIsLeft ? number : value
      const right = scalarIsLeft ? value : number
      if (!keep(left, right)) continue
      frame.present[i] = 1
      frame.values[i] = filters ? value : combine(left, right)
    }
    return refuseTwins(frame)
  }
}

/** Of two vectors, one-to-one: members whose matching labels agree. The result stands in the order of the left side. */
export function vectorVectorNode(expression: BinaryExpression, left: VectorNode, right: VectorNode): VectorNode {
  const { matching } = expression
  const operator = expression.operator as Exclude<BinaryOperator, SetOperator>
  const { combine, keep } = combination(operator, expression.bool)
  const names = new Set(matching.labels)
  const dropsName = !isComparison(operator) || expression.bool
  const resultLabels = (labels: Labels): Labels => {
    const named = matching.on ? keepLabels(labels, names) : dropLabels(labels, names)
    return dropsName ? dropMetricName(named) : named
  }
  const shapeFor = memoOfShape(shape => shapeOf(shape.labels.map(resultLabels)))
  const pairs = pairing(matching)
  const frame = newFrame()
  return context => {
    const a = left(context)
    const b = right(context)
    const { leftGroup, rightGroup, groups } = pairs(a.shape, b.shape)
    resetFrame(frame, shapeFor(a.shape))
    if (!hasMembers(a) || !hasMembers(b)) return frame
    const partner = new Int32Array(groups).fill(-1)
    for (let j = 0; j < rightGroup.length; j++) {
      if (b.present[j] === 0) continue
      const other = partner[rightGroup[j]!]!
      if (other >= 0) throw manyOnTheRight(matchLabels(b.shape.labels[j]!, matching), b, j, other)
      partner[rightGroup[j]!] = j
    }
    const taken = new Uint8Array(groups)
    for (let i = 0; i < leftGroup.length; i++) {
      const group = leftGroup[i]!
      if (a.present[i] === 0 || partner[group]! < 0) continue
      const leftValue = a.values[i]!
      const rightValue = b.values[partner[group]!]!
      if (!keep(leftValue, rightValue)) continue
      if (taken[group] === 1) {
        throw new QueryExecutionError(
          'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)',
        )
      }
      taken[group] = 1
      frame.present[i] = 1
      frame.values[i] = combine(leftValue, rightValue)
    }
    return refuseTwins(frame)
  }
}

function hasMembers({ shape, present }: Frame): boolean {
  for (let i = 0; i < shape.labels.length; i++) if (present[i] === 1) return true
  return false
}

function manyOnTheRight(group: Labels, { shape }: Frame, one: number, other: number): QueryExecutionError {
  const twins = `[${formatLabels(shape.labels[one]!)}, ${formatLabels(shape.labels[other]!)}]`
  return new QueryExecutionError(
    `found duplicate series for the match group ${formatLabels(group)} on the right hand-side of the operation: ${twins};` +
      'many-to-many matching not allowed: matching labels must be unique on one side',
  )
}
