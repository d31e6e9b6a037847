import { describe, expect, it } from 'vitest'
import { isBroken, pairedRows, proportionRows, quantileRows, unpairedRows } from './coverage-exact.ts'
import { timesRows } from './coverage-times.ts'

// The same at full length, and means: npm run coverage.
describe('intervals of nominal 95 % hold the truth as often as they should', () => {
  it.each([
    ['rates', () => proportionRows([5, 20, 100, 300])],
    ['quantiles of times, all followed equally long', () => quantileRows([100, 110, 118, 150, 200, 300])],
    [
      'rates of two runs',
      () =>
        unpairedRows(100, [
          [0.01, 0.01],
          [0.05, 0.05],
          [0.9, 0.95],
        ]),
    ],
    [
      'rates of paired runs',
      () =>
        pairedRows(100, [
          [0.01, 0.01],
          [0.05, 0.05],
          [0.02, 0.06],
        ]),
    ],
    [
      'times of scenarios that differ',
      () =>
        timesRows(
          {
            name: 'five scenarios',
            scenarios: [30, 60, 120, 240, 480].map(medianS => [{ share: 1, medianS, sigma: 0.6 }]),
            followedS: [300, 3000],
            measures: ['median', 'restrictedMean'],
          },
          150,
          1000,
        ),
    ],
  ])('%s', (_, rows) => {
    expect(rows().filter(isBroken)).toEqual([])
  })

  it.each([
    ['too seldom', { coverage: 0.929, atLeast: 0.93 }, true],
    ['too often', { coverage: 0.971, atLeast: 0.93, atMost: 0.97 }, true],
    ['within its bars', { coverage: 0.95, atLeast: 0.93, atMost: 0.97 }, false],
    ['never looked at', { coverage: Number.NaN, atLeast: 0.93 }, true],
    ['without bars', { coverage: 0.5 }, false],
  ])('a bar is broken or not by what is %s', (_, row, broken) => {
    expect(isBroken({ method: '', where: '', ...row })).toBe(broken)
  })
})
