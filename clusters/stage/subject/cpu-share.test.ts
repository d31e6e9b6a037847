import { expect, test } from 'vitest'
import { CpuShare } from './cpu-share.ts'

test('what a period allows is there at once, and more as it comes', () => {
  const share = new CpuShare()
  expect(Array.from({ length: 4 }, () => share.wait(0, 4, 0.1))).toEqual([0, 0, 20, 60])
  expect(share.wait(160, 4, 0.1)).toBe(0)
})

test('a request that needs more than a period allows has it at once where the share is whole', () => {
  const share = new CpuShare()
  expect([share.wait(0, 80, 0.5), share.wait(0, 80, 0.5)]).toEqual([0, 160])
})
