import type { Alarm, Effect, Level } from '../harness/model/effect.ts'
import type { PolicySpec } from './policy.ts'
import type { Seen } from './seen.ts'

export interface EngineSetting {
  readonly policy: PolicySpec
  /** Prefix of effect ids. */
  readonly trial: string
  /** Upper bounds of the latency buckets of a look; the one of +Inf may be left out. */
  readonly latencyBucketsS: readonly number[]
  readonly lookIntervalMs: number
  /** Time that the rollout is watched; the prior of a late onset is spread over it. */
  readonly horizonMs: number
  /** Whether detectors that do not decide run too; true when left out. Effect ids of what is decided do not depend on it. */
  readonly shadows?: boolean
}

/** Everything that the engine knows. Plain data: a deep copy is a fork, and `level` may be changed on a copy. */
export interface EngineState {
  readonly setting: EngineSetting
  level: Level
  /** Observations taken so far; part of effect ids. */
  steps: number
  readonly seen: Seen
  judgement: Judgement | null
  /** By pod template hash: every revision that was ever judged. */
  readonly revisions: Record<string, Revision>
  /** What the last step decided and the level kept in: a copy that is given another level takes over from here. */
  withheld: Effect[]
}

/** The revision under judgement, against the one that was stable when it came. */
export interface Judgement {
  readonly judgedHash: string
  readonly stableHash: string
  /** Deciding ones first. */
  readonly watches: Watch[]
}

/** A detector at work on one rollout. An alarm is latched: it stands as long as the judgement. */
export interface Watch {
  readonly detector: string
  readonly deciding: boolean
  readonly state: unknown
  /** First alarm that blames the judged revision, and first that blames none. */
  blaming: Alarm | null
  unblaming: Alarm | null
}

/** What was done about a revision. It outlives the judgement, as the revision may come back. */
export interface Revision {
  readonly podTemplateHash: string
  blamed: boolean
  pagedBlaming: boolean
  pagedUnblaming: boolean
  /** Actions that were done or given up. */
  actionsSpent: number
  /** Failures of the action under way. */
  failures: number
  action: Action | null
}

/** `sent` waits for its outcome, `failed` for its next try, `done` for the world to show it. */
export type Action =
  | { readonly status: 'sent'; readonly type: 'abort' | 'undo'; readonly effectId: string }
  | { readonly status: 'failed'; readonly retryAtMs: number }
  | { readonly status: 'done'; readonly type: 'abort' | 'undo' }

/** The record of a revision, made at its first mention. */
export function revisionOf({ revisions }: EngineState, podTemplateHash: string): Revision {
  let revision = revisions[podTemplateHash]
  if (revision === undefined) {
    revision = {
      podTemplateHash,
      blamed: false,
      pagedBlaming: false,
      pagedUnblaming: false,
      actionsSpent: 0,
      failures: 0,
      action: null,
    }
    revisions[podTemplateHash] = revision
  }
  return revision
}
