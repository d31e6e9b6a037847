import { harmless } from '../behaviour.ts'
import type { Fault } from '../fault.ts'

export const latency: Fault = {
  kind: 'latency',
  breaks: 'every request takes several times as long',
  cause: 'slow requests',
  parameters: { latencyFactor: { unit: 'factor', min: 1, max: 50 } },
  target: 'env',
  behaviour: ({ latencyFactor = 1 }) => ({ ...harmless, latencyFactor }),
}
