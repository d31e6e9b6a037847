import { expect, test } from 'vitest'
import { quantity } from './quantity.ts'

test.each([
  // Examples of the Kubernetes documentation, "Resource units in Kubernetes".
  ['0.1', 0.1],
  ['100m', 0.1],
  ['1', 1],
  ['128974848', 128_974_848],
  ['129e6', 129_000_000],
  ['129M', 129_000_000],
  ['128974848000m', 128_974_848],
  ['123Mi', 128_974_848],
  ['64Mi', 67_108_864],
  ['1Ki', 1024],
  ['1k', 1000],
  ['1.5Gi', 1_610_612_736],
  ['500u', 0.0005],
  ['.5', 0.5],
  ['2.', 2],
  ['1E3', 1000],
  ['1E', 1e18],
  ['+3', 3],
  ['-1', -1],
])('%s is %f', (text, number) => {
  expect(quantity(text)! / number).toBeCloseTo(1, 12)
})

test('a number stands for itself, and nothing for nothing', () => {
  expect(quantity(2)).toBe(2)
  expect(quantity(0)).toBe(0)
  expect(quantity(undefined)).toBe(undefined)
})

test.each(['', 'm', '1K', '1mi', '1 Gi', '1.2.3', 'ten', '0x10', '1e', '1Gib'])('%j is no quantity', text => {
  expect(quantity(text)).toBe(undefined)
})
