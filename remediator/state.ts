import type { Alarm, Level } from '../harness/model/effect.ts'
import type { Target } from '../harness/model/safe-action.ts'
import type { Call } from '../harness/model/tool.ts'
import type { AuditState } from './audit/audit-log.ts'
import type { Baseline } from './gate/facts.ts'
import type { GateState } from './gate/state.ts'
import type { Incident } from './incidents.ts'
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
  readonly site: Site
  /** Whether detectors that do not decide run too; true when left out. Effect ids of what is decided do not depend on it. */
  readonly shadows?: boolean
}

/** Where the engine works: what it is told by its configuration, and does not have to find out. */
export interface Site {
  /** The Rollout under its care. */
  readonly target: Target
  /** Names of the service under test and of the one that users call. */
  readonly service: string
  readonly entry: string
  /** Who calls whom; null where nobody has written it down. */
  readonly calls: readonly Call[] | null
  /** What people have approved; null: nothing, so that no bound can be held. */
  readonly baseline: Baseline | null
  /** sha256 of the policy, for the audit log. */
  readonly policyDigest: string
}

/** Everything that the engine knows. Plain data: a deep copy is a fork, and `level` may be changed on a copy. */
export interface EngineState {
  readonly setting: EngineSetting
  level: Level
  /** Observations taken so far; part of effect ids. */
  steps: number
  readonly seen: Seen
  judgement: Judgement | null
  /** It outlives the judgement: what stays held holds the next release too. */
  hold: Hold | null
  /** Detectors of the service, which watch whether something is deployed or not. */
  readonly watches: Watch[]
  /** By pod template hash: every revision that was ever judged. */
  readonly revisions: Record<string, Revision>
  readonly incidents: Incident[]
  /** When tools were to be called, at any level: their budget is one of the target, not of an incident. */
  readonly toolCallsMs: number[]
  /** Calls that have left the engine, for the audit log. */
  toolCallsMade: number
  readonly gate: GateState
  readonly audit: AuditState
  /** Whether the last line of the audit log that the shell told of was written. While it was not, nothing is done. */
  auditOk: boolean
  /** Answers of this step, for the audit log. */
  heard: Heard[]
}

/** What came of an action, or was answered to a question. */
export interface Heard {
  readonly type: 'result' | 'approval'
  readonly effectId: string
  readonly outcome: string
  readonly message: string
}

/** The revision under judgement, against the one that was stable when it came. */
export interface Judgement {
  readonly judgedHash: string
  readonly stableHash: string
  /** When the revision came, and when it was promoted; null while it has not been. */
  readonly sinceMs: number
  promotedAtMs: number | null
  /** Deciding ones first. */
  readonly watches: Watch[]
}

/** The rollout is kept at its step, or was asked to be. */
export interface Hold {
  readonly podTemplateHash: string
  /** `refused` waits for its next try; `over` was given up, or has lasted too long, and is not repeated. */
  status: 'sent' | 'on' | 'resuming' | 'refused' | 'over'
  effectId: string
  readonly sinceMs: number
  /** Refusals in a row, of it or of its end, and when to try again. */
  failures: number
  retryAtMs: number
  /** Since when no detector asks for it; null while one does. */
  calmSinceMs: number | null
}

/** A detector at work. An alarm is latched: it stands as long as the judgement, or until the service's trouble is over. */
export interface Watch {
  readonly detector: string
  readonly deciding: boolean
  readonly state: unknown
  /** First alarm that blames the judged revision, and first that blames none. */
  blaming: Alarm | null
  unblaming: Alarm | null
  /** People were told of trouble that no revision is blamed for. */
  told: boolean
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

/** An engine that goes its own way from here. Looks, alarms and the setting are never changed, and thus shared. */
export function cloneEngine({ setting, seen, ...rest }: EngineState): EngineState {
  const { looks, ...others } = seen
  return { ...structuredClone(rest), setting, seen: { ...structuredClone(others), looks: looks.slice() } }
}
