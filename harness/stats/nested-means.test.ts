import { describe, expect, it } from 'vitest'
import { clusteredMeanInterval } from './bootstrap.ts'
import { nestedMean } from './nested-means.ts'
import oracle from './oracle/resampling.json' with { type: 'json' }
import type { Draw } from './studentized.ts'
import { streamKey, uniform } from './uniform.ts'

const key = streamKey(1, 'none', 'nested')
const draw: Draw = i => uniform(key, i)

describe('nestedMean', () => {
  it('has the ends and p-value that numpy finds by resampling families, scenarios and trials', () => {
    const [families, value, low, high, p] = oracle.nested as [number[][][], number, number, number, number]
    const got = nestedMean([...families, [], [[]]], draw, { resamples: 19_999 })
    expect(got.value).toBeCloseTo(value, 10)
    expect(Math.abs(got.low! - low)).toBeLessThan(0.04 * (high - low))
    expect(Math.abs(got.high! - high)).toBeLessThan(0.04 * (high - low))
    expect(Math.abs(got.p - p)).toBeLessThan(0.001 + 0.1 * p)
  })

  it('is the bootstrap of clusters where families hold one trial each', () => {
    const values = Array.from({ length: 30 }, (_, i) => (i * 7) % 30)
    const nested = nestedMean(
      values.map(value => [[value]]),
      draw,
      { resamples: 9999 },
    )
    const plain = clusteredMeanInterval(
      values.map(value => [value]),
      draw,
      { resamples: 9999 },
    )
    for (const end of ['low', 'high'] as const) expect(Math.abs(nested[end]! - plain[end]!)).toBeLessThan(0.3)
  })

  it('knows nothing of other families from one', () => {
    expect(nestedMean([[[1, 2], [3]]], draw)).toEqual({ value: 2, low: null, high: null, p: 1 })
    expect(nestedMean([], draw)).toEqual({ value: null, low: null, high: null, p: 1 })
    expect(nestedMean([[[4, 4]], [[4]]], draw)).toMatchObject({ value: 4, low: 4, high: 4 })
  })
})
