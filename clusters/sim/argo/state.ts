import type { AnalysisTemplate, ObjectMeta, RolloutSpec, Service } from '../../manifests/argo-types.ts'
import type { Autoscaler } from '../kubernetes/autoscaler.ts'
import { cloneKubernetesState, type KubernetesState } from '../kubernetes/state.ts'
import type { AnalysisRun } from './analysis-run.ts'
import type { RolloutChange } from './views.ts'

export type RolloutPhase = 'Progressing' | 'Paused' | 'Healthy' | 'Degraded'
export type PauseReason = 'CanaryPauseStep' | 'InconclusiveAnalysisRun'
export type ConditionType = 'InvalidSpec' | 'Available' | 'Progressing' | 'Paused' | 'Healthy' | 'Completed'

/** Times of the status have whole seconds, as the API stores them. */
export interface RolloutCondition {
  readonly type: ConditionType
  readonly status: 'True' | 'False' | 'Unknown'
  readonly reason: string
  readonly message: string
  readonly lastUpdateMs: number
}

export interface PauseCondition {
  readonly reason: PauseReason
  readonly startMs: number
}

/** What the Rollout's status remembers of its current run. */
export interface RunReference {
  readonly name: string
  readonly phase: AnalysisRun['phase']
  readonly message: string
}

/** `.status` of the Rollout. Replaced, never changed in place, so that one reconcile works on a snapshot. */
export interface RolloutStatus {
  readonly abort: boolean
  readonly abortedAtMs: number | null
  readonly pauseConditions: readonly PauseCondition[]
  readonly controllerPause: boolean
  readonly promoteFull: boolean
  readonly currentPodHash: string
  readonly stableHash: string
  /** The steps as text: the controller keeps a hash of them. Empty before the first reconcile. */
  readonly currentStepHash: string
  /** null where the canary has no steps. */
  readonly currentStepIndex: number | null
  readonly replicas: number
  readonly updatedReplicas: number
  readonly readyReplicas: number
  readonly availableReplicas: number
  readonly hpaReplicas: number
  readonly observedGeneration: number
  readonly conditions: readonly RolloutCondition[]
  /** The `spec.restartAt` whose restart is done; null before the first. */
  readonly restartedAtMs: number | null
  readonly stepRun: RunReference | null
  readonly backgroundRun: RunReference | null
  readonly phase: RolloutPhase
  readonly message: string
}

/** What the Rollout keeps with a ReplicaSet in annotations and template. */
export interface Revision {
  readonly podTemplateHash: string
  /** The template as text, by which the controller finds the ReplicaSet again. */
  readonly templateKey: string
  readonly template: RolloutSpec['template']
  /** `rollout.argoproj.io/desired-replicas`. */
  desiredReplicas: number
}

/** An Event of Kubernetes, as the controller emits it: none folded into a count, none dropped. */
export interface EmittedEvent {
  readonly t: number
  readonly object: 'Rollout' | 'AnalysisRun'
  readonly name: string
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly message: string
}

/**
 * One Rollout, its ReplicaSets, pods and AnalysisRuns, and what its controllers have queued. Plain data; specs and templates are
 * never changed, so that clones share them.
 */
export interface RolloutState {
  readonly metadata: ObjectMeta
  /** Runs are made from them; replaced, never changed in place. */
  templates: readonly AnalysisTemplate[]
  /** Undefined: the services that the spec names are taken to exist. */
  readonly services: readonly Service[] | undefined
  /**
   * `dryRun`: metrics are measured and assessed as ever, but no run fails by them, as if every metric were named under `dryRun`.
   * May be switched between two events.
   */
  analysis: 'live' | 'dryRun'
  spec: RolloutSpec
  /** `spec.restartAt`, a whole second: pods that are older are to be restarted. Of the manifest's own no pod of a trial is older. */
  restartAtMs: number | null
  /** What scales the Rollout; null: nothing does. */
  autoscaler: Autoscaler | null
  /** Counts changes of the spec. */
  generation: number
  templateKey: string
  stepsKey: string
  /** Why the controller refuses the spec; null when it does not. */
  invalidSpec: string | null
  /** `rollout.argoproj.io/revision` of the Rollout; 0 before the first. */
  revision: number
  status: RolloutStatus
  /** In order of creation, parallel to `kubernetes.replicaSets`. */
  revisions: Revision[]
  kubernetes: KubernetesState
  /** In order of creation. */
  runs: AnalysisRun[]
  /** Metrics, other than those that the manifests run dry, that completed Failed, Error or Inconclusive so far. */
  badMetrics: number
  /** Time of the pass that is queued because something changed; null when there is none. */
  reconcileAtMs: number | null
  /** Time of the pass that the controller asked for by itself; null when there is none. */
  requeueAtMs: number | null
  /** Not yet drained. */
  events: EmittedEvent[]
  /** Not yet drained. */
  changes: RolloutChange[]
}

/** A copy that shares only what is never changed. */
export function cloneRolloutState(state: RolloutState): RolloutState {
  return {
    ...state,
    revisions: state.revisions.map(revision => ({ ...revision })),
    kubernetes: cloneKubernetesState(state.kubernetes),
    runs: state.runs.map(run => ({ ...run, results: run.results.map(result => ({ ...result })) })),
    events: state.events.slice(),
    changes: state.changes.slice(),
  }
}
