import { dropMetricName } from '../labels.ts'
import { memoOfShape, newFrame, refuseTwins, resetFrame, shapeOf, type VectorNode } from './frame.ts'

/** The negative of each member, without the metric's name. */
export function negateNode(vector: VectorNode): VectorNode {
  const shapeFor = memoOfShape(shape => shapeOf(shape.labels.map(dropMetricName)))
  const frame = newFrame()
  return context => {
    const input = vector(context)
    resetFrame(frame, shapeFor(input.shape))
    for (let i = 0; i < input.shape.labels.length; i++) {
      frame.present[i] = input.present[i]!
      frame.values[i] = -input.values[i]!
    }
    return refuseTwins(frame)
  }
}
