import { expect, test } from 'vitest'
import { lateLook } from './late-look.ts'

test.each([
  [60_000, undefined],
  [65_000, undefined],
  [66_300, 'the look at 60 s came 6.3 s late: this machine carries fewer trials at once'],
])('the look of 60 s at %i', (atMs, told) => {
  expect(lateLook(60_000, atMs, 5000)).toBe(told)
})
