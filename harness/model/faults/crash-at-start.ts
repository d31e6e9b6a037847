import { harmless } from '../behaviour.ts'
import type { Fault } from '../fault.ts'

export const crashAtStart: Fault = {
  kind: 'crash-at-start',
  breaks: 'the process exits shortly after it starts, and again after every restart',
  cause: 'crash',
  parameters: { exitAfterMs: { unit: 'ms', min: 0, max: 60_000 } },
  target: 'env',
  behaviour: ({ exitAfterMs = 0 }) => ({ ...harmless, exitAfterMs: Math.round(exitAfterMs) }),
}
