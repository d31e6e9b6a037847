import { harmless } from '../behaviour.ts'
import type { Fault } from '../fault.ts'

export const tightThreshold: Fault = {
  kind: 'tight-threshold',
  breaks: 'the limit of a metric lies below what a good version has, so that its analysis calls every release bad',
  cause: 'tight threshold',
  parameters: { limit: { unit: 'ratio', min: 0.0001, max: 1 } },
  target: 'env',
  behaviour: () => harmless,
  analysis: ({ limit = 1 }) => ({ kind: 'limit', limit }),
}
