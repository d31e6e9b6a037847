import type * as z from 'zod'
import type { Look, VersionLook } from '../../harness/model/look.ts'
import type { PodView, RolloutView, TimedObservation } from '../../harness/model/observation.ts'

/** What a detector is told besides the observation: the revision under judgement, and what the engine has seen. */
export interface DetectorContext {
  readonly nowMs: number
  /** Revision under judgement; empty while nothing is judged, which detectors of a rollout never see. */
  readonly judgedHash: string
  /** Revision that was stable when the judged one came; empty while nothing is judged. */
  readonly stableHash: string
  /** null before the first one was seen. */
  readonly rollout: RolloutView | null
  /** When the judged revision came, and when it was promoted; null where it was not. */
  readonly deployedAtMs: number | null
  readonly promotedAtMs: number | null
  /** Name of the service under test, and of the one where users' requests arrive, as in `look.services`. */
  readonly service: string
  readonly entry: string
  /** Pods by name, those that are gone included. */
  readonly pods: Readonly<Record<string, PodView>>
  /** Sums of all looks so far, by pod template hash; `pods` is the largest number seen. */
  readonly totals: Readonly<Record<string, VersionLook>>
  /** Recent looks, oldest first, the one that is observed included; at most 120. */
  readonly looks: readonly Look[]
  /** When flags were changed, ascending. */
  readonly flagChangesMs: readonly number[]
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
 * Turns observations into a score and findings. Its state is plain data that it changes in place, and its output depends on nothing
 * else. The engine makes an alarm of the first finding that blames a revision and of the first that blames none; a detector may go on
 * finding.
 */
export interface Detector<Tuning = unknown, State = unknown> {
  readonly name: string
  /** What it finds, in one line for `carmine list`. */
  readonly finds: string
  /** `rollout`: created anew for each revision that is judged. `service`: created once, and watches whether or not there is a deploy. */
  readonly scope: 'rollout' | 'service'
  /** Schema of the tuning in a policy file; every key has a default. */
  readonly tuning: z.ZodType<Tuning>
  create(tuning: Tuning, context: DetectorContext): State
  observe(state: State, tuning: Tuning, observation: TimedObservation, context: DetectorContext): Finding | undefined
  /** Grows with the suspicion; the scale is the detector's own. */
  score(state: State): number
  /** Score that it takes to find anything, before anything else that is asked for; left out where the scale has none. */
  limit?(tuning: Tuning): number
  /** Why the rollout should wait now; undefined where it may go on. It changes nothing. */
  holds?(state: State, tuning: Tuning, context: DetectorContext): string | undefined
}

/** Hides a detector's own types, so that all stand in one list. */
export function defineDetector<Tuning, State>(detector: Detector<Tuning, State>): Detector {
  return detector as unknown as Detector
}
