import { harmless } from '../behaviour.ts'
import type { Fault } from '../fault.ts'

export const hang: Fault = {
  kind: 'hang',
  breaks: 'a share of requests is never answered: clients time out, no counter moves',
  cause: 'stalled requests',
  parameters: { hangRatio: { unit: 'ratio', min: 0.001, max: 1 } },
  target: 'env',
  behaviour: ({ hangRatio = 0 }) => ({ ...harmless, hangRatio }),
}
