import { parseDurationMs } from '../../../harness/model/duration.ts'
import type { CanaryStep, IntOrString, RolloutSpec } from '../../manifests/argo-types.ts'

/** utils/defaults/defaults.go. */
const defaultReplicas = 1
const defaultMaxSurge = '25%'
const defaultMaxUnavailable = '25%'
const defaultProgressDeadlineSeconds = 600
const defaultRevisionHistoryLimit = 10
const defaultRunHistoryLimit = 5

export function replicasOf(spec: RolloutSpec): number {
  return spec.replicas ?? defaultReplicas
}

export function stepsOf(spec: RolloutSpec): readonly CanaryStep[] {
  return spec.strategy.canary?.steps ?? []
}

export function progressDeadlineSeconds(spec: RolloutSpec): number {
  return spec.progressDeadlineSeconds ?? defaultProgressDeadlineSeconds
}

export function revisionHistoryLimit(spec: RolloutSpec): number {
  return spec.revisionHistoryLimit ?? defaultRevisionHistoryLimit
}

export function runHistoryLimits(spec: RolloutSpec): { successful: number; unsuccessful: number } {
  return {
    successful: spec.analysis?.successfulRunHistoryLimit ?? defaultRunHistoryLimit,
    unsuccessful: spec.analysis?.unsuccessfulRunHistoryLimit ?? defaultRunHistoryLimit,
  }
}

/** The two fence posts of a rolling update, as the manifest gives them. */
export function fencePostsOf(spec: RolloutSpec): { maxSurge: IntOrString; maxUnavailable: IntOrString } {
  const canary = spec.strategy.canary
  return {
    maxSurge: canary?.maxSurge ?? defaultMaxSurge,
    maxUnavailable: canary?.maxUnavailable ?? defaultMaxUnavailable,
  }
}

/**
 * Pods allowed above and below the desired count: percentages of the surge round up, of the unavailable down; should both come to
 * 0, one pod may be unavailable (utils/replicaset/replicaset.go, resolveFenceposts, MaxUnavailable).
 */
export function podBudget(spec: RolloutSpec): { readonly maxSurge: number; readonly maxUnavailable: number } {
  const replicas = replicasOf(spec)
  const posts = fencePostsOf(spec)
  const maxSurge = scaled(posts.maxSurge, replicas, Math.ceil)
  const maxUnavailable = scaled(posts.maxUnavailable, replicas, Math.floor)
  const resolved = maxSurge === 0 && maxUnavailable === 0 ? 1 : maxUnavailable
  return { maxSurge, maxUnavailable: Math.min(resolved, replicas) }
}

function scaled(value: IntOrString, total: number, round: (value: number) => number): number {
  if (typeof value === 'number') return value
  const percent = percentage(value)
  return percent === undefined ? 0 : round((percent * total) / 100)
}

/** The number before the percent sign; undefined where the text is no percentage. */
export function percentage(value: IntOrString): number | undefined {
  if (typeof value === 'number' || !value.endsWith('%')) return undefined
  const percent = Number(value.slice(0, -1))
  return Number.isInteger(percent) ? percent : undefined
}

/** Whole seconds of a pause; 0 without a duration, -1 where the text is none (RolloutPause.DurationSeconds). */
export function pauseSeconds(pause: NonNullable<CanaryStep['pause']>): number {
  const { duration } = pause
  if (duration === undefined) return 0
  if (typeof duration === 'number') return duration
  if (/^[+-]?\d+$/.test(duration)) return Number(duration)
  const ms = parseDurationMs(duration)
  return ms === undefined ? -1 : Math.floor(ms / 1000)
}

/** A step in a few words, as events name it (utils/rollout/rolloututil.go, CanaryStepString). */
export function describeStep(step: CanaryStep): string {
  if (step.setWeight !== undefined) return `setWeight: ${step.setWeight}`
  if (step.pause !== undefined) return step.pause.duration === undefined ? 'pause' : `pause: ${step.pause.duration}`
  return step.analysis === undefined ? 'invalid' : 'analysis'
}
