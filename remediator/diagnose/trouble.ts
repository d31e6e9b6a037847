import type { Alarm } from '../../harness/model/effect.ts'
import type { Look } from '../../harness/model/look.ts'
import type { PodView, RolloutView } from '../../harness/model/observation.ts'
import type { FlagChange } from '../seen.ts'

/** What a diagnosis is about. */
export interface Trouble {
  readonly incident: string
  readonly openedAtMs: number
  /** Pod template hash that is called bad; null: trouble that no revision is blamed for. */
  readonly blames: string | null
  /** The version before the one that rolls out. */
  readonly stableHash: string
  readonly alarms: readonly Alarm[]
  /** Argo Rollouts aborted by itself. */
  readonly byArgo: boolean
  /** What of its analysis ended badly, where Argo says so. */
  readonly failedMetric?: FailedMetric | undefined
}

export interface FailedMetric {
  readonly template: string
  readonly metric: string
  /** `Error`: it could not be measured. */
  readonly phase: 'Failed' | 'Error' | 'Inconclusive'
}

/** What the engine has seen by itself. */
export interface DiagnosisFacts {
  readonly nowMs: number
  readonly service: string
  readonly rollout: RolloutView | null
  /** The latest ones, oldest first. */
  readonly looks: readonly Look[]
  readonly pods: Readonly<Record<string, PodView>>
  /** Finite upper bounds of the latency buckets. */
  readonly upperBoundsS: readonly number[]
  /** When the version that rolls out came; null: nothing was deployed. */
  readonly deployedAtMs: number | null
  readonly flagChanges: readonly FlagChange[]
  /** Tool calls that the budget has left. */
  readonly toolCallsLeft: number
}
