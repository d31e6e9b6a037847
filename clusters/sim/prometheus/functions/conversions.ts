import { newFrame, resetFrame, type ScalarNode, type Shape, shapeOf, type VectorNode } from '../eval/frame.ts'
import { type Labels, labelsOf, metricNameLabel, noLabels } from '../labels.ts'
import type { Expression } from '../syntax/expression.ts'

const oneUnlabelled: Shape = shapeOf([noLabels])

/** `scalar`: the value of a vector of exactly one member, else NaN. */
export function scalarNode(vector: VectorNode): ScalarNode {
  return context => {
    const { shape, present, values } = vector(context)
    let found = -1
    for (let i = 0; i < shape.labels.length; i++) {
      if (present[i] === 0) continue
      if (found >= 0) return Number.NaN
      found = i
    }
    return found < 0 ? Number.NaN : values[found]!
  }
}

/** `vector`: one member without labels. */
export function vectorNode(scalar: ScalarNode): VectorNode {
  const frame = newFrame()
  return context => {
    const value = scalar(context)
    resetFrame(frame, oneUnlabelled)
    frame.present[0] = 1
    frame.values[0] = value
    return frame
  }
}

/** `absent`: 1 when the vector is empty, with the labels that a selector's `=` matchers name once, else nothing. */
export function absentNode(argument: Expression, vector: VectorNode): VectorNode {
  const shape = shapeOf([labelsForAbsent(argument)])
  const frame = newFrame()
  return context => {
    const input = vector(context)
    resetFrame(frame, shape)
    frame.values[0] = 1
    frame.present[0] = 1
    for (let i = 0; i < input.shape.labels.length; i++) if (input.present[i] === 1) frame.present[0] = 0
    return frame
  }
}

function labelsForAbsent(argument: Expression): Labels {
  if (argument.kind !== 'selector') return noLabels
  const record: Record<string, string> = {}
  const named = new Set<string>()
  for (const { name, operator, value } of argument.matchers) {
    if (name === metricNameLabel) continue
    record[name] = operator === '=' && !named.has(name) ? value : ''
    if (operator === '=') named.add(name)
  }
  return labelsOf(record)
}
