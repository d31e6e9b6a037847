import type { Behaviour } from '../../harness/model/behaviour.ts'
import { decodeRelease } from '../../harness/model/release.ts'
import type { RolloutState } from './argo/state.ts'
import type { World } from './world.ts'

/** What a version does, as its process decodes it at start, and its number in order of appearance. */
export interface Release {
  readonly revision: number
  readonly behaviour: Behaviour
}

/** Reads the release from the template of the version's ReplicaSet, once. */
export function releaseOf(world: World, variable: string, podTemplateHash: string): Release {
  const known = world.releases[podTemplateHash]
  if (known !== undefined) return known
  const release = readRelease(world.rollout, variable, podTemplateHash)
  world.releases[podTemplateHash] = release
  return release
}

function readRelease({ revisions }: RolloutState, variable: string, podTemplateHash: string): Release {
  const index = revisions.findIndex(one => one.podTemplateHash === podTemplateHash)
  const container = revisions[index]!.template.spec!.containers[0]!
  const value = container.env!.find(({ name }) => name === variable)!.value!
  return { revision: index + 1, behaviour: decodeRelease(value) }
}
