import type { Level } from '../../harness/model/effect.ts'
import type { Look } from '../../harness/model/look.ts'
import type { PodView, RolloutView } from '../../harness/model/observation.ts'
import type { Call } from '../../harness/model/tool.ts'

/** What somebody asks for. Nothing in it is believed: the action is parsed strictly, and judged by `GateFacts` alone. */
export interface GateRequest {
  readonly incident: string
  readonly action: unknown
  readonly proposedBy: 'engine'
}

/** What the gate knows by itself, from its own observations and never from the request. Null means unknown, and denies what needs it. */
export interface GateFacts {
  /** Its own clock: trial time. */
  readonly nowMs: number
  /** From configuration. */
  readonly level: Level
  /** `replicas` is what its spec asks for. */
  readonly rollout: RolloutView | null
  readonly namespace: string
  /** The service under test. */
  readonly service: string
  readonly pods: Readonly<Record<string, PodView>>
  readonly graph: { readonly entry: string; readonly calls: readonly Call[] } | null
  readonly baseline: Baseline | null
  /**
   * Oldest first. Those of the last minutes tell how the services fare; widening a threshold also needs those in which the judged
   * version ran beside the stable one.
   */
  readonly looks: readonly Look[]
  /** Whether the audit log takes records. */
  readonly auditOk: boolean
  /** Pod template hashes that something blamed on their own evidence: another detector than the analysis whose limit is in question. */
  readonly blamed: readonly string[]
  /** Log messages of the service, as the gate read them. */
  readonly messages: readonly { readonly message: string; readonly level: 'info' | 'warn' | 'error' }[]
}

/** What a person approved, pinned at the start. The engine can change none of it. */
export interface Baseline {
  readonly replicas: number
  /** Replicas at most, of an autoscaler say. */
  readonly maxReplicas: number
  readonly thresholds: readonly BaselineThreshold[]
}

export interface BaselineThreshold {
  readonly template: string
  readonly metric: string
  readonly limit: number
  /** A metric fails above its limit (an error ratio), or below it (a success ratio). */
  readonly fails: 'above' | 'below'
  /** The limit is the service's own objective, which nobody widens but people. */
  readonly isObjective: boolean
}
