import type { RolloutSpec } from '../../manifests/argo-types.ts'
import { isFullyPromoted } from './rollout-conditions.ts'
import { replicasOf } from './spec.ts'
import type { RolloutPhase, RolloutStatus } from './state.ts'

/** Phase and message that sum up a status (utils/rollout/rolloututil.go, CalculateRolloutPhase, basic canary). */
export function rolloutPhase(
  spec: RolloutSpec,
  status: Omit<RolloutStatus, 'phase' | 'message'>,
): { phase: RolloutPhase; message: string } {
  for (const condition of status.conditions) {
    if (condition.type === 'InvalidSpec') return { phase: 'Degraded', message: `InvalidSpec: ${condition.message}` }
    if (condition.reason === 'RolloutAborted' || condition.reason === 'ProgressDeadlineExceeded') {
      return { phase: 'Degraded', message: `${condition.reason}: ${condition.message}` }
    }
  }
  if (spec.paused === true) return { phase: 'Paused', message: 'manually paused' }
  const pause = status.pauseConditions[0]
  if (pause !== undefined) return { phase: 'Paused', message: pause.reason }
  const waiting = waitingFor(spec, status)
  return waiting === undefined ? { phase: 'Healthy', message: '' } : { phase: 'Progressing', message: waiting }
}

function waitingFor(spec: RolloutSpec, status: Omit<RolloutStatus, 'phase' | 'message'>): string | undefined {
  if (status.updatedReplicas < replicasOf(spec)) return 'more replicas need to be updated'
  if (status.availableReplicas < status.updatedReplicas) return 'updated replicas are still becoming available'
  if (status.replicas > status.updatedReplicas) return 'old replicas are pending termination'
  if (status.stableHash === '' || !isFullyPromoted(status)) return 'waiting for all steps to complete'
  return undefined
}
