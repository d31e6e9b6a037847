import type { SafeAction } from '../../harness/model/safe-action.ts'
import { targetName } from '../../harness/model/safe-action.ts'

/** What the action does, in words made from what will be applied and from nothing that its proposer says of it. */
export function describeAction(action: SafeAction): string {
  const target = targetName(action.target)
  switch (action.class) {
    case 'scale':
      return `scale ${target} from ${action.fromReplicas} to ${action.replicas} replicas`
    case 'restartPod':
      return `restart pod ${action.pod} of ${target}`
    case 'widenThreshold':
      return `move the limit of ${action.metric} in ${target} from ${action.fromValue} to ${action.toValue}`
    case 'retry':
      return `roll out revision ${action.podTemplateHash} of ${target} once more`
    case 'quietLog':
      return `silence the log message ${JSON.stringify(action.message)} of ${target}`
  }
}

/** Two actions are the same when their keys are. */
export function actionKey(action: SafeAction): string {
  return describeAction(action)
}

/** The action of another value that takes this one back; null where none does. */
export function inverseOf(action: SafeAction): SafeAction | null {
  const { target } = action
  if (action.class === 'scale') {
    return { class: 'scale', target, fromReplicas: action.replicas, replicas: action.fromReplicas }
  }
  if (action.class === 'widenThreshold') {
    const { metric, fromValue, toValue } = action
    return { class: 'widenThreshold', target, metric, fromValue: toValue, toValue: fromValue }
  }
  return null
}

/**
 * What is applied, as an undo, to take an action back. A message that was silenced is written again; null: a pod that was restarted, or a
 * release that was tried again, cannot be taken back.
 */
export function undoOf(action: SafeAction): SafeAction | null {
  return action.class === 'quietLog' ? action : inverseOf(action)
}
