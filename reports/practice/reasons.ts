/** Why some gates fail in some scenarios: what they read there, or do not. Each was looked up in the trials' logs. */
export interface Reason {
  readonly gates: readonly string[]
  readonly scenarios: readonly string[]
  readonly why: string
}

const byErrors = ['stock-argo-unscoped', 'stock-argo', 'docs-grade'] as const
const stock = ['stock-argo-unscoped', 'stock-argo', 'docs-grade', 'one-box'] as const
const all = ['no-analysis', ...stock] as const

/** Of bad deploys that were not taken back. The first that names a gate and a scenario counts. */
export const missReasons: readonly Reason[] = []

/** Of good deploys that were taken back. */
export const stopReasons: readonly Reason[] = []
