import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { pairedRatio } from './paired-ratio.ts'

interface Case {
  readonly pairs: [number, number][]
  readonly confidence: number
  readonly value: number
  readonly low: number
  readonly high: number
}

const cases = JSON.parse(readFileSync(new URL('oracle/ratios.json', import.meta.url), 'utf8')) as Case[]

describe('the ratio of paired means', () => {
  test.each(cases)('has the interval that scipy finds, case %#', ({ pairs, confidence, value, low, high }) => {
    const ratio = pairedRatio(pairs, confidence)
    expect(ratio.value).toBeCloseTo(value, 9)
    expect(ratio.low).toBeCloseTo(low, 6)
    expect(ratio.high).toBeCloseTo(high, 6)
  })

  test('is exact where all pairs have the same ratio', () => {
    const ratio = pairedRatio([10, 11, 13].map(x => [3 * x, x]))
    for (const end of [ratio.value, ratio.low, ratio.high]) expect(end).toBeCloseTo(3, 6)
  })

  test.each([
    ['no pairs', [], null],
    ['a second mean of 0', [[1, 0]], null],
    ['one pair', [[1, 2]], 0.5],
    [
      'a second mean that cannot be told from 0',
      [
        [1, 10],
        [2, -9],
      ],
      3,
    ],
  ] as const)('has no ends with %s', (_, pairs, value) => {
    expect(pairedRatio(pairs)).toEqual({ value, low: null, high: null })
  })

  test('of swapped pairs is the inverse, ends too', () => {
    const pairs = [
      [10, 8],
      [12, 9],
      [9, 8.5],
      [11, 8],
    ] as const
    const ratio = pairedRatio(pairs)
    const inverse = pairedRatio(pairs.map(([a, b]) => [b, a] as const))
    expect(inverse.low).toBeCloseTo(1 / ratio.high!, 9)
    expect(inverse.high).toBeCloseTo(1 / ratio.low!, 9)
  })
})
