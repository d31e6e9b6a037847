import { harmless } from '../behaviour.ts'
import type { Fault } from '../fault.ts'

export const memoryLeak: Fault = {
  kind: 'memory-leak',
  breaks: 'every request leaves memory behind until the kernel kills the process',
  cause: 'memory leak',
  parameters: { leakedKiBPerRequest: { unit: 'KiB', min: 1, max: 100_000 } },
  target: 'env',
  behaviour: ({ leakedKiBPerRequest = 0 }) => ({ ...harmless, leakedKiBPerRequest }),
}
