import { dropLabels, keepLabels, type Labels, labelsKey, metricNameLabel } from '../labels.ts'
import type { VectorMatching } from '../syntax/expression.ts'
import type { Shape } from './frame.ts'

/** Members of two vectors with the same number have the same matching labels. */
export interface Pairing {
  readonly groups: number
  readonly leftGroup: Int32Array
  readonly rightGroup: Int32Array
}

/** The labels that decide whether two members belong together; the metric's name only when `on` lists it. */
export function matchLabels(labels: Labels, matching: VectorMatching): Labels {
  if (matching.on) return keepLabels(labels, new Set(matching.labels))
  return dropLabels(labels, new Set([...matching.labels, metricNameLabel]))
}

/** Numbers the members of two shapes by their matching labels, and remembers the last answer. */
export function pairing(matching: VectorMatching): (left: Shape, right: Shape) => Pairing {
  let lastLeft: Shape | undefined
  let lastRight: Shape | undefined
  let last: Pairing | undefined
  return (left, right) => {
    if (last !== undefined && lastLeft === left && lastRight === right) return last
    const groups = new Map<string, number>()
    const numberOf = (labels: Labels): number => {
      const key = labelsKey(matchLabels(labels, matching))
      const group = groups.get(key) ?? groups.size
      groups.set(key, group)
      return group
    }
    const leftGroup = Int32Array.from(left.labels, numberOf)
    const rightGroup = Int32Array.from(right.labels, numberOf)
    last = { groups: groups.size, leftGroup, rightGroup }
    lastLeft = left
    lastRight = right
    return last
  }
}
