import type { BinaryExpression, SetOperator } from '../syntax/expression.ts'
import { newFrame, refuseTwins, resetFrame, type Shape, shapeOf, type VectorNode } from './frame.ts'
import { pairing } from './matching.ts'

/** `and`, `or` and `unless`: members of the left side, for `or` followed by those of the right side that match none of them. */
export function setNode(expression: BinaryExpression, left: VectorNode, right: VectorNode): VectorNode {
  const operator = expression.operator as SetOperator
  const pairs = pairing(expression.matching)
  const union = unionOfShapes()
  const frame = newFrame()
  return context => {
    const a = left(context)
    const b = right(context)
    const { groups, leftGroup, rightGroup } = pairs(a.shape, b.shape)
    resetFrame(frame, operator === 'or' ? union(a.shape, b.shape) : a.shape)
    const seen = new Uint8Array(groups)
    if (operator === 'or') {
      for (let i = 0; i < leftGroup.length; i++) if (a.present[i] === 1) seen[leftGroup[i]!] = 1
      for (let j = 0; j < rightGroup.length; j++) {
        if (b.present[j] === 0 || seen[rightGroup[j]!] === 1) continue
        frame.present[leftGroup.length + j] = 1
        frame.values[leftGroup.length + j] = b.values[j]!
      }
    } else for (let j = 0; j < rightGroup.length; j++) if (b.present[j] === 1) seen[rightGroup[j]!] = 1
    for (let i = 0; i < leftGroup.length; i++) {
      const matched = seen[leftGroup[i]!] === 1
      if (a.present[i] === 0 || (operator !== 'or' && matched !== (operator === 'and'))) continue
      frame.present[i] = 1
      frame.values[i] = a.values[i]!
    }
    return refuseTwins(frame)
  }
}

function unionOfShapes(): (left: Shape, right: Shape) => Shape {
  let last: { left: Shape; right: Shape; shape: Shape } | undefined
  return (left, right) => {
    if (last?.left !== left || last.right !== right) {
      last = { left, right, shape: shapeOf([...left.labels, ...right.labels]) }
    }
    return last.shape
  }
}
