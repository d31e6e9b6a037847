import {
  type AnalysisRunView,
  irreversibleAnnotation,
  type PodView,
  type RolloutView,
} from '../../harness/model/observation.ts'
import { type AnalysisRunObject, hashLabel, type PodObject, type RolloutObject } from './objects.ts'

/**
 * A Rollout as the engine sees it. A status that belongs to an older generation of the spec reads as Progressing, as in Argo
 * Rollouts v1.9.1, utils/rollout/rolloututil.go.
 * @param updatedAvailable ready pods of the current version; the status does not hold them
 */
export function rolloutView(rollout: RolloutObject, updatedAvailable: number): RolloutView {
  const { metadata, spec, status = {} } = rollout
  const observed = status.observedGeneration === String(metadata.generation)
  return {
    name: metadata.name,
    phase: observed ? (status.phase ?? 'Progressing') : 'Progressing',
    message: observed ? (status.message ?? '') : 'waiting for rollout spec update to be observed',
    revision: Number(metadata.annotations?.['rollout.argoproj.io/revision'] ?? 0),
    currentHash: status.currentPodHash ?? '',
    stableHash: status.stableRS ?? '',
    currentStepIndex: status.currentStepIndex ?? 0,
    stepCount: spec.strategy?.canary?.steps?.length ?? 0,
    updatedReplicas: status.updatedReplicas ?? 0,
    updatedAvailable,
    replicas: spec.replicas ?? 1,
    aborted: status.abort === true,
    held: spec.paused === true,
    irreversible: metadata.annotations?.[irreversibleAnnotation] === 'true',
  }
}

export function analysisRunView(run: AnalysisRunObject): AnalysisRunView {
  const results = run.status?.metricResults ?? []
  return {
    name: run.metadata.name,
    kind: run.metadata.labels?.['rollout-type'] === 'Step' ? 'Step' : 'Background',
    podTemplateHash: run.metadata.labels?.[hashLabel] ?? '',
    phase: run.status?.phase || 'Pending',
    message: run.status?.message ?? '',
    metrics: results.map(({ name, phase, dryRun }) => ({ name, phase: phase || 'Pending', dryRun: dryRun === true })),
  }
}

export function podView(pod: PodObject, gone: boolean): PodView {
  const container = pod.status?.containerStatuses?.[0]
  const phase =
    pod.metadata.deletionTimestamp !== undefined
      ? 'Terminating'
      : pod.status?.phase === 'Running' || pod.status?.phase === 'Failed'
        ? pod.status.phase
        : 'Pending'
  return {
    name: pod.metadata.name,
    podTemplateHash: pod.metadata.labels?.[hashLabel] ?? '',
    phase: gone ? 'Gone' : phase,
    waitingReason: container?.state?.waiting?.reason ?? '',
    restarts: container?.restartCount ?? 0,
    lastTerminationReason: container?.lastState?.terminated?.reason ?? '',
    ready: !gone && pod.metadata.deletionTimestamp === undefined && container?.ready === true,
  }
}
