import { harmless } from '../behaviour.ts'
import type { Fault } from '../fault.ts'

export const badValue: Fault = {
  kind: 'bad-value',
  breaks: 'the timeout of calls to other services is set too short, so that slow answers become errors',
  cause: 'short timeout',
  parameters: { callTimeoutMs: { unit: 'ms', min: 1, max: 60_000 } },
  target: 'setting',
  behaviour: ({ callTimeoutMs = 60_000 }) => ({ ...harmless, callTimeoutMs }),
}
