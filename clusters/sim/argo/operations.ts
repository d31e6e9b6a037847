import type { AnalysisTemplate, PodTemplateSpec, Rollout, RolloutSpec, Service } from '../../manifests/argo-types.ts'
import type { Autoscaler } from '../kubernetes/autoscaler.ts'
import { deletePod } from '../kubernetes/pod-lifecycle.ts'
import { createKubernetesState } from '../kubernetes/state.ts'
import type { EventQueue } from '../queue.ts'
import { currentStep } from './canary-steps.ts'
import { canonicalText } from './canonical-text.ts'
import { requestReconcile, scheduleAutoscaler } from './events.ts'
import { isSame } from './is-same.ts'
import { terminateRun as endRun } from './rollout-analysis.ts'
import { isFullyPromoted, toWholeSecond } from './rollout-conditions.ts'
import { stepsOf } from './spec.ts'
import type { RolloutState, RolloutStatus } from './state.ts'
import { unsimulatedFields } from './unsimulated.ts'
import { findInvalidSpec } from './validate-spec.ts'
import { argoRolloutsVersion } from './version.ts'
import { pushRolloutChange } from './views.ts'

export interface RolloutObjects {
  readonly rollout: Rollout
  readonly templates: readonly AnalysisTemplate[]
  /** Undefined: the services that the rollout names are taken to exist. */
  readonly services?: readonly Service[] | undefined
  readonly analysis: RolloutState['analysis']
  /** Names of pods and hashes are functions of this text. */
  readonly seed: string
  /** Names of the nodes; one where left out. */
  readonly nodes?: readonly string[]
  /** Left out: nothing scales the Rollout by itself. */
  readonly autoscaler?: Autoscaler | undefined
}

const emptyStatus: RolloutStatus = {
  abort: false,
  abortedAtMs: null,
  pauseConditions: [],
  controllerPause: false,
  promoteFull: false,
  currentPodHash: '',
  stableHash: '',
  currentStepHash: '',
  currentStepIndex: null,
  replicas: 0,
  updatedReplicas: 0,
  readyReplicas: 0,
  availableReplicas: 0,
  hpaReplicas: 0,
  observedGeneration: 0,
  conditions: [],
  restartedAtMs: null,
  stepRun: null,
  backgroundRun: null,
  phase: 'Progressing',
  message: '',
}

/**
 * The Rollout as it is just applied, its first revision still to come; its controller has been told.
 * @throws Error naming every field that is not simulated
 */
export function applyRollout(objects: RolloutObjects, queue: EventQueue, nowMs: number): RolloutState {
  const { metadata, spec } = objects.rollout
  refuseUnsimulated(spec)
  const state: RolloutState = {
    metadata,
    templates: objects.templates,
    services: objects.services,
    analysis: objects.analysis,
    spec,
    restartAtMs: null,
    autoscaler: objects.autoscaler ?? null,
    generation: 1,
    templateKey: canonicalText(spec.template),
    stepsKey: canonicalText(stepsOf(spec)),
    invalidSpec: findInvalidSpec(spec, { metadata, templates: objects.templates, services: objects.services }),
    revision: 0,
    status: emptyStatus,
    revisions: [],
    kubernetes: createKubernetesState(objects.seed, metadata.namespace, objects.nodes),
    runs: [],
    badMetrics: 0,
    reconcileAtMs: null,
    requeueAtMs: null,
    events: [],
    changes: [],
  }
  requestReconcile(state, queue, nowMs)
  if (state.autoscaler !== null) scheduleAutoscaler(queue, state.autoscaler, nowMs)
  return state
}

function refuseUnsimulated(spec: RolloutSpec): void {
  const fields = unsimulatedFields(spec)
  if (fields.length > 0)
    throw new Error(`not simulated, though Argo Rollouts ${argoRolloutsVersion} does it: ${fields.join(', ')}`)
}

/**
 * Replaces the spec, as a patch of it does; an equal one changes nothing.
 * @throws Error naming every field that is not simulated
 */
export function setSpec(state: RolloutState, spec: RolloutSpec, queue: EventQueue, nowMs: number): void {
  if (isSame(spec, state.spec)) return
  refuseUnsimulated(spec)
  state.spec = spec
  state.generation++
  state.templateKey = canonicalText(spec.template)
  state.stepsKey = canonicalText(stepsOf(spec))
  state.invalidSpec = findInvalidSpec(spec, state)
  requestReconcile(state, queue, nowMs)
}

/** A new release. */
export function setTemplate(state: RolloutState, template: PodTemplateSpec, queue: EventQueue, nowMs: number): void {
  setSpec(state, { ...state.spec, template }, queue, nowMs)
}

export function scaleTo(state: RolloutState, replicas: number, queue: EventQueue, nowMs: number): void {
  setSpec(state, { ...state.spec, replicas }, queue, nowMs)
}

/** Restarts every pod that exists now, as `kubectl argo rollouts restart` does: it writes the time, in whole seconds, into `spec.restartAt`. */
export function setRestartAt(state: RolloutState, queue: EventQueue, nowMs: number): void {
  const restartAtMs = toWholeSecond(nowMs)
  if (state.restartAtMs === restartAtMs) return
  state.restartAtMs = restartAtMs
  state.generation++
  requestReconcile(state, queue, nowMs)
}

/** `spec.paused`, by which a user holds the rollout. */
export function pause(state: RolloutState, queue: EventQueue, nowMs: number): void {
  setSpec(state, { ...state.spec, paused: true }, queue, nowMs)
}

/** Takes `spec.paused` back. The step that the rollout stands at goes on where it was, and none is skipped. */
export function resume(state: RolloutState, queue: EventQueue, nowMs: number): void {
  setSpec(state, { ...state.spec, paused: false }, queue, nowMs)
}

/**
 * Deletes one pod, as `kubectl delete pod` does; its ReplicaSet makes another at once.
 * @returns why it was refused; empty when it was done
 */
export function deletePodByName(state: RolloutState, name: string, queue: EventQueue, nowMs: number): string {
  for (const replicaSet of state.kubernetes.replicaSets) {
    const pod = replicaSet.pods.find(one => one.name === name)
    if (pod === undefined) continue
    if (pod.phase === 'Terminating') return `pod ${name} is being deleted already`
    deletePod(state.kubernetes, replicaSet, pod, nowMs, queue)
    return ''
  }
  return `there is no pod ${name}`
}

/** Goes back to the stable version. The controller drops it where there is nothing to go back from. */
export function abort(state: RolloutState, queue: EventQueue, nowMs: number): void {
  patch(state, { abort: true }, queue, nowMs)
}

/** Begins an aborted update again, at its first step. */
export function retry(state: RolloutState, queue: EventQueue, nowMs: number): void {
  patch(state, { abort: false }, queue, nowMs)
}

/**
 * Lets the rollout go on: unpauses it, lifts its pauses, or where there is none skips the current step (pkg/kubectl-argo-rollouts,
 * cmd/promote, getPatches).
 */
export function promote(state: RolloutState, queue: EventQueue, nowMs: number): void {
  const { status } = state
  const { index } = currentStep(state, status)
  const next = index === null ? null : Math.min(index + 1, stepsOf(state.spec).length)
  const isPaused = status.pauseConditions.length > 0
  const isInconclusive = status.stepRun?.phase === 'Inconclusive' && isPaused && status.controllerPause
  const paused = state.spec.paused === true
  if (isInconclusive && next !== null) {
    patch(state, { pauseConditions: [], controllerPause: false, currentStepIndex: next }, queue, nowMs)
  } else if (isPaused) patch(state, { pauseConditions: [] }, queue, nowMs)
  else if (next !== null) patch(state, { pauseConditions: [], currentStepIndex: next }, queue, nowMs)
  if (paused) setSpec(state, { ...state.spec, paused: false }, queue, nowMs)
}

/** Skips all steps, pauses and analysis. */
export function promoteFull(state: RolloutState, queue: EventQueue, nowMs: number): void {
  if (!isFullyPromoted(state.status)) patch(state, { promoteFull: true }, queue, nowMs)
  if (state.spec.paused === true) setSpec(state, { ...state.spec, paused: false }, queue, nowMs)
}

/**
 * Puts an earlier revision's template back into the spec.
 * @param toRevision undefined: the one before the latest
 * @returns false where there is no such revision
 */
export function undo(state: RolloutState, toRevision: number | undefined, queue: EventQueue, nowMs: number): boolean {
  const numbers = state.kubernetes.replicaSets.map(one => one.revision)
  const wanted = toRevision ?? numbers.toSorted((a, b) => b - a)[1]
  const template = state.revisions[numbers.indexOf(wanted ?? -1)]?.template
  if (template === undefined) return false
  setTemplate(state, template, queue, nowMs)
  return true
}

/** Puts back the template of a ReplicaSet; false where there is none with this hash. */
export function undoTo(state: RolloutState, podTemplateHash: string, queue: EventQueue, nowMs: number): boolean {
  const template = state.revisions.find(one => one.podTemplateHash === podTemplateHash)?.template
  if (template === undefined) return false
  setTemplate(state, template, queue, nowMs)
  return true
}

/** Ends a run by hand (`spec.terminate`); undefined: those under way. */
export function terminateRun(state: RolloutState, name: string | undefined, queue: EventQueue, nowMs: number): void {
  for (const run of state.runs) if (name === undefined || run.name === name) endRun(run, queue, nowMs)
}

/** A user's patch of the status. The controller computes phase and message only in its next pass. */
function patch(state: RolloutState, change: Partial<RolloutStatus>, queue: EventQueue, nowMs: number): void {
  const isChanged = Object.entries(change).some(
    ([key, value]) => !isSame(state.status[key as keyof RolloutStatus], value),
  )
  if (!isChanged) return
  state.status = { ...state.status, ...change }
  pushRolloutChange(state)
  requestReconcile(state, queue, nowMs)
}
