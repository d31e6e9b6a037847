import { dropLabels, keepLabels, type Labels, labelsKey, metricNameLabel, noLabels } from '../labels.ts'
import type { AggregateExpression, AggregateOperator } from '../syntax/expression.ts'
import { memoOfShape, newFrame, resetFrame, type Shape, shapeOf, type VectorNode } from './frame.ts'

interface Grouping {
  readonly shape: Shape
  /** Member -> group. */
  readonly groupOf: Int32Array
}

/** `sum`, `avg`, `min`, `max` or `count` over groups; the groups stand in the order of their first members. */
export function aggregateNode(expression: AggregateExpression, operand: VectorNode): VectorNode {
  const { operator, without } = expression
  const names = new Set(without ? [...expression.grouping, metricNameLabel] : expression.grouping)
  const groupLabels = (labels: Labels): Labels => {
    if (without) return dropLabels(labels, names)
    return names.size === 0 ? noLabels : keepLabels(labels, names)
  }
  const groupingOf = memoOfShape(shape => groupBy(shape, groupLabels))
  const frame = newFrame()
  let state = newState(0)
  return context => {
    const input = operand(context)
    const { shape, groupOf } = groupingOf(input.shape)
    const size = shape.labels.length
    resetFrame(frame, shape)
    if (state.size < size) state = newState(size)
    state.counts.fill(0)
    for (let i = 0; i < groupOf.length; i++) {
      if (input.present[i] === 1) add(operator, state, frame.values, groupOf[i]!, input.values[i]!)
    }
    for (let group = 0; group < size; group++) {
      if (state.counts[group] === 0) continue
      frame.present[group] = 1
      frame.values[group] = finish(operator, state, frame.values[group]!, group)
    }
    return frame
  }
}

function groupBy(shape: Shape, groupLabels: (labels: Labels) => Labels): Grouping {
  const groups = new Map<string, number>()
  const labels: Labels[] = []
  const groupOf = Int32Array.from(shape.labels, member => {
    const group = groupLabels(member)
    const key = labelsKey(group)
    let index = groups.get(key)
    if (index === undefined) {
      index = labels.length
      groups.set(key, index)
      labels.push(group)
    }
    return index
  })
  return { shape: shapeOf(labels), groupOf }
}

/** Running figures of each group; sums are compensated as Neumaier does, like Prometheus'. */
interface AggregationState {
  readonly size: number
  readonly counts: Int32Array
  readonly compensations: Float64Array
  /** 1 once the plain sum of an average would overflow and the value is a running mean instead. */
  readonly running: Uint8Array
}

function newState(size: number): AggregationState {
  return {
    size,
    counts: new Int32Array(size),
    compensations: new Float64Array(size),
    running: new Uint8Array(size),
  }
}

/** Takes one member into its group (Prometheus v3.5.0, promql/engine.go, aggregation). */
function add(
  operator: AggregateOperator,
  state: AggregationState,
  values: Float64Array,
  group: number,
  value: number,
): void {
  const count = ++state.counts[group]!
  if (count === 1) {
    values[group] = value
    state.compensations[group] = 0
    state.running[group] = 0
    return
  }
  const current = values[group]!
  if (operator === 'sum') addCompensated(state, values, group, value, current, state.compensations[group]!)
  else if (operator === 'avg') addToMean(state, values, group, value, count)
  else if (operator === 'max') {
    if (current < value || Number.isNaN(current)) values[group] = value
  } else if (operator === 'min') {
    if (current > value || Number.isNaN(current)) values[group] = value
  }
}

function addCompensated(
  state: AggregationState,
  values: Float64Array,
  group: number,
  value: number,
  sum: number,
  compensation: number,
): void {
  const total = sum + value
  values[group] = total
  if (total === Number.POSITIVE_INFINITY || total === Number.NEGATIVE_INFINITY) state.compensations[group] = 0
  else if (Math.abs(sum) >= Math.abs(value)) state.compensations[group] = compensation + (sum - total + value)
  else state.compensations[group] = compensation + (value - total + sum)
}

function addToMean(state: AggregationState, values: Float64Array, group: number, value: number, count: number): void {
  const sum = values[group]!
  const compensation = state.compensations[group]!
  if (state.running[group] === 0) {
    if (Math.abs(sum + value) !== Number.POSITIVE_INFINITY) {
      addCompensated(state, values, group, value, sum, compensation)
      return
    }
    state.running[group] = 1
    values[group] = sum / (count - 1)
    state.compensations[group] = compensation / (count - 1)
  }
  const share = (count - 1) / count
  addCompensated(state, values, group, value / count, share * values[group]!, share * state.compensations[group]!)
}

function finish(operator: AggregateOperator, state: AggregationState, value: number, group: number): number {
  const compensation = state.compensations[group]!
  if (operator === 'count') return state.counts[group]!
  if (operator === 'sum') return value + compensation
  if (operator !== 'avg') return value
  const count = state.counts[group]!
  return state.running[group] === 1 ? value + compensation : value / count + compensation / count
}
