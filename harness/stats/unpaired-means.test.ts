import { describe, expect, it } from 'vitest'
import oracle from './oracle/resampling.json' with { type: 'json' }
import type { Draw } from './studentized.ts'
import { streamKey, uniform } from './uniform.ts'
import { unpairedDifference } from './unpaired-means.ts'

const key = streamKey(1, 'none', 'unpaired')
const draw: Draw = i => uniform(key, i)

describe('unpairedDifference', () => {
  it.each(oracle.unpaired as [number[], number[], number, number, number, number][])(
    'has the bootstrap-t ends and p-value that numpy finds with its own draws (%#)',
    (before, after, value, low, high, p) => {
      const got = unpairedDifference(before, after, draw, { resamples: 19_999 })
      expect(got.value).toBeCloseTo(value, 10)
      expect(Math.abs(got.low! - low)).toBeLessThan(0.04 * (high - low))
      expect(Math.abs(got.high! - high)).toBeLessThan(0.04 * (high - low))
      expect(Math.abs(got.p - p)).toBeLessThan(0.001 + 0.1 * p)
    },
  )

  it('says what the data do not bound', () => {
    expect(unpairedDifference([], [1, 2], draw)).toEqual({ value: null, low: null, high: null, p: 1 })
    expect(unpairedDifference([1], [1, 2], draw)).toEqual({ value: 0.5, low: null, high: null, p: 1 })
    expect(unpairedDifference([2, 2, 2], [2, 2, 2, 2], draw)).toEqual({ value: 0, low: 0, high: 0, p: 1 })
    const oneBad = [...new Array<number>(99).fill(0), 500]
    expect(unpairedDifference(new Array<number>(50).fill(0), oneBad, draw)).toMatchObject({
      value: 5,
      low: null,
      high: null,
    })
  })
})
