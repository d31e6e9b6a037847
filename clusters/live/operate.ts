import type { OperationResult } from './attempt.ts'
import { changeThreshold, deletePod, setFlag, setQuiet } from './object-operations.ts'
import {
  abortRollout,
  holdRollout,
  promoteRollout,
  type RolloutTarget,
  restartRollout,
  resumeRollout,
  retryRollout,
  scaleRollout,
  undoRollout,
} from './operations.ts'

/** Something that somebody does to a Rollout on a real cluster, in the simulator's words. `podTemplateHash` is the version that it is aimed at. */
export type LiveOperation = { readonly podTemplateHash: string } & (
  | { readonly operation: 'abort' | 'promote' | 'hold' | 'resume' | 'retry' }
  | { readonly operation: 'undo'; readonly toHash: string }
  /** `fromReplicas`: null where it does not matter how many there are. */
  | { readonly operation: 'scale'; readonly fromReplicas: number | null; readonly replicas: number }
  /** Pods that were made before `atMs`, in epoch ms, are replaced. */
  | { readonly operation: 'restart'; readonly atMs: number }
  | { readonly operation: 'restartPod'; readonly pod: string }
  | {
      readonly operation: 'widenThreshold'
      readonly template: string
      readonly metric: string
      readonly fromValue: number
      readonly toValue: number
    }
  | { readonly operation: 'quietLog'; readonly message: string; readonly quiet: boolean }
  | { readonly operation: 'flagOff'; readonly flag: string; readonly value: string }
)

/**
 * Carries an operation out once, whoever's it is: what is done already is not done again, and what no longer holds is refused. Never
 * throws; after the signal it tells how far it came.
 */
export function operate(
  target: RolloutTarget,
  operation: LiveOperation,
  signal: AbortSignal,
): Promise<OperationResult> {
  const { podTemplateHash } = operation
  switch (operation.operation) {
    case 'abort':
      return abortRollout(target, podTemplateHash, signal)
    case 'promote':
      return promoteRollout(target, podTemplateHash, signal)
    case 'hold':
      return holdRollout(target, podTemplateHash, signal)
    case 'resume':
      return resumeRollout(target, podTemplateHash, signal)
    case 'retry':
      return retryRollout(target, podTemplateHash, signal)
    case 'undo':
      return undoRollout(target, podTemplateHash, operation.toHash, signal)
    case 'scale':
      return scaleRollout(target, operation, signal)
    case 'restart':
      return restartRollout(target, operation.atMs, signal)
    case 'restartPod':
      return deletePod(target, operation.pod, signal)
    case 'widenThreshold':
      return changeThreshold(target, operation, signal)
    case 'quietLog':
      return setQuiet(target, operation, signal)
    case 'flagOff':
      return setFlag(target, operation, signal)
  }
}
