import type { AnalysisTemplate, Rollout, RolloutSpec, Service } from '../../manifests/argo-types.ts'

/** A sample as JSON can hold it: `"NaN"`, `"+Inf"` and `"-Inf"` are texts. */
export type SampleText = number | string

/** What Prometheus answers from `from` seconds on. */
export interface Signal {
  readonly from: number
  readonly value?: SampleText
  readonly values?: readonly SampleText[]
  readonly scalar?: SampleText
  readonly string?: string
  readonly empty?: true
  /** HTTP 500. */
  readonly error?: string
  /** HTTP 400 with this text. */
  readonly badRequest?: string
  /** Seconds before the answer. */
  readonly delay?: number
}

/** Part of a merge patch of the Rollout. */
export interface RolloutPatch {
  readonly spec?: Partial<RolloutSpec>
}

export interface CaseAction {
  /** Seconds after the update; absent in a set-up. */
  readonly at?: number
  readonly do: 'abort' | 'retry' | 'promote' | 'promote-full' | 'undo' | 'pause' | 'update' | 'scale' | 'terminate-run'
  readonly patch?: RolloutPatch
  readonly toRevision?: number
}

/** A pod of a recording, in seconds after the update; `rs` counts ReplicaSets from `r1`. */
export interface RecordedPod {
  readonly rs: string
  readonly created: number
  /** When it became ready, or each change of its readiness; null: never. */
  readonly ready?: number | readonly number[] | null
  readonly terminating?: number
  readonly gone?: number
  readonly restarts?: number
}

/** A story of one update: objects, what Prometheus says, what users do, and what the cluster decided when it was recorded. */
export interface CaseFile {
  readonly name: string
  readonly rollout: Rollout
  readonly services?: readonly Service[]
  readonly templates?: readonly AnalysisTemplate[]
  readonly setup?: readonly CaseAction[]
  /** Merge patch at 0; absent where an action begins the story. */
  readonly update?: RolloutPatch
  /** By metric name: the query up to its first brace. */
  readonly signals?: Readonly<Record<string, readonly Signal[]>>
  readonly actions?: readonly CaseAction[]
  /** Seconds watched. */
  readonly observe: number
  readonly conditionsOfRecording?: {
    /** Where in a second the update fell: times in the API are whole seconds. */
    readonly updateAtFractionOfSecond?: number | null
    /** Seconds until the update's patch returned. */
    readonly patchReturnedAfter?: number | null
    readonly pods?: readonly RecordedPod[] | null
  }
}
