import { harmless } from '../behaviour.ts'
import type { Fault } from '../fault.ts'

export const silentAnalysis: Fault = {
  kind: 'silent-analysis',
  breaks: 'Prometheus does not answer while a good version is analysed, which counts against the version',
  cause: 'silent telemetry',
  parameters: { silentMs: { unit: 'ms', min: 1000, max: 3_600_000 } },
  target: 'env',
  behaviour: () => harmless,
  analysis: ({ silentMs = 0 }) => ({ kind: 'silence', silentMs }),
}
