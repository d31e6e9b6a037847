import type { RolloutAnalysis } from '../../manifests/argo-types.ts'
import { type AnalysisRun, isBad, isCompleted, newRun } from './analysis-run.ts'
import { currentStep } from './canary-steps.ts'
import { emit, requestMeasure } from './events.ts'
import { abortFor, hasPause, isAborted, isRollbackWithinWindow, type ReconcileContext } from './reconcile-context.ts'
import { resolveRunSpec } from './resolve-metric.ts'
import { rolloutArgs } from './rollout-args.ts'
import { isFullyPromoted } from './rollout-conditions.ts'
import { runHistoryLimits } from './spec.ts'
import type { RunReference } from './state.ts'
import { findTemplates, mergeTemplates } from './template-merge.ts'
import { pushRunChange } from './views.ts'

/**
 * Creates, reads and cancels the runs of this moment; a bad one aborts or pauses the rollout (rollout/analysis.go,
 * reconcileAnalysisRuns).
 * @returns false where a run could not be created: the pass ends without a new status
 */
export function reconcileAnalysisRuns(context: ReconcileContext): boolean {
  const { status } = context
  if (isAborted(context) || status.promoteFull || status.stableHash === '' || isRollbackWithinWindow(context)) {
    context.newStepRun = referenceTo(context.stepRun)
    context.newBackgroundRun = referenceTo(context.backgroundRun)
    cancel(context, [context.stepRun, context.backgroundRun, ...context.otherRuns])
    return true
  }
  const step = reconcileStepRun(context)
  const background = step === 'failed' ? 'failed' : reconcileBackgroundRun(context)
  if (step === 'failed' || background === 'failed') return false
  context.stepRun = step
  context.backgroundRun = background
  context.newStepRun = referenceTo(step)
  context.newBackgroundRun = referenceTo(background)
  const others = context.otherRuns.filter(run => run !== step && run !== background)
  cancel(context, others)
  deleteOldRuns(context, others)
  emitPhaseChange(context, 'Step', status.stepRun, step)
  emitPhaseChange(context, 'Background', status.backgroundRun, background)
  return true
}

function referenceTo(run: AnalysisRun | null): RunReference | null {
  return run === null ? null : { name: run.name, phase: run.phase, message: run.message }
}

function reconcileStepRun(context: ReconcileContext): AnalysisRun | null | 'failed' {
  const { status, state, stepRun } = context
  if (status.pauseConditions.length > 0 || status.abort) return stepRun
  const { step, index } = currentStep(state, status)
  const analysis = step?.analysis
  const isOfEarlierStep = analysis !== undefined && stepRun !== null && stepRun.stepIndex !== index
  if (analysis === undefined || (analysis.templates ?? []).length === 0 || index === null || isOfEarlierStep) {
    cancel(context, [stepRun])
    return null
  }
  if (needsNewRun(context, stepRun)) return createRun(context, analysis, 'Step', index)
  react(context, stepRun!, 'Step-based analysis phase error/failed')
  return stepRun
}

/** Where the background analysis is not due, its run drops out of the status and is cancelled as one of the others. */
function reconcileBackgroundRun(context: ReconcileContext): AnalysisRun | null | 'failed' {
  const { status, state, backgroundRun } = context
  const analysis = state.spec.strategy.canary?.analysis
  if (analysis === undefined || (analysis.templates ?? []).length === 0) {
    cancel(context, [backgroundRun])
    return null
  }
  const { index } = currentStep(state, status)
  const isBeforeStart = analysis.startingStep !== undefined && index !== null && index < analysis.startingStep
  if (isFullyPromoted(status) || status.currentPodHash === '' || isBeforeStart) return null
  if (hasPause(status, 'InconclusiveAnalysisRun')) return backgroundRun
  if (needsNewRun(context, backgroundRun)) return createRun(context, analysis, 'Background', null)
  react(context, backgroundRun!, 'Background analysis phase error/failed')
  return backgroundRun
}

/** A new run after an inconclusive one that a user let pass, and after an abort (needsNewAnalysisRun). */
function needsNewRun(context: ReconcileContext, run: AnalysisRun | null): boolean {
  if (run === null) return true
  const { status } = context
  if (status.controllerPause && !hasPause(status, 'CanaryPauseStep')) return run.phase === 'Inconclusive'
  return status.abortedAtMs !== null
}

function react(context: ReconcileContext, run: AnalysisRun, text: string): void {
  if (run.phase === 'Inconclusive') context.addPauses.push('InconclusiveAnalysisRun')
  else if (isBad(run.phase)) abortFor(context, run.message === '' ? text : `${text}: ${run.message}`)
}

function createRun(
  context: ReconcileContext,
  analysis: RolloutAnalysis,
  kind: AnalysisRun['kind'],
  stepIndex: number | null,
): AnalysisRun | 'failed' {
  const { state, canary, stable, queue, nowMs } = context
  const latestHash = canary.podTemplateHash
  const source = { metadata: state.metadata, spec: state.spec, stableHash: stable?.podTemplateHash ?? '', latestHash }
  const built = rolloutArgs(analysis.args ?? [], source)
  const templates = findTemplates(analysis.templates ?? [], state.templates)
  if (built.error !== null || 'missing' in templates) return 'failed'
  const merged = mergeTemplates(templates, built.args, analysis)
  if (typeof merged === 'string') return 'failed'
  const spec = resolveRunSpec(merged)
  const suffix = stepIndex === null ? '' : `-${stepIndex}`
  const baseName = `${state.metadata.name}-${latestHash}-${state.revision}${suffix}`
  let name = baseName
  for (let collisions = 1; ; collisions++) {
    const existing = state.runs.find(run => run.name === name)
    if (existing === undefined) break
    if (!isCompleted(existing.phase) && existing.spec.key === spec.key) return existing
    name = `${baseName}.${collisions}`
  }
  const run = newRun({ name, kind, stepIndex, podTemplateHash: latestHash, createdMs: nowMs, spec })
  state.runs.push(run)
  pushRunChange(state, run)
  requestMeasure(run, queue, nowMs)
  return run
}

/** Asks runs to end, as a user does with `spec.terminate`. */
export function terminateRun(run: AnalysisRun, queue: ReconcileContext['queue'], nowMs: number): void {
  if (run.terminate || isCompleted(run.phase)) return
  run.terminate = true
  if (run.pass === null) requestMeasure(run, queue, nowMs)
  else run.changedMeanwhile = true
}

function cancel(context: ReconcileContext, runs: readonly (AnalysisRun | null)[]): void {
  for (const run of runs) if (run !== null) terminateRun(run, context.queue, context.nowMs)
}

/** Keeps the latest runs, counted apart by success, and none of a ReplicaSet that is gone (utils/analysis/filter.go). */
function deleteOldRuns(context: ReconcileContext, others: readonly AnalysisRun[]): void {
  const { state } = context
  const limits = runHistoryLimits(state.spec)
  const doomed = new Set<AnalysisRun>()
  let successful = 0
  let unsuccessful = 0
  for (const run of others.toReversed()) {
    const isOrphan = !context.all.some(one => one.podTemplateHash === run.podTemplateHash)
    if (isOrphan) doomed.add(run)
    else if (run.phase === 'Successful' && ++successful > limits.successful) doomed.add(run)
    else if (isBad(run.phase) && ++unsuccessful > limits.unsuccessful) doomed.add(run)
  }
  if (doomed.size > 0) state.runs = state.runs.filter(run => !doomed.has(run))
}

function emitPhaseChange(
  context: ReconcileContext,
  kind: AnalysisRun['kind'],
  previous: RunReference | null,
  run: AnalysisRun | null,
): void {
  if (run === null || run.phase === '') return
  if (previous !== null && (previous.name !== run.name || previous.phase === run.phase)) return
  const before = previous === null ? 'NoPreviousStatus' : previous.phase
  const message = `${kind} Analysis Run '${run.name}' Status New: '${run.phase}' Previous: '${before}'`
  const type = run.phase === 'Failed' || run.phase === 'Error' ? 'Warning' : 'Normal'
  emit(context.state, context.nowMs, `AnalysisRun${run.phase}`, message, type)
}
