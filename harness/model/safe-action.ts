/** The safe classes of level L4: what an engine may apply by itself, if its policy and the gate allow it. */
export const safeClasses = ['scale', 'restartPod', 'widenThreshold', 'retry', 'quietLog'] as const
export type SafeClass = (typeof safeClasses)[number]

/** What an action is aimed at. */
export interface Target {
  readonly kind: string
  readonly namespace: string
  readonly name: string
}

export type SafeAction = { readonly target: Target } & (
  | { readonly class: 'scale'; readonly fromReplicas: number; readonly replicas: number }
  /** Deletes one pod; its ReplicaSet makes another. The target is the Rollout. */
  | { readonly class: 'restartPod'; readonly pod: string }
  /** Another limit in a metric's failureCondition. The target is the AnalysisTemplate. */
  | { readonly class: 'widenThreshold'; readonly metric: string; readonly fromValue: number; readonly toValue: number }
  /** Rolls out once more what was aborted. */
  | { readonly class: 'retry'; readonly podTemplateHash: string }
  /** Lines of this message are no longer written. The target is the Rollout. */
  | { readonly class: 'quietLog'; readonly message: string }
)

/** `Rollout/shop/checkout` */
export function targetName({ kind, namespace, name }: Target): string {
  return `${kind}/${namespace}/${name}`
}
