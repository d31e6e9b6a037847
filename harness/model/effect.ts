/** Who did it. A kubelet restart is self-healing, never remediation. */
export type Actor = 'engine' | 'argo' | 'human' | 'kubelet'

/** CARM levels: CI/CD auto-remediation maturity, from manual to closed loop. */
export const levels = ['L0', 'L1', 'L2', 'L3', 'L4'] as const
export type Level = (typeof levels)[number]

/** A detector's alarm. `blames` is the pod template hash it calls bad, or null when it blames no revision. */
export interface Alarm {
  readonly detector: string
  readonly blames: string | null
  readonly score: number
  readonly reason: string
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
  | { readonly type: 'wake'; readonly atMs: number }
)
