import { harmless } from '../behaviour.ts'
import type { Fault } from '../fault.ts'

export const oneTenant: Fault = {
  kind: 'one-tenant',
  breaks: 'a share of the requests of one tenant is answered with 500',
  cause: 'errors',
  parameters: { errorRatio: { unit: 'ratio', min: 0.001, max: 1 } },
  names: { tenant: 'tenant' },
  target: 'env',
  behaviour: ({ errorRatio = 0 }, { tenant = '' }) => ({ ...harmless, errorRatio, tenant }),
}
