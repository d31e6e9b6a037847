import { harmless } from '../behaviour.ts'
import type { Fault } from '../fault.ts'

export const capacity: Fault = {
  kind: 'capacity',
  breaks: 'each pod carries fewer requests than it has to when traffic grows',
  cause: 'lack of capacity',
  parameters: { capacityFactor: { unit: 'ratio', min: 0.001, max: 1 } },
  target: 'env',
  behaviour: ({ capacityFactor = 1 }) => ({ ...harmless, capacityFactor }),
}
