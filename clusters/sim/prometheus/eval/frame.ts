import { compareLabels, type Labels, labelsKey } from '../labels.ts'
import type { Storage } from '../storage.ts'

/** What one evaluation reads. */
export interface EvaluationContext {
  readonly storage: Storage
  readonly atMs: number
}

/** A query that fails while it is evaluated, in the words of Prometheus' answer 422. */
export class QueryExecutionError extends Error {}

/**
 * The label sets of a vector, in its order. An evaluation at another instant that meets the same series gives the very same object, so that everything that
 * follows from labels alone (groups, matches, dropped names) is worked out once per shape.
 */
export interface Shape {
  readonly labels: readonly Labels[]
  /** Some label set occurs more than once; then only one of them may be present at an instant. */
  readonly ambiguous: boolean
}

/** The value of a vector node: which members of its shape are present, and their values. Valid until the node is evaluated again. */
export interface Frame {
  shape: Shape
  present: Uint8Array
  values: Float64Array
}

export type VectorNode = (context: EvaluationContext) => Frame
export type ScalarNode = (context: EvaluationContext) => number

export function shapeOf(labels: readonly Labels[]): Shape {
  return { labels, ambiguous: new Set(labels.map(labelsKey)).size < labels.length }
}

const emptyShape: Shape = shapeOf([])

/** The frame that a node owns and fills at each evaluation. */
export function newFrame(): Frame {
  return { shape: emptyShape, present: new Uint8Array(0), values: new Float64Array(0) }
}

/** Gives the frame the shape, with nothing present. */
export function resetFrame(frame: Frame, shape: Shape): void {
  const size = shape.labels.length
  if (frame.values.length < size) {
    frame.present = new Uint8Array(size)
    frame.values = new Float64Array(size)
  } else frame.present.fill(0)
  frame.shape = shape
}

/** Remembers the last answer of a function of a shape. */
export function memoOfShape<T>(derive: (shape: Shape) => T): (shape: Shape) => T {
  let last: { shape: Shape; value: T } | undefined
  return shape => {
    if (last?.shape !== shape) last = { shape, value: derive(shape) }
    return last.value
  }
}

/**
 * Two members of equal labels cannot both be in a vector.
 * @throws QueryExecutionError as Prometheus does
 */
export function refuseTwins(frame: Frame): Frame {
  const { shape, present } = frame
  if (!shape.ambiguous) return frame
  const seen = shape.labels.filter((_, i) => present[i] === 1).sort(compareLabels)
  for (let i = 1; i < seen.length; i++) {
    if (compareLabels(seen[i - 1]!, seen[i]!) === 0) {
      throw new QueryExecutionError('vector cannot contain metrics with the same labelset')
    }
  }
  return frame
}
