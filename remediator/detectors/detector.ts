import type * as z from 'zod'
import type { VersionLook } from '../../harness/model/look.ts'
import type { PodView, RolloutView, TimedObservation } from '../../harness/model/observation.ts'

/** What a detector is told besides the observation: the revision it judges, and what the engine has seen. */
export interface DetectorContext {
  readonly nowMs: number
  readonly judgedHash: string
  /** Revision that was stable when the judged one came. */
  readonly stableHash: string
  readonly rollout: RolloutView
  /** Pods by name, those that are gone included. */
  readonly pods: Readonly<Record<string, PodView>>
  /** Sums of all looks so far, by pod template hash; `pods` is the largest number seen. */
  readonly totals: Readonly<Record<string, VersionLook>>
  /** Finite upper bounds of the latency buckets; a look has one bucket more. */
  readonly upperBoundsS: readonly number[]
  readonly lookIntervalMs: number
  readonly horizonMs: number
}

/** What makes an alarm. `blames` is the judged revision's hash, or null for trouble that is not its fault. */
export interface Finding {
  readonly blames: string | null
  /** The one pod that is bad, where the detector can tell. */
  readonly pod?: string
  readonly reason: string
}

/**
 * Turns observations of one rollout into a score and findings. It is created anew for each rollout; its state is plain data that it
 * changes in place, and its output depends on nothing else. The engine makes an alarm of the first finding that blames and of the
 * first that does not; a detector may go on finding.
 */
export interface Detector<Tuning = unknown, State = unknown> {
  readonly name: string
  /** What it finds, in one line for `carmine list`. */
  readonly finds: string
  /** Schema of the tuning in a policy file; every key has a default. */
  readonly tuning: z.ZodType<Tuning>
  create(tuning: Tuning, context: DetectorContext): State
  observe(state: State, tuning: Tuning, observation: TimedObservation, context: DetectorContext): Finding | undefined
  /** Grows with the suspicion; the scale is the detector's own. */
  score(state: State): number
}

/** Hides a detector's own types, so that all stand in one list. */
export function defineDetector<Tuning, State>(detector: Detector<Tuning, State>): Detector {
  return detector as unknown as Detector
}
