/** The four types of PromQL values, named as Prometheus' messages name them. */
export type ValueType = 'scalar' | 'string' | 'instant vector' | 'range vector'

export interface Signature {
  readonly args: readonly ValueType[]
  readonly returns: ValueType
}

/** Every function that is evaluated (Prometheus v3.5.0, promql/parser/functions.go). */
export const signatures: ReadonlyMap<string, Signature> = new Map<string, Signature>([
  ['rate', { args: ['range vector'], returns: 'instant vector' }],
  ['irate', { args: ['range vector'], returns: 'instant vector' }],
  ['increase', { args: ['range vector'], returns: 'instant vector' }],
  ['histogram_quantile', { args: ['scalar', 'instant vector'], returns: 'instant vector' }],
  ['clamp', { args: ['instant vector', 'scalar', 'scalar'], returns: 'instant vector' }],
  ['clamp_min', { args: ['instant vector', 'scalar'], returns: 'instant vector' }],
  ['clamp_max', { args: ['instant vector', 'scalar'], returns: 'instant vector' }],
  ['absent', { args: ['instant vector'], returns: 'instant vector' }],
  ['scalar', { args: ['instant vector'], returns: 'scalar' }],
  ['vector', { args: ['scalar'], returns: 'instant vector' }],
  ['time', { args: [], returns: 'scalar' }],
])
