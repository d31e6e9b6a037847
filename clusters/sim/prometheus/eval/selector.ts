import { absent, lookbackMs, rowAt } from '../storage.ts'
import type { MatrixSelector, VectorSelector } from '../syntax/expression.ts'
import { type EvaluationContext, newFrame, resetFrame, type Shape, type VectorNode } from './frame.ts'
import { seriesMatcher } from './match-series.ts'

/** The newest sample of each series at most 5 minutes old; the window is open on the left, and a stale marker ends a series at once. */
export function instantSelector(selector: VectorSelector): VectorNode {
  const match = seriesMatcher(selector)
  const frame = newFrame()
  return ({ storage, atMs }) => {
    const { shape, targets, slot, column } = match(storage)
    resetFrame(frame, shape)
    const untilMs = atMs - selector.offsetMs
    const rows = rowsOf(targets.length)
    for (let i = 0; i < targets.length; i++) {
      const target = storage.targets[targets[i]!]!
      const row = rowAt(target, untilMs)
      rows[i] = row >= 0 && target.timesMs[row]! > untilMs - lookbackMs ? row : -1
    }
    for (let i = 0; i < slot.length; i++) {
      const row = rows[slot[i]!]!
      if (row < 0) continue
      const target = storage.targets[targets[slot[i]!]!]!
      const value = target.values[row * target.stride + column[i]!]!
      if (value === absent) continue
      frame.present[i] = 1
      frame.values[i] = value
    }
    return frame
  }
}

/** Rows `firstRow`..`endRow - 1` of one column: the part of a series that lies in the window, absent samples among them. */
export interface SeriesWindow {
  values: Float64Array
  timesMs: Float64Array
  stride: number
  column: number
  firstRow: number
  endRow: number
  /** The window's bounds; the first is not part of it. */
  startMs: number
  endMs: number
}

/**
 * Calls back with the window of each selected series, open on the left and closed on the right, in the order of the shape. The window object is used again for
 * the next series.
 * @returns the selected series and a nameless copy of their labels
 */
export function windowReader(
  range: MatrixSelector,
): (
  context: EvaluationContext,
  begin: (shape: Shape, nameless: Shape) => void,
  each: (window: SeriesWindow, index: number) => void,
) => void {
  const { selector, rangeMs } = range
  const match = seriesMatcher(selector)
  const window: SeriesWindow = {
    values: new Float64Array(0),
    timesMs: new Float64Array(0),
    stride: 0,
    column: 0,
    firstRow: 0,
    endRow: 0,
    startMs: 0,
    endMs: 0,
  }
  return ({ storage, atMs }, begin, each) => {
    const { shape, nameless, targets, slot, column } = match(storage)
    begin(shape, nameless)
    window.endMs = atMs - selector.offsetMs
    window.startMs = window.endMs - rangeMs
    const bounds = rowsOf(targets.length * 2)
    for (let i = 0; i < targets.length; i++) {
      const target = storage.targets[targets[i]!]!
      bounds[i * 2] = rowAt(target, window.startMs) + 1
      bounds[i * 2 + 1] = rowAt(target, window.endMs) + 1
    }
    for (let i = 0; i < slot.length; i++) {
      const at = slot[i]!
      const target = storage.targets[targets[at]!]!
      window.values = target.values
      window.timesMs = target.timesMs
      window.stride = target.stride
      window.column = column[i]!
      window.firstRow = bounds[at * 2]!
      window.endRow = bounds[at * 2 + 1]!
      if (window.firstRow < window.endRow) each(window, i)
    }
  }
}

let scratch = new Int32Array(64)

/** Room for row numbers, for use before the next evaluation only. */
function rowsOf(size: number): Int32Array {
  if (scratch.length < size) scratch = new Int32Array(size * 2)
  return scratch
}
