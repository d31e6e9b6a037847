import type { Behaviour } from '../../../harness/model/behaviour.ts'

/** How one request ended. */
export interface Outcome {
  /** null: it was never answered. */
  readonly code: 200 | 500 | null
  readonly latencyMs: number
  /** It would have ended otherwise without the fault. */
  readonly touched: boolean
}

/** What a version's behaviour makes of a request. */
export interface Fate {
  /** null: it is never answered, and keeps its worker until the client gives up. */
  readonly code: 200 | 500 | null
  /** The service's own part takes this many times as long. */
  readonly ownFactor: number
  /** All of it takes this many times as long. */
  readonly totalFactor: number
  readonly touched: boolean
}

/** Three draws from [0, 1). */
export interface Luck {
  readonly hang: number
  readonly error: number
  readonly tail: number
}

/** What becomes of a request that would have been answered with `baseCode`: of the good ones some hang, and of the others some fail. */
export function fateOf(behaviour: Behaviour, baseCode: 200 | 500, luck: Luck): Fate {
  const { hangRatio, errorRatio, tailRatio, latencyFactor, warningTimeFactor } = behaviour
  const hangs = baseCode === 200 && luck.hang < hangRatio
  const fails = baseCode === 200 && !hangs && luck.error < errorRatio
  const isTail = luck.tail < tailRatio
  const ownFactor = latencyFactor * warningTimeFactor
  return {
    code: hangs ? null : fails ? 500 : baseCode,
    ownFactor,
    totalFactor: isTail ? behaviour.tailFactor : 1,
    touched: hangs || fails || isTail || ownFactor > 1 || changesEveryRequest(behaviour),
  }
}

function changesEveryRequest({ cpuFactor, extraCallsPerRequest }: Behaviour): boolean {
  return cpuFactor > 1 || extraCallsPerRequest > 0
}

/**
 * A lognormal draw by the Box-Muller transform.
 * @param uniforms two draws from [0, 1)
 */
export function lognormal(median: number, sigma: number, uniforms: readonly [number, number]): number {
  const normal = Math.sqrt(-2 * Math.log(1 - uniforms[0])) * Math.cos(2 * Math.PI * uniforms[1])
  return median * Math.exp(sigma * normal)
}
