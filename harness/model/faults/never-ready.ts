import { harmless } from '../behaviour.ts'
import type { Fault } from '../fault.ts'

export const neverReady: Fault = {
  kind: 'never-ready',
  breaks: 'the readiness probe asks for a path that is not there: new pods run and never become Ready',
  cause: 'wrong probe path',
  parameters: {},
  target: 'probePath',
  behaviour: () => harmless,
}
