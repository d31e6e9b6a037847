import { describe, expect, it } from 'vitest'
import { gammaProcess } from './gamma-process.ts'
import { gammaincP } from './special.ts'
import { streamKey, uniform3 } from './uniform.ts'

const key = streamKey(1, 'gamma process', 'test')
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
/** Values at some steps of many independent sequences: their means have no correlation in them. */
function columns(runs: number, steps: readonly number[], variance: number, correlation: number): number[][] {
  const sequences = Array.from({ length: runs }, (_, run) =>
    gammaProcess(Math.max(...steps) + 1, { variance, correlation }, (step, which) => uniform3(key, step, which, run)),
  )
  return steps.map(step => sequences.map(sequence => sequence[step]!))
}

describe('a gamma process', () => {
  it.each([
    [0.01, 0.97],
    [0.25, 0.8],
    [1, 0.5],
  ])('of variance %d and correlation %d has mean 1 and both, from its first step on', (variance, correlation) => {
    const runs = 20_000
    const [first, second, later] = columns(runs, [0, 1, 6], variance, correlation)
    const product = (a: readonly number[], b: readonly number[]) => mean(a.map((value, i) => (value - 1) * (b[i]! - 1)))
    // Four standard errors; the fourth moment of a gamma law is 3 variance^2 + 6 variance^3.
    const ofMean = 4 * Math.sqrt(variance / runs)
    const ofSquares = 4 * Math.sqrt((2 * variance ** 2 + 6 * variance ** 3) / runs)
    for (const values of [first!, second!, later!]) {
      expect(Math.abs(mean(values) - 1)).toBeLessThan(ofMean)
      expect(Math.abs(product(values, values) - variance)).toBeLessThan(ofSquares)
    }
    expect(Math.abs(product(first!, second!) - correlation * variance)).toBeLessThan(ofSquares)
    expect(Math.abs(product(first!, later!) - correlation ** 6 * variance)).toBeLessThan(ofSquares)
  })

  it('has gamma values at any step: their distribution function is even', () => {
    const runs = 20_000
    const [values] = columns(runs, [5], 0.25, 0.8)
    const parts = new Array<number>(20).fill(0)
    for (const value of values!) parts[Math.floor(20 * gammaincP(4, 4 * value))]!++
    const chiSquare = parts.reduce((sum, count) => sum + (count - runs / 20) ** 2 / (runs / 20), 0)
    // The 99.9 % point of chi-square with 19 degrees of freedom.
    expect(chiSquare).toBeLessThan(43.82)
  })

  it('without variance is 1', () => {
    expect(gammaProcess(3, { variance: 0, correlation: 0.5 }, () => 0.1)).toEqual([1, 1, 1])
  })
})
