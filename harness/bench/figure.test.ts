import { describe, expect, it } from 'vitest'
import { cpuMs, figureOf } from './figure.ts'

describe('a figure', () => {
  it.each([
    ['an odd number of repeats', [9, 1, 4], { value: 4, low: 1, high: 9, repeats: 3 }],
    ['an even number', [1, 4, 2, 10], { value: 3, low: 1, high: 10, repeats: 4 }],
    ['many digits', [123.456], { value: 123, low: 123, high: 123, repeats: 1 }],
  ])('is the median and range of %s', (_, repeats, expected) => {
    expect(figureOf('speed', '1/s', repeats, { aim: 5 })).toEqual({ figure: 'speed', unit: '1/s', ...expected, aim: 5 })
  })

  it('counts the CPU that work takes', () => {
    const wallMs = 30
    const spin = () => {
      for (const startMs = performance.now(); performance.now() - startMs < wallMs; );
    }
    expect(cpuMs(() => {})).toBeLessThan(cpuMs(spin))
  })
})
