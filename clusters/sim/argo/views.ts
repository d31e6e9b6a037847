import {
  type AnalysisRunView,
  irreversibleAnnotation,
  type PodView,
  type RolloutView,
} from '../../../harness/model/observation.ts'
import { findReplicaSet } from '../kubernetes/state.ts'
import type { AnalysisRun } from './analysis-run.ts'
import { stepsOf } from './spec.ts'
import type { EmittedEvent, RolloutState, RolloutStatus } from './state.ts'

/** Something that a watcher of the API saw change, as it was right after the change. */
export type RolloutChange =
  | { readonly type: 'rollout.changed'; readonly rollout: RolloutView }
  | { readonly type: 'analysisRun.changed'; readonly run: AnalysisRunView }
  | { readonly type: 'pod.changed'; readonly pod: PodView }

export function rolloutView(state: RolloutState): RolloutView {
  const { status } = state
  return {
    name: state.metadata.name,
    phase: status.phase,
    message: status.message,
    revision: state.revision,
    currentHash: status.currentPodHash,
    stableHash: status.stableHash,
    currentStepIndex: status.currentStepIndex ?? 0,
    stepCount: stepsOf(state.spec).length,
    updatedReplicas: status.updatedReplicas,
    updatedAvailable: findReplicaSet(state.kubernetes, status.currentPodHash)?.availableReplicas ?? 0,
    replicas: status.replicas,
    aborted: status.abort,
    held: state.spec.paused === true,
    irreversible: state.metadata.annotations?.[irreversibleAnnotation] === 'true',
  }
}

/**
 * A run as its watcher sees it. `dryRun` of a metric is what the manifests say, also where the state runs every metric dry: the view
 * is the same in both, until the run's phase is.
 */
function analysisRunView(run: AnalysisRun): AnalysisRunView {
  const metrics = run.spec.metrics.map(({ name, dryRun }) => {
    const result = run.results.find(one => one.name === name)
    return { name, phase: result?.phase ?? 'Pending', dryRun }
  })
  const { name, kind, podTemplateHash, message } = run
  return { name, kind, podTemplateHash, phase: run.phase === '' ? 'Pending' : run.phase, message, metrics }
}

const statuses = new WeakMap<RolloutView, RolloutStatus>()

/** The whole status that a view in the list of changes was taken of. */
export function statusBehind(view: RolloutView): RolloutStatus | undefined {
  return statuses.get(view)
}

export function pushRolloutChange(state: RolloutState): void {
  const rollout = rolloutView(state)
  statuses.set(rollout, state.status)
  state.changes.push({ type: 'rollout.changed', rollout })
}

export function pushRunChange(state: RolloutState, run: AnalysisRun): void {
  state.changes.push({ type: 'analysisRun.changed', run: analysisRunView(run) })
}

/** Everything that changed since the last call, pods first, and empties the list. */
export function drainChanges(state: RolloutState): RolloutChange[] {
  const { changedPods } = state.kubernetes
  if (changedPods.length === 0 && state.changes.length === 0) return []
  const changes: RolloutChange[] = changedPods.map(pod => ({ type: 'pod.changed', pod }))
  changes.push(...state.changes)
  state.kubernetes.changedPods = []
  state.changes = []
  return changes
}

/** The Events emitted since the last call, in order, and empties the list. */
export function drainEvents(state: RolloutState): EmittedEvent[] {
  const { events } = state
  if (events.length > 0) state.events = []
  return events
}
