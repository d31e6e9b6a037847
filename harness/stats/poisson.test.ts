import { describe, expect, it } from 'vitest'
import { poissonRate } from './poisson.ts'

describe('poissonRate', () => {
  // mpmath 1.4: the 0.025 quantile of the gamma distribution with shape k, and the 0.975 quantile with shape k + 1.
  it.each([
    [1, 0.02531780798428988, 5.571643390938899],
    [5, 1.623486390118421, 11.66833207932267],
    [10, 4.795388696132434, 18.39035604201778],
    [50, 37.11096373746186, 65.9187666643368],
    [1000, 938.9730184076952, 1063.952136016302],
  ])('bounds the mean of %i events', (count, low, high) => {
    const rate = poissonRate(count, 1)
    expect(rate.value).toBe(count)
    expect(rate.low! / low).toBeCloseTo(1, 11)
    expect(rate.high! / high).toBeCloseTo(1, 11)
  })

  it('without events bounds the mean by the logarithm of the tail', () => {
    const { low, high } = poissonRate(0, 1)
    expect(low).toBe(0)
    expect(high).toBeCloseTo(-Math.log(0.025), 12)
  })

  it('divides by the exposure, and knows nothing without', () => {
    const [once, twice] = [poissonRate(3, 1), poissonRate(3, 2)]
    expect(twice).toEqual({ value: 1.5, low: once.low! / 2, high: once.high! / 2 })
    expect(poissonRate(0, 0)).toEqual({ value: null, low: null, high: null })
  })
})
