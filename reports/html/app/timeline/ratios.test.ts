import { expect, test } from 'vitest'
import { ratios, roundShare } from './ratios.ts'

test('a ratio is over the looks of the last half minute', () => {
  const toMs = Array.from({ length: 10 }, (_, i) => (i + 1) * 5000)
  const series = {
    toMs,
    requests: toMs.map(() => 100),
    errors: toMs.map((_, i) => (i === 0 ? 60 : 0)),
    slow: toMs.map(() => 5),
  }
  const errors = ratios(series, 'errors').map(([, ratio]) => ratio)
  expect(errors[0]).toBe(0.6)
  expect(errors[5]).toBe(0.1)
  expect(errors[6]).toBe(0)
  expect(ratios(series, 'slow').every(([, ratio]) => ratio === 0.05)).toBe(true)
})

test('without looks the line has a gap, and begins anew', () => {
  const series = { toMs: [5000, 60_000], requests: [10, 10], errors: [10, 0], slow: [0, 0] }
  expect(ratios(series, 'errors')).toEqual([
    [5000, 1],
    [5000, null],
    [60_000, 0],
  ])
})

test('no request, no ratio', () => {
  expect(ratios({ toMs: [5000], requests: [0], errors: [0], slow: [0] }, 'errors')).toEqual([[5000, null]])
})

test.each([
  [0, 0.01],
  [0.011, 0.02],
  [0.3, 0.5],
  [0.51, 1],
])('%d is drawn up to %d', (share, top) => {
  expect(roundShare(share)).toBe(top)
})
