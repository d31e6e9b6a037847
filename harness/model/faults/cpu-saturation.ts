import { harmless } from '../behaviour.ts'
import type { Fault } from '../fault.ts'

export const cpuSaturation: Fault = {
  kind: 'cpu-saturation',
  breaks: 'every request needs many times the CPU, so that the pods run into their limit',
  cause: 'CPU hunger',
  parameters: { cpuFactor: { unit: 'factor', min: 1, max: 200 } },
  target: 'env',
  behaviour: ({ cpuFactor = 1 }) => ({ ...harmless, cpuFactor }),
}
