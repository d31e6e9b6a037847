/**
 * What a released version does to its requests and to itself, beyond what the service always does. This is all that a fault may
 * change: the simulator draws from it, the subject on a real cluster decodes it at start and plays it.
 */
export interface Behaviour {
  /** Share of otherwise good requests that are answered with 500, 0 to 1. */
  readonly errorRatio: number
  /** Every request takes this many times as long, at least 1. */
  readonly latencyFactor: number
  /** The process exits with code 1 this long after its start; null: it does not. */
  readonly exitAfterMs: number | null
}

export const harmless: Behaviour = { errorRatio: 0, latencyFactor: 1, exitAfterMs: null }
