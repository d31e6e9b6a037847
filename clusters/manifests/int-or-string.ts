import type { IntOrString } from './argo-types.ts'

/** The number; 0 for text that is none, and for nothing (k8s.io/apimachinery, IntOrString.IntValue). */
export function intValue(value: IntOrString | undefined): number {
  if (typeof value === 'number') return value
  return value !== undefined && /^[+-]?\d+$/.test(value) ? Number(value) : 0
}
