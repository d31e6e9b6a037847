import type { ChangeRecord, TemplateObject } from '../../../harness/model/tool.ts'
import type { ReplicaSetObject } from '../objects.ts'
import { hashLabel } from '../objects.ts'
import { type Asked, trialMs } from './asked.ts'
import { valuesByKey } from './template-values.ts'

/** The Rollout's ReplicaSets, oldest revision first. */
export async function readRevisions({ api, namespace, rollout, signal }: Asked): Promise<ReplicaSetObject[]> {
  const path = `/apis/apps/v1/namespaces/${namespace}/replicasets`
  const { items } = await api.json<{ items: ReplicaSetObject[] }>('GET', path, { signal })
  return items
    .filter(({ metadata }) =>
      metadata.ownerReferences?.some(owner => owner.kind === 'Rollout' && owner.name === rollout),
    )
    .sort((a, b) => revisionOf(a) - revisionOf(b))
}

export function templateObject(set: ReplicaSetObject): TemplateObject {
  const { template } = set.spec
  return {
    podTemplateHash: hashOf(set),
    revision: revisionOf(set),
    image: template.spec?.containers[0]?.image ?? '',
    values: valuesByKey(template),
  }
}

/**
 * What each revision changed in the one before it, from the second on: a cluster keeps no other record of who changed what.
 * @param sets oldest revision first
 */
export function releasesIn(asked: Asked, sets: readonly ReplicaSetObject[]): ChangeRecord[] {
  return sets.flatMap((set, i): ChangeRecord[] => {
    const before = sets[i - 1]
    if (before === undefined) return []
    const [from, to] = [valuesByKey(before.spec.template), valuesByKey(set.spec.template)]
    const atMs = trialMs(asked, set.metadata.creationTimestamp)
    return [
      {
        id: `release/${hashOf(set)}`,
        kind: 'release',
        service: asked.system.subject,
        author: '',
        message: `Revision ${revisionOf(set)} of ${asked.rollout}`,
        atMs,
        liveAtMs: atMs,
        diffs: Object.keys({ ...from, ...to })
          .map(key => ({ file: asked.file, key, fromValue: from[key] ?? '', toValue: to[key] ?? '' }))
          .filter(({ fromValue, toValue }) => fromValue !== toValue),
      },
    ]
  })
}

function hashOf({ metadata }: ReplicaSetObject): string {
  return metadata.labels?.[hashLabel] ?? ''
}

function revisionOf({ metadata }: ReplicaSetObject): number {
  return Number(metadata.annotations?.['rollout.argoproj.io/revision'] ?? 0)
}
