import { recordOf } from '../labels.ts'
import { absent } from '../storage.ts'
import type { Expression, MatrixSelector } from '../syntax/expression.ts'
import { typeOf } from '../syntax/types.ts'
import type { EvaluationContext, Shape } from './frame.ts'
import { planScalar, planVector } from './plan.ts'
import { windowReader } from './selector.ts'

export interface Sample {
  readonly timeMs: number
  readonly value: number
}

/** The answer of an instant query, of Prometheus' four result types. */
export type QueryResult =
  | { readonly kind: 'scalar'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'vector'; readonly series: readonly { labels: Record<string, string>; value: number }[] }
  | { readonly kind: 'matrix'; readonly series: readonly { labels: Record<string, string>; samples: Sample[] }[] }

/** The evaluation of a whole checked expression. */
export function planResult(expression: Expression): (context: EvaluationContext) => QueryResult {
  if (expression.kind === 'range') return matrixResult(expression)
  if (expression.kind === 'string') return () => ({ kind: 'string', value: expression.value })
  if (typeOf(expression) === 'scalar') {
    const scalar = planScalar(expression)
    return context => ({ kind: 'scalar', value: scalar(context) })
  }
  const vector = planVector(expression)
  return context => {
    const { shape, present, values } = vector(context)
    const series: { labels: Record<string, string>; value: number }[] = []
    for (let i = 0; i < shape.labels.length; i++) {
      if (present[i] === 1) series.push({ labels: recordOf(shape.labels[i]!), value: values[i]! })
    }
    return { kind: 'vector', series }
  }
}

/** A bare range selector answers with the raw samples of its window. */
function matrixResult(range: MatrixSelector): (context: EvaluationContext) => QueryResult {
  const read = windowReader(range)
  return context => {
    const series: { labels: Record<string, string>; samples: Sample[] }[] = []
    let labels: Shape['labels'] = []
    read(
      context,
      shape => {
        labels = shape.labels
      },
      ({ values, timesMs, stride, column, firstRow, endRow }, index) => {
        const samples: Sample[] = []
        for (let row = firstRow; row < endRow; row++) {
          const value = values[row * stride + column]!
          if (value !== absent) samples.push({ timeMs: timesMs[row]!, value })
        }
        if (samples.length > 0) series.push({ labels: recordOf(labels[index]!), samples })
      },
    )
    return { kind: 'matrix', series }
  }
}
