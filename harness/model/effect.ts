import type { Diagnosis } from './cause.ts'
import type { SafeAction } from './safe-action.ts'
import type { ToolCall } from './tool.ts'

/** Who did it. A kubelet restart is self-healing, never remediation. */
export type Actor = 'engine' | 'argo' | 'human' | 'kubelet'

/** CARM levels: CI/CD auto-remediation maturity, from manual to closed loop. */
export const levels = ['L0', 'L1', 'L2', 'L3', 'L4'] as const
export type Level = (typeof levels)[number]

/** A detector's alarm. `blames` is the pod template hash it calls bad, or null when it blames no revision. */
export interface Alarm {
  readonly detector: string
  readonly blames: string | null
  /** The one pod that is bad, where the detector can tell; empty where it is no single one. */
  readonly pod: string
  readonly score: number
  readonly reason: string
}

/** A pull request: keys of one file with the values that they should have. */
export interface Proposal {
  readonly incident: string
  /** The rule that it was made by. */
  readonly rule: string
  readonly title: string
  /** Markdown: diagnosis, risk and undo. */
  readonly description: string
  readonly file: string
  readonly changes: readonly { readonly key: string; readonly fromValue: string; readonly toValue: string }[]
}

/**
 * What the engine wants done. Ids are `<trial>/<step>/<index>`, so that a shell that retries never acts twice. Alarms are for
 * the record: `deciding` ones are those that the policy acts on, the others ran in shadow.
 */
export type Effect = { readonly id: string } & (
  | { readonly type: 'alarm'; readonly alarm: Alarm; readonly deciding: boolean }
  | { readonly type: 'page'; readonly blames: string | null; readonly reason: string }
  | { readonly type: 'abort'; readonly podTemplateHash: string; readonly reason: string }
  | { readonly type: 'undo'; readonly podTemplateHash: string; readonly toHash: string; readonly reason: string }
  /** Keeps the rollout at its step, and lets it go on. */
  | { readonly type: 'hold' | 'resume'; readonly podTemplateHash: string; readonly reason: string }
  | { readonly type: 'callTool'; readonly incident: string; readonly call: ToolCall }
  | { readonly type: 'diagnose'; readonly diagnosis: Diagnosis }
  | { readonly type: 'propose'; readonly proposal: Proposal }
  /** What the gate said of an action, with all reasons; `ask` waits for a person's approval. */
  | {
      readonly type: 'gate'
      readonly incident: string
      readonly action: SafeAction
      readonly verdict: 'allow' | 'ask' | 'deny'
      readonly reasons: readonly string[]
    }
  | { readonly type: 'askApproval'; readonly incident: string; readonly action: SafeAction; readonly reason: string }
  /** `undoes`: the effect that this one takes back. */
  | {
      readonly type: 'apply'
      readonly incident: string
      readonly action: SafeAction
      readonly undoes: string | null
      readonly reason: string
    }
  | {
      readonly type: 'verify'
      readonly incident: string
      readonly effectId: string
      readonly outcome: VerifiedOutcome
      readonly reason: string
    }
  | {
      readonly type: 'incident'
      readonly incident: string
      readonly state: 'opened' | 'closed'
      readonly reason: string
    }
  /**
   * One line of the audit log. What follows it in a step is done only when it has been written: a shell that cannot answers it, and what
   * it left undone, with `effect.finished` and `ok: false`, and with `ok: true` once lines can be written again.
   */
  | { readonly type: 'audit'; readonly line: string }
  | { readonly type: 'wake'; readonly atMs: number }
)

/** What the looks say that began after an action took effect. */
export type VerifiedOutcome = 'better' | 'no worse' | 'worse' | 'unknown'
