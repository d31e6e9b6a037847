import { expect, test } from 'vitest'
import { sparkline } from './sparkline.ts'

test.each([
  ['nothing', [], ''],
  ['where there is no value, nothing is drawn', [null, 0, null], ' ▁ '],
  ['the lowest bar is 0 alone, however little there is', [0, 0.0001, 0.01], '▁▂▂'],
  ['bars grow evenly to the top', [0, 1 / 7, 2 / 7, 3 / 7, 4 / 7, 5 / 7, 6 / 7, 1], '▁▂▃▄▅▆▇█'],
  ['what is above the top stays at it', [1, 2, Infinity], '███'],
])('%s', (_, values, drawn) => {
  expect(sparkline(values, 1)).toBe(drawn)
})
