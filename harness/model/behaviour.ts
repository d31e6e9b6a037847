/**
 * What a released version does to its requests and to itself, beyond what the service always does. With the references of release.ts
 * this is all that a fault may change: the simulator draws from it, the subject on a real cluster decodes it at start and plays it.
 */
export interface Behaviour {
  /** Share of otherwise good requests that are answered with 500, 0 to 1. */
  readonly errorRatio: number
  /** The service's own part of every request takes this many times as long, at least 1. */
  readonly latencyFactor: number
  /** A share of requests takes `tailFactor` times as long in all; 0 to 1, and at least 1. */
  readonly tailRatio: number
  readonly tailFactor: number
  /** Share of requests that are never answered: the client gives up, nothing is counted. */
  readonly hangRatio: number
  /** Only requests of this route, of this tenant, are broken by the five above; empty: all of them. */
  readonly route: string
  readonly tenant: string
  /** The process exits with code 1 this long after its start; null: it does not. */
  readonly exitAfterMs: number | null
  /** Memory that is never given back, in KiB for each request that the process has served. */
  readonly leakedKiBPerRequest: number
  /** Workers that never come back, for each request that the process has served. */
  readonly leakedWorkersPerRequest: number
  /** A request takes this many times as much CPU, at least 1. */
  readonly cpuFactor: number
  /** Share of its workers and of its CPU limit that the process can use, above 0, at most 1. */
  readonly capacityFactor: number
  /** Calls to this service that were not made before, on average for each request; empty: none. */
  readonly extraCallsTo: string
  readonly extraCallsPerRequest: number
  /** Lines of a warning that are written for each request, which makes the service's own part take `warningTimeFactor` times as long. */
  readonly warningsPerRequest: number
  readonly warningTimeFactor: number
  /** Timeout of each call to another service; null: the one of the topology. */
  readonly callTimeoutMs: number | null
}

export const harmless: Behaviour = {
  errorRatio: 0,
  latencyFactor: 1,
  tailRatio: 0,
  tailFactor: 1,
  hangRatio: 0,
  route: '',
  tenant: '',
  exitAfterMs: null,
  leakedKiBPerRequest: 0,
  leakedWorkersPerRequest: 0,
  cpuFactor: 1,
  capacityFactor: 1,
  extraCallsTo: '',
  extraCallsPerRequest: 0,
  warningsPerRequest: 0,
  warningTimeFactor: 1,
  callTimeoutMs: null,
}

/** What differs from harmless behaviour, in the order of the type. */
export function deviations(behaviour: Behaviour): Partial<Behaviour> {
  const keys = Object.keys(harmless) as (keyof Behaviour)[]
  return Object.fromEntries(keys.filter(key => behaviour[key] !== harmless[key]).map(key => [key, behaviour[key]]))
}

/** The behaviour with these deviations; where there are none, `harmless` itself, so that a look at it tells. */
export function behaviourOf(deviating: Partial<Behaviour>): Behaviour {
  return Object.keys(deviating).length === 0 ? harmless : { ...harmless, ...deviating }
}

/** Both at once; where they speak of the same thing the second one holds. */
export function combined(first: Behaviour, second: Behaviour): Behaviour {
  return behaviourOf({ ...deviations(first), ...deviations(second) })
}

const warnings: Partial<Behaviour> = {
  warningsPerRequest: harmless.warningsPerRequest,
  warningTimeFactor: harmless.warningTimeFactor,
}

/** The same where the warnings are not written. */
export function withoutWarnings(behaviour: Behaviour): Behaviour {
  return behaviour.warningsPerRequest === 0 ? behaviour : behaviourOf(deviations({ ...behaviour, ...warnings }))
}
