import { expect, test } from 'vitest'
import { containerLimits } from './container-limits.ts'

test.each([
  ['none', undefined, [null, null, null]],
  ['both', { requests: { cpu: '250m' }, limits: { cpu: '1', memory: '1Ki' } }, [0.25, 1, 1024]],
  ['a limit alone is the request too', { limits: { cpu: '500m' } }, [0.5, 0.5, null]],
  ['limits of 0 are none', { requests: { cpu: '0' }, limits: { cpu: '0', memory: '0' } }, [null, null, null]],
  ['a limit below the least quota', { limits: { cpu: '1m' } }, [0.001, 0.01, null]],
])('%s', (_, resources, expected) => {
  const { cpuRequest, cpuLimit, memoryLimitBytes } = containerLimits(resources === undefined ? {} : { resources })
  expect([cpuRequest, cpuLimit, memoryLimitBytes]).toEqual(expected)
})
