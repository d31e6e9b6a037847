import type { Behaviour } from '../../../harness/model/behaviour.ts'

/** How one request ended. */
export interface Outcome {
  readonly code: 200 | 500
  readonly latencyMs: number
  /** It would have ended otherwise without the fault. */
  readonly touched: boolean
}

/**
 * Plays a version's behaviour on a request that would have ended with `baseCode` after `baseLatencyMs`.
 * @param uniform a draw from [0, 1)
 */
export function playBehaviour(
  behaviour: Behaviour,
  baseCode: 200 | 500,
  baseLatencyMs: number,
  uniform: number,
): Outcome {
  const failed = baseCode === 200 && uniform < behaviour.errorRatio
  return {
    code: failed ? 500 : baseCode,
    latencyMs: baseLatencyMs * behaviour.latencyFactor,
    touched: failed || behaviour.latencyFactor > 1,
  }
}

/**
 * A lognormal draw by the Box-Muller transform.
 * @param uniforms two draws from [0, 1)
 */
export function lognormal(median: number, sigma: number, uniforms: readonly [number, number]): number {
  const normal = Math.sqrt(-2 * Math.log(1 - uniforms[0])) * Math.cos(2 * Math.PI * uniforms[1])
  return median * Math.exp(sigma * normal)
}
