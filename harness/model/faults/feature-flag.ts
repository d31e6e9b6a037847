import { harmless } from '../behaviour.ts'
import type { Fault } from '../fault.ts'

export const featureFlag: Fault = {
  kind: 'feature-flag',
  breaks:
    'what a flag switches on fails a share of requests and slows the others, in every version and without a deploy',
  cause: 'flag',
  parameters: {
    errorRatio: { unit: 'ratio', min: 0, max: 1 },
    latencyFactor: { unit: 'factor', min: 1, max: 50 },
  },
  target: 'env',
  behaviour: ({ errorRatio = 0, latencyFactor = 1 }) => ({ ...harmless, errorRatio, latencyFactor }),
}
