export const groups = ['required', 'for kind', 'optional'] as const
export type Group = (typeof groups)[number]

/** One thing that was looked for on this machine. `limited`: a run is possible and may go wrong. */
export interface Check {
  readonly group: Group
  readonly name: string
  readonly status: 'ok' | 'limited' | 'missing'
  readonly found: string
  readonly needed: string
  /** What it is needed for. */
  readonly why: string
  /** What to do, as exactly as it can be said from here; empty where nothing is to be done. */
  readonly fix: string
}

/** Whether everything is there that commands without a cluster need. */
export function isUsable(checks: readonly Check[]): boolean {
  return !checks.some(({ group, status }) => group === 'required' && status === 'missing')
}
