import { harmless } from '../behaviour.ts'
import type { Fault } from '../fault.ts'

export const oneRoute: Fault = {
  kind: 'one-route',
  breaks: 'a share of the requests of one route is answered with 500',
  cause: 'route errors',
  parameters: { errorRatio: { unit: 'ratio', min: 0.001, max: 1 } },
  names: { route: 'route' },
  target: 'env',
  behaviour: ({ errorRatio = 0 }, { route = '' }) => ({ ...harmless, errorRatio, route }),
}
