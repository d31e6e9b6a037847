import { harmless } from '../behaviour.ts'
import type { Fault } from '../fault.ts'

export const costlyFlag: Fault = {
  kind: 'costly-flag',
  breaks: 'what a flag switches on calls another service many times for each request, in every version',
  cause: 'flag',
  parameters: { extraCallsPerRequest: { unit: 'count', min: 0.01, max: 1000 } },
  names: { service: 'service' },
  target: 'env',
  behaviour: ({ extraCallsPerRequest = 0 }, { service = '' }) => ({
    ...harmless,
    extraCallsPerRequest,
    extraCallsTo: service,
  }),
}
