import { rolloutView } from '../../clusters/sim/argo/views.ts'
import { operate } from '../../clusters/sim/operations.ts'
import type { World } from '../../clusters/sim/world.ts'
import type { Actor } from '../model/effect.ts'

/** Aborts the deploy while it rolls out, undoes it once it is promoted. */
export function takeBack(world: World, actor: Actor, effectId: string): void {
  const { currentHash, stableHash } = rolloutView(world.rollout)
  const aim = { effectId, actor, podTemplateHash: currentHash }
  if (stableHash === currentHash) operate(world, { ...aim, operation: 'undo', toHash: world.goodHash })
  else operate(world, { ...aim, operation: 'abort' })
}
