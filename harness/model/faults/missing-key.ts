import { harmless } from '../behaviour.ts'
import type { Fault } from '../fault.ts'

export const missingKey: Fault = {
  kind: 'missing-key',
  breaks: 'the pod refers to a key that its ConfigMap does not have: no new container is ever created',
  cause: 'missing configuration key',
  parameters: {},
  target: 'configKey',
  behaviour: () => harmless,
}
