import { type Behaviour, combined, harmless, withoutWarnings } from '../../../harness/model/behaviour.ts'
import type { Configuration } from './configuration.ts'
import { logMessages } from './log.ts'

/**
 * What befalls a process from outside its release, as the harness tells it while it runs: nothing of it stands in the cluster, where
 * others could read it.
 */
export interface Orders {
  /** Over the version's own. */
  readonly behaviour: Partial<Behaviour>
  /** Share of otherwise good requests that fail, whoever sent them; and, with `unready`, the probes too. */
  readonly errorRatio: number
  readonly unready: boolean
  readonly timeFactor: number
  /** Share of the workers that is left, above 0. */
  readonly capacityFactor: number
  /** From its first Ready on it is slow by `1 + (factor - 1) e^(-age / timeConstant)`. */
  readonly warmUp: { readonly factor: number; readonly timeConstantMs: number } | null
  readonly refusesScrapes: boolean
  /** Requests that it had served before the trial. */
  readonly servedBefore: number
  /** Messages of which it writes no line. */
  readonly quieted: readonly string[]
}

export const noOrders: Orders = {
  behaviour: {},
  errorRatio: 0,
  unready: false,
  timeFactor: 1,
  capacityFactor: 1,
  warmUp: null,
  refusesScrapes: false,
  servedBefore: 0,
  quieted: [],
}

/** What the version does now. */
export function behaviourUnder({ behaviour }: Pick<Configuration, 'behaviour'>, orders: Orders): Behaviour {
  const now = combined(behaviour, { ...harmless, ...orders.behaviour })
  return orders.quieted.includes(logMessages.deprecated) ? withoutWarnings(now) : now
}

/** How many times as long requests take for no fault of the release. @param ageMs since the process was first Ready */
export function slownessOf({ timeFactor, warmUp }: Orders, ageMs: number): number {
  if (warmUp === null) return timeFactor
  return timeFactor * (1 + (warmUp.factor - 1) * Math.exp(-ageMs / warmUp.timeConstantMs))
}
