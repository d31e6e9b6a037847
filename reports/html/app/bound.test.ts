import { expect, test } from 'vitest'
import { parseBound } from './bound.ts'

test.each([
  ['at least 95 %', { amount: 0.95, passes: 'above' }],
  ['below 1 %', { amount: 0.01, passes: 'below' }],
  ['at most 5m', { amount: 300, passes: 'below' }],
  ['below 1m30s', { amount: 90, passes: 'below' }],
  ['above 1h5m', { amount: 3900, passes: 'above' }],
  ['at most 0.01 an hour', { amount: 0.01, passes: 'below' }],
  ['at most 20000', { amount: 20_000, passes: 'below' }],
  ['at most 1500ms', { amount: 1.5, passes: 'below' }],
  ['well', undefined],
])('%j is a bound', (text, bound) => {
  expect(parseBound(text)).toEqual(bound)
})
