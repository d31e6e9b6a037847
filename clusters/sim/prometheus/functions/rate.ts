import { newFrame, refuseTwins, resetFrame, type VectorNode } from '../eval/frame.ts'
import { type SeriesWindow, windowReader } from '../eval/selector.ts'
import { absent } from '../storage.ts'
import type { MatrixSelector } from '../syntax/expression.ts'

export type RateFunction = 'rate' | 'increase' | 'irate'

/** `rate`, `increase` or `irate` of each series of a range; series with fewer than two samples in it are not in the result. */
export function rateNode(name: RateFunction, range: MatrixSelector): VectorNode {
  const read = windowReader(range)
  const frame = newFrame()
  const each = (window: SeriesWindow, index: number): void => {
    const value =
      name === 'irate' ? instantRate(window) : extrapolatedIncrease(window, name === 'rate' ? range.rangeMs / 1000 : 1)
    if (value === undefined) return
    frame.present[index] = 1
    frame.values[index] = value
  }
  return context => {
    read(context, (_, nameless) => resetFrame(frame, nameless), each)
    return refuseTwins(frame)
  }
}

/**
 * The increase of a counter in the window, extrapolated to its bounds, divided by `perS` (Prometheus v3.5.0, promql/functions.go, extrapolatedRate): a drop is a
 * reset and adds the value before it; a gap to a bound of less than 1.1 average spacings is closed, of a longer one half a spacing; and never further back
 * than to where the counter would have been 0.
 */
function extrapolatedIncrease(window: SeriesWindow, perS: number): number | undefined {
  const { values, timesMs, stride, column, firstRow, endRow } = window
  let samples = 0
  let first = 0
  let firstMs = 0
  let previous = 0
  let lastMs = 0
  let resets = 0
  let at = firstRow * stride + column
  for (let row = firstRow; row < endRow; row++, at += stride) {
    const value = values[at]!
    if (value === absent) continue
    lastMs = timesMs[row]!
    if (samples++ === 0) {
      first = value
      firstMs = lastMs
    } else if (value < previous) resets += previous
    previous = value
  }
  if (samples < 2) return undefined
  const increase = previous - first + resets

  const sampledS = (lastMs - firstMs) / 1000
  const spacingS = sampledS / (samples - 1)
  const thresholdS = spacingS * 1.1
  let toStartS = (firstMs - window.startMs) / 1000
  if (toStartS >= thresholdS) toStartS = spacingS / 2
  if (increase > 0 && first >= 0) {
    const toZeroS = sampledS * (first / increase)
    if (toZeroS < toStartS) toStartS = toZeroS
  }
  let toEndS = (window.endMs - lastMs) / 1000
  if (toEndS >= thresholdS) toEndS = spacingS / 2
  return increase * ((sampledS + toStartS + toEndS) / sampledS / perS)
}

/** The slope between the last two samples, from 0 after a reset (Prometheus v3.5.0, promql/functions.go, instantValue). */
function instantRate(window: SeriesWindow): number | undefined {
  const { values, timesMs, stride, column, firstRow, endRow } = window
  let last: number | undefined
  let lastMs = 0
  for (let row = endRow - 1; row >= firstRow; row--) {
    const value = values[row * stride + column]!
    if (value === absent) continue
    if (last === undefined) {
      last = value
      lastMs = timesMs[row]!
    } else return (last < value ? last : last - value) / ((lastMs - timesMs[row]!) / 1000)
  }
  return undefined
}
