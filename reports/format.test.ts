import { expect, test } from 'vitest'
import { formatCount, formatRate, formatRatio, formatSeconds } from './format.ts'

test.each([
  [null, '–'],
  [0, '0%'],
  [0.0004, '0.04%'],
  [0.003333, '0.3%'],
  [0.5, '50%'],
  [0.9867, '98.7%'],
  [0.9998, '99.98%'],
  [0.999999, '99.99%'],
  [1, '100%'],
])('the ratio %s is %s', (ratio, text) => {
  expect(formatRatio(ratio)).toBe(text)
})

test('a rate has its interval unless there is none', () => {
  expect(formatRate({ value: 0.9867, low: 0.9662, high: 0.9948 })).toBe('98.7% 96.6–99.5')
  expect(formatRate({ value: 0.5, low: null, high: null })).toBe('50%')
  expect(formatRate({ value: null, low: null, high: null })).toBe('–')
})

test.each([
  [null, '–'],
  [0, '0s'],
  [0.04, '0s'],
  [5.12, '5.1s'],
  [9.99, '10s'],
  [43.4, '43s'],
  [59.6, '1m'],
  [104, '1m44s'],
  [9240, '2h34m'],
  [9269, '2h34m'],
])('%s seconds are %s', (seconds, text) => {
  expect(formatSeconds(seconds)).toBe(text)
})

test.each([
  [null, '–'],
  [0, '0'],
  [0.31, '0.3'],
  [212.4, '212'],
])('the mean count %s is %s', (count, text) => {
  expect(formatCount(count)).toBe(text)
})
