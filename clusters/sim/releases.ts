import type { Behaviour } from '../../harness/model/behaviour.ts'
import { imageOf, releaseIn } from './release-patch.ts'
import type { World } from './world.ts'

/** What a version does, as its process decodes it at start, and what its pods refer to. */
export interface Release {
  /** In order of appearance, from 1. */
  readonly revision: number
  readonly behaviour: Behaviour
  readonly image: string
  /** Pods with the same image have run on every node. */
  readonly imageKnown: boolean
  /** Whether the things exist that the pod template names. */
  readonly imageExists: boolean
  readonly configExists: boolean
  readonly probePathExists: boolean
}

/** Reads the release from the template of the version's ReplicaSet, once. */
export function releaseOf(world: World, variable: string, podTemplateHash: string): Release {
  const known = world.releases[podTemplateHash]
  if (known !== undefined) return known
  const release = readRelease(world, variable, podTemplateHash)
  world.releases[podTemplateHash] = release
  return release
}

function readRelease({ rollout: { revisions }, releases }: World, variable: string, podTemplateHash: string): Release {
  const index = revisions.findIndex(one => one.podTemplateHash === podTemplateHash)
  const release = releaseIn(revisions[index]!.template, variable)
  const imageKnown = revisions.slice(0, index).some(({ template }) => imageOf(template) === release.image)
  // Of the earlier revisions the controller keeps `revisionHistoryLimit`.
  const earlier = revisions.slice(0, index).map(one => releases[one.podTemplateHash]?.revision ?? 0)
  // The first revision has run for long when the trial begins.
  return { revision: Math.max(index, ...earlier) + 1, imageKnown: imageKnown || index === 0, ...release }
}
