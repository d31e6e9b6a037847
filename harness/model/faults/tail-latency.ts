import { harmless } from '../behaviour.ts'
import type { Fault } from '../fault.ts'

export const tailLatency: Fault = {
  kind: 'tail-latency',
  breaks: 'a small share of requests takes many times as long: the p99 moves, the median does not',
  cause: 'slow tail',
  parameters: {
    tailRatio: { unit: 'ratio', min: 0.001, max: 0.5 },
    tailFactor: { unit: 'factor', min: 1, max: 200 },
  },
  target: 'env',
  behaviour: ({ tailRatio = 0, tailFactor = 1 }) => ({ ...harmless, tailRatio, tailFactor }),
}
