import {
  memoOfShape,
  newFrame,
  refuseTwins,
  resetFrame,
  type ScalarNode,
  shapeOf,
  type VectorNode,
} from '../eval/frame.ts'
import { dropMetricName } from '../labels.ts'

/** `clamp`, and with one bound infinite `clamp_min` and `clamp_max`; empty when the bounds are the wrong way round. NaN stays NaN. */
export function clampNode(vector: VectorNode, minimum: ScalarNode, maximum: ScalarNode): VectorNode {
  const shapeFor = memoOfShape(shape => shapeOf(shape.labels.map(dropMetricName)))
  const frame = newFrame()
  return context => {
    const input = vector(context)
    const low = minimum(context)
    const high = maximum(context)
    resetFrame(frame, shapeFor(input.shape))
    if (high < low) return frame
    for (let i = 0; i < input.shape.labels.length; i++) {
      if (input.present[i] === 0) continue
      frame.present[i] = 1
      frame.values[i] = goMax(low, goMin(high, input.values[i]!))
    }
    return refuseTwins(frame)
  }
}

/** Go's math.Min: an infinity of the right sign wins even over NaN. */
function goMin(a: number, b: number): number {
  return a === Number.NEGATIVE_INFINITY || b === Number.NEGATIVE_INFINITY ? Number.NEGATIVE_INFINITY : Math.min(a, b)
}

function goMax(a: number, b: number): number {
  return a === Number.POSITIVE_INFINITY || b === Number.POSITIVE_INFINITY ? Number.POSITIVE_INFINITY : Math.max(a, b)
}
