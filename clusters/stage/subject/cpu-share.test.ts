import { expect, test } from 'vitest'
import { CpuShare } from './cpu-share.ts'

test('requests have their CPU time one after the other', () => {
  const share = new CpuShare()
  expect([share.wait(0, 4, 0.5), share.wait(0, 4, 0.5), share.wait(12, 4, 0.5)]).toEqual([8, 16, 12])
  expect(share.wait(1000, 4, 0.05)).toBe(80)
})
