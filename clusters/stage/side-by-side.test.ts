import { expect, test } from 'vitest'
import { sideBySideOn } from './side-by-side.ts'

test.each([
  ['two cores', { cores: 2, memoryBytes: 8e9 }, 2],
  ['a small laptop, by its memory', { cores: 8, memoryBytes: 6e9 }, 2],
  ['almost nothing', { cores: 1, memoryBytes: 1e9 }, 1],
  ['a large machine, by the pods of one node', { cores: 64, memoryBytes: 256e9 }, 6],
])('%s', (_, machine, expected) => {
  expect(sideBySideOn(machine)).toBe(expected)
})
