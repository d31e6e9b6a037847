import { harmless } from '../behaviour.ts'
import type { Fault } from '../fault.ts'

export const extraCalls: Fault = {
  kind: 'extra-calls',
  breaks: 'every request makes many more calls to another service, which it overloads for everybody',
  cause: 'extra calls',
  parameters: { extraCallsPerRequest: { unit: 'count', min: 0.01, max: 1000 } },
  names: { service: 'service' },
  target: 'env',
  behaviour: ({ extraCallsPerRequest = 0 }, { service = '' }) => ({
    ...harmless,
    extraCallsPerRequest,
    extraCallsTo: service,
  }),
}
