import fc from 'fast-check'
import { expect, test } from 'vitest'
import { relabel, signFlip } from './permutation.ts'
import { streamKey, uniform } from './uniform.ts'

const draws = (name: string) => {
  const key = streamKey(1, 'permutation', name)
  return (i: number) => uniform(key, i)
}

/** Darwin's maize, crossed minus self-fertilized, in eighths of an inch. */
const maize = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48]

test("Darwin's maize gives Fisher's 1726 of 32,768", () => {
  // The Design of Experiments, section 21: 863 of the 32,768 ways to toss the signs give as much or more, on one side.
  expect(signFlip(maize, draws('maize'), 32_768)).toBe(1726 / 32_768)
  expect(Math.abs(signFlip(maize, draws('maize'), 19_999) - 1726 / 32_768)).toBeLessThan(0.005)
})

test.each([3, 5, 8])('%i differences of one sign and size have a p of 2 in 2 to their number', n => {
  expect(signFlip([...Array.from({ length: n }, () => 7.3), 0, 0], draws(`${n}`), 999)).toBe(2 ** (1 - n))
})

test('without a difference nothing is told', () => {
  expect(signFlip([0, 0, 0], draws('none'), 999)).toBe(1)
  expect(signFlip([], draws('none'), 999)).toBe(1)
  expect(relabel([{ before: [], after: [1] }], draws('none'), 999)).toBe(1)
})

test('sides dealt anew give the exact p of a small sample', () => {
  // Of the 20 ways to deal three of 1, 2, 3, 10, 11, 12 two are as far apart.
  const p = relabel([{ before: [1, 2, 3], after: [10, 11, 12] }], draws('deal'), 19_999)
  expect(Math.abs(p - 2 / 20)).toBeLessThan(0.01)
})

test('what strata differ in does not count', () => {
  const shifted = [
    { before: [1, 2, 3], after: [10, 11, 12] },
    { before: [1001, 1000, 1002], after: [1001, 1002, 1000] },
  ]
  expect(relabel(shifted, draws('strata'), 9_999)).toBeLessThan(0.15)
})

test('p is the same whichever side is which, and between its least and 1', () => {
  const values = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(values, values, (before, after) => {
      const p = relabel([{ before, after }], draws('sides'), 1999)
      expect(Math.abs(p - relabel([{ before: after, after: before }], draws('other'), 1999))).toBeLessThan(0.08)
      expect(p).toBeGreaterThanOrEqual(1 / 2000)
      expect(p).toBeLessThanOrEqual(1)
      const differences = [...before, ...after]
      expect(signFlip(differences, draws('a'), 199)).toBe(
        signFlip(
          differences.map(one => -one),
          draws('a'),
          199,
        ),
      )
    }),
    { numRuns: 50 },
  )
})

test.each([['signFlip'], ['relabel']] as const)(
  '%s errs in no more than it says, also with a few large values among zeros',
  name => {
    const runs = 400
    let rejected = 0
    for (let run = 0; run < runs; run++) {
      const draw = draws(`${name} ${run}`)
      const rare = (i: number) => (draw(1e6 + 2 * i) < 0.05 ? 1000 * draw(1e6 + 2 * i + 1) : 0)
      const a = Array.from({ length: 40 }, (_, i) => rare(i))
      const b = Array.from({ length: 40 }, (_, i) => rare(1000 + i))
      const p =
        name === 'signFlip'
          ? signFlip(
              a.map((value, i) => value - b[i]!),
              draw,
              199,
            )
          : relabel([{ before: a, after: b }], draw, 199)
      if (p <= 0.05) rejected++
    }
    // The binomial's 99.9th percentile at 5 %.
    expect(rejected).toBeLessThanOrEqual(34)
  },
)
