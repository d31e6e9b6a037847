import { harmless } from '../behaviour.ts'
import type { Fault } from '../fault.ts'

export const errorRatio: Fault = {
  kind: 'error-ratio',
  breaks: 'a share of requests is answered with 500',
  cause: 'errors',
  parameters: { errorRatio: { unit: 'ratio', min: 0.001, max: 1 } },
  target: 'env',
  behaviour: ({ errorRatio = 0 }) => ({ ...harmless, errorRatio }),
}
