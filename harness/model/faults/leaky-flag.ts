import { harmless } from '../behaviour.ts'
import type { Fault } from '../fault.ts'

export const leakyFlag: Fault = {
  kind: 'leaky-flag',
  breaks: 'what a flag switches on keeps a worker now and then for as long as the flag is on, in every version',
  cause: 'flag',
  parameters: { leakedWorkersPerRequest: { unit: 'ratio', min: 0.00001, max: 0.1 } },
  target: 'env',
  behaviour: ({ leakedWorkersPerRequest = 0 }) => ({ ...harmless, leakedWorkersPerRequest }),
}
