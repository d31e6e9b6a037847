import { harmless } from '../behaviour.ts'
import type { Fault } from '../fault.ts'

export const connectionLeak: Fault = {
  kind: 'connection-leak',
  breaks:
    'requests now and then leave a worker waiting for ever; when none is left nothing is answered, long after promotion',
  cause: 'worker leak',
  parameters: { leakedWorkersPerRequest: { unit: 'ratio', min: 0.00001, max: 0.1 } },
  target: 'env',
  behaviour: ({ leakedWorkersPerRequest = 0 }) => ({ ...harmless, leakedWorkersPerRequest }),
}
