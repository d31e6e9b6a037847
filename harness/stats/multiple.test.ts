import fc from 'fast-check'
import { expect, it } from 'vitest'
import { holm } from './multiple.ts'
import oracle from './oracle/comparisons.json' with { type: 'json' }

it.each(oracle.holm as [number[], number[]][])('holm adjusts %j as statsmodels does', (pValues, adjusted) => {
  holm(pValues).forEach((p, i) => {
    expect(p).toBeCloseTo(adjusted[i]!, 12)
  })
})

it('holm leaves one test alone, and no family of tests better off than its least p-value alone', () => {
  expect([holm([]), holm([0.04])]).toEqual([[], [0.04]])
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1 }), pValues => {
      const adjusted = holm(pValues)
      expect(Math.min(...adjusted)).toBe(Math.min(1, pValues.length * Math.min(...pValues)))
      pValues.forEach((p, i) => {
        expect(adjusted[i]! >= p && adjusted[i]! <= 1).toBe(true)
      })
    }),
  )
})
