import type { Look } from './look.ts'
import type { ToolAnswer } from './tool.ts'

/** Annotation of a Rollout whose release cannot be taken back. */
export const irreversibleAnnotation = 'carmine.dev/irreversible'

/** What the engine may know of a Rollout: a reading of its spec and status as the API shows them. */
export interface RolloutView {
  readonly name: string
  readonly phase: 'Progressing' | 'Paused' | 'Healthy' | 'Degraded'
  readonly message: string
  /** `rollout.argoproj.io/revision` of the current template. */
  readonly revision: number
  /** Pod template hash of the version being rolled out. */
  readonly currentHash: string
  /** Pod template hash that an abort returns to; empty before the first promotion. */
  readonly stableHash: string
  readonly currentStepIndex: number
  readonly stepCount: number
  /** Pods of the current version that exist, and those that are available. */
  readonly updatedReplicas: number
  readonly updatedAvailable: number
  readonly replicas: number
  readonly aborted: boolean
  /** Somebody holds it at its step: `spec.paused`. */
  readonly held: boolean
  /** Its annotation `carmine.dev/irreversible` is `true`: the version before cannot be returned to, as after a migration of data. */
  readonly irreversible: boolean
}

export interface AnalysisRunView {
  readonly name: string
  readonly kind: 'Background' | 'Step'
  readonly podTemplateHash: string
  readonly phase: 'Pending' | 'Running' | 'Successful' | 'Failed' | 'Error' | 'Inconclusive'
  readonly message: string
  readonly metrics: readonly {
    readonly name: string
    readonly phase: AnalysisRunView['phase']
    readonly dryRun: boolean
  }[]
}

export interface PodView {
  readonly name: string
  readonly podTemplateHash: string
  /** `Failed`: evicted; its ReplicaSet counts it no more. */
  readonly phase: 'Pending' | 'Running' | 'Terminating' | 'Failed' | 'Gone'
  /** `status.containerStatuses[0].state.waiting.reason`, empty when it is not waiting. */
  readonly waitingReason: string
  readonly restarts: number
  readonly ready: boolean
  /** `status.containerStatuses[0].lastState.terminated.reason`, empty while no process of the pod has ended. */
  readonly lastTerminationReason: string
}

/** What the engine is told. It learns of the world by nothing else. */
export type Observation =
  | { readonly type: 'time.passed' }
  | { readonly type: 'look'; readonly look: Look }
  | { readonly type: 'rollout.changed'; readonly rollout: RolloutView }
  | { readonly type: 'analysisRun.changed'; readonly run: AnalysisRunView }
  | { readonly type: 'pod.changed'; readonly pod: PodView }
  /** A synthetic user's request through the entry: whether it was answered well and in time, and after how long. */
  | { readonly type: 'probe.answered'; readonly ok: boolean; readonly durationMs: number }
  | { readonly type: 'flag.changed'; readonly flag: string; readonly fromValue: string; readonly toValue: string }
  | { readonly type: 'tool.answered'; readonly effectId: string; readonly answer: ToolAnswer }
  | { readonly type: 'approval.answered'; readonly effectId: string; readonly answer: 'approved' | 'rejected' | 'none' }
  | {
      readonly type: 'pullRequest.changed'
      readonly effectId: string
      readonly number: number
      readonly state: 'opened' | 'changes requested' | 'merged' | 'closed' | 'released'
    }
  | { readonly type: 'effect.finished'; readonly effectId: string; readonly ok: boolean; readonly message: string }

/** Milliseconds of trial time, counted from the trial's start, and what was seen then. */
export type TimedObservation = Observation & { readonly t: number }
