import { rolloutView } from '../../clusters/sim/argo/views.ts'
import { operate } from '../../clusters/sim/operations.ts'
import type { World } from '../../clusters/sim/world.ts'
import type { Effect } from '../model/effect.ts'

type Apply = Extract<Effect, { type: 'apply' }>

/** Carries out a safe action on the simulated cluster; `undoes` turns a silenced log message on again. */
export function applyAction(world: World, { id: effectId, action, undoes }: Apply): void {
  const { currentHash } = rolloutView(world.rollout)
  const aim = { effectId, actor: 'engine' as const, podTemplateHash: currentHash }
  switch (action.class) {
    case 'scale':
      operate(world, { ...aim, operation: 'scale', replicas: action.replicas })
      break
    case 'restartPod':
      operate(world, { ...aim, operation: 'restartPod', pod: action.pod })
      break
    case 'widenThreshold': {
      const { target, metric, toValue } = action
      operate(world, { ...aim, operation: 'widenThreshold', template: target.name, metric, toValue })
      break
    }
    case 'retry':
      operate(world, { ...aim, operation: 'retry', podTemplateHash: action.podTemplateHash })
      break
    case 'quietLog':
      operate(world, { ...aim, operation: 'quietLog', message: action.message, quiet: undoes === null })
      break
  }
}
