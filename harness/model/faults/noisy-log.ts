import { harmless } from '../behaviour.ts'
import type { Fault } from '../fault.ts'

export const noisyLog: Fault = {
  kind: 'noisy-log',
  breaks: 'every request writes warnings to the log and waits for that, in every version',
  cause: 'noisy log',
  parameters: {
    linesPerRequest: { unit: 'count', min: 0.01, max: 100 },
    latencyFactor: { unit: 'factor', min: 1, max: 50 },
  },
  target: 'env',
  behaviour: ({ linesPerRequest = 0, latencyFactor = 1 }) => ({
    ...harmless,
    warningsPerRequest: linesPerRequest,
    warningTimeFactor: latencyFactor,
  }),
}
