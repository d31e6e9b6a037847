import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type StreamKey, streamKey, uniform, uniform3 } from './uniform.ts'

const cells = 100_000

/**
 * Chi-square of counts against equal ones, as a z-score (Wilson and Hilferty 1931): beyond 4.5 about once in 300,000
 * tests.
 */
function chiSquareScore(counts: number[]): number {
  const expected = counts.reduce((a, b) => a + b) / counts.length
  const freedom = counts.length - 1
  const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
  return (Math.cbrt(chiSquare / freedom) - (1 - 2 / (9 * freedom))) / Math.sqrt(2 / (9 * freedom))
}

/** The correlation of two sequences of `cells` uniforms, as a z-score. */
function correlationScore(x: (cell: number) => number, y: (cell: number) => number): number {
  let sum = 0
  for (let cell = 0; cell < cells; cell++) sum += (x(cell) - 0.5) * (y(cell) - 0.5)
  return (sum / cells) * 12 * Math.sqrt(cells)
}

const at = (key: StreamKey) => (cell: number) => uniform(key, cell)
const key = streamKey(1, 'bad-config', 'arrivals')

describe('uniform', () => {
  // Known answers of threefry2x32 with 13 rounds: Random123, tests/kat_vectors (counter, key, output).
  it.each([
    [0, 0, 0, 0, 0x9d1c5ec6, 0x8bd50731],
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xfd36d048, 0x2d17272c],
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xba3e4725, 0xf27d669e],
  ])('is Threefry at counter %i, %i and key %i, %i', (i, j, a, b, high, low) => {
    expect(uniform3({ a, b }, i, j, 0)).toBe(((high >>> 6) * 2 ** 26 + (low >>> 6) + 0.5) / 2 ** 52)
  })

  it('gives the same numbers for ever', () => {
    expect(key).toEqual({ a: -1247414624, b: 127131760 })
    expect(uniform(key, 0)).toBe(0.9300723736514794)
    expect(uniform3(key, 3, 4, 5)).toBe(0.05487509708073934)
  })

  it('does not depend on the order of calls', () => {
    const forwards = Array.from({ length: 100 }, (_, cell) => uniform(key, cell))
    const backwards = Array.from({ length: 100 }, (_, i) => uniform(streamKey(1, 'bad-config', 'arrivals'), 99 - i))
    expect(backwards.reverse()).toEqual(forwards)
  })

  it('lies strictly between 0 and 1, and so does 1 minus it, exactly', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), fc.integer(), fc.integer(), fc.integer(), (a, b, i, j, k) => {
        const u = uniform3({ a, b }, i, j, k)
        expect(u > 0 && u < 1 && 1 - (1 - u) === u).toBe(true)
      }),
    )
  })

  it.each([
    ['cells', (n: number) => uniform(key, n)],
    ['second coordinates', (n: number) => uniform3(key, 7, n, 0)],
    ['third coordinates', (n: number) => uniform3(key, 7, 1, n)],
    ['seeds', (n: number) => uniform(streamKey(n, 'bad-config', 'arrivals'), 0)],
    ['scenarios', (n: number) => uniform(streamKey(1, `scenario-${n}`, 'arrivals'), 0)],
    ['low bits', (n: number) => (uniform(key, n) * 2 ** 40) % 1],
  ])('is spread evenly over %s, alone and in pairs of neighbours', (_, draw) => {
    const single = new Array<number>(100).fill(0)
    const pairs = new Array<number>(400).fill(0)
    for (let n = 0; n < cells; n += 2) {
      const u = draw(n)
      const v = draw(n + 1)
      single[Math.floor(u * 100)]!++
      single[Math.floor(v * 100)]!++
      pairs[Math.floor(u * 20) * 20 + Math.floor(v * 20)]!++
    }
    expect(Math.abs(chiSquareScore(single))).toBeLessThan(4.5)
    expect(Math.abs(chiSquareScore(pairs))).toBeLessThan(4.5)
  })

  it.each([
    ['the next cell', at(key), (cell: number) => uniform(key, cell + 1)],
    ['the next seed', at(key), at(streamKey(2, 'bad-config', 'arrivals'))],
    ['another stream', at(key), at(streamKey(1, 'bad-config', 'errors'))],
    ['another scenario', at(key), at(streamKey(1, 'bad-confih', 'arrivals'))],
    ['the swapped coordinates', (c: number) => uniform3(key, c, 3, 0), (c: number) => uniform3(key, 3, c, 0)],
    ['the next third coordinate', (c: number) => uniform3(key, c, 0, 1), (c: number) => uniform3(key, c, 0, 2)],
  ])('is uncorrelated with %s', (_, x, y) => {
    expect(Math.abs(correlationScore(x, y))).toBeLessThan(4.5)
  })
})

describe('streamKey', () => {
  it('gives neighbouring seeds and look-alike names different keys', () => {
    const keys = new Set<string>()
    for (let seed = 0; seed < 20_000; seed++) keys.add(JSON.stringify(streamKey(seed, 'a', 'b')))
    for (const [scenario, stream] of [
      ['a,b', ''],
      ['', 'a,b'],
      ['a', 'b,'],
      ['ab', ''],
    ] as const)
      keys.add(JSON.stringify(streamKey(1, scenario, stream)))
    expect(keys.size).toBe(20_004)
  })
})
