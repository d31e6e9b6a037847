import { type KubeApi, KubeError } from './kube-api.ts'
import { hashLabel, type ReplicaSetObject, type RolloutObject } from './objects.ts'

export interface OperationResult {
  readonly ok: boolean
  readonly message: string
}

export interface RolloutTarget {
  readonly api: KubeApi
  readonly namespace: string
  readonly name: string
}

const conflictRetries = 5

/**
 * Aborts the update to one revision, as `kubectl argo rollouts abort` does: a merge patch of the status subresource. It carries the
 * resource version that was read, so that a revision which replaced it meanwhile is not hit. Never throws.
 */
export async function abortRollout(
  target: RolloutTarget,
  podTemplateHash: string,
  signal: AbortSignal,
): Promise<OperationResult> {
  return settled(async () => {
    for (let attempt = 0; ; attempt++) {
      const rollout = await readRollout(target, signal)
      const { currentPodHash, stableRS, abort } = rollout.status ?? {}
      if (currentPodHash !== podTemplateHash) return refused(`the rollout is at ${currentPodHash}`)
      if (abort) return { ok: true, message: 'already aborted' }
      if (currentPodHash === stableRS) return refused(`${podTemplateHash} is promoted already`)
      try {
        await target.api.json('PATCH', `${rolloutPath(target)}/status`, {
          body: { metadata: { resourceVersion: rollout.metadata.resourceVersion }, status: { abort: true } },
          contentType: 'application/merge-patch+json',
          signal,
        })
        return { ok: true, message: 'status.abort set' }
      } catch (error) {
        if (!(error instanceof KubeError && error.status === 409 && attempt < conflictRetries)) throw error
      }
    }
  })
}

/**
 * Puts the pod template of the version `toHash` back, as `kubectl argo rollouts undo` does: a JSON patch with the template of its
 * ReplicaSet without the hash label. Refused when the rollout is no longer at `podTemplateHash`. Never throws.
 */
export async function undoRollout(
  target: RolloutTarget,
  podTemplateHash: string,
  toHash: string,
  signal: AbortSignal,
): Promise<OperationResult> {
  return settled(async () => {
    const rollout = await readRollout(target, signal)
    const { currentPodHash } = rollout.status ?? {}
    if (currentPodHash === toHash) return { ok: true, message: `the rollout is at ${toHash} already` }
    if (currentPodHash !== podTemplateHash) return refused(`the rollout is at ${currentPodHash}`)
    const sets = await target.api.json<{ items: ReplicaSetObject[] }>(
      'GET',
      `/apis/apps/v1/namespaces/${target.namespace}/replicasets?labelSelector=${hashLabel}%3D${encodeURIComponent(toHash)}`,
      { signal },
    )
    const template = sets.items.find(set => set.metadata.ownerReferences?.some(owner => owner.name === target.name))
      ?.spec.template
    if (template === undefined) return refused(`no ReplicaSet of ${toHash}`)
    const { [hashLabel]: _, ...labels } = template.metadata?.labels ?? {}
    await target.api.json('PATCH', rolloutPath(target), {
      body: [
        { op: 'test', path: '/status/currentPodHash', value: podTemplateHash },
        { op: 'replace', path: '/spec/template', value: { ...template, metadata: { ...template.metadata, labels } } },
      ],
      contentType: 'application/json-patch+json',
      signal,
    })
    return { ok: true, message: `template of ${toHash} put back` }
  })
}

export function rolloutPath({ namespace, name }: Pick<RolloutTarget, 'namespace' | 'name'>): string {
  return `/apis/argoproj.io/v1alpha1/namespaces/${namespace}/rollouts/${name}`
}

function readRollout(target: RolloutTarget, signal: AbortSignal): Promise<RolloutObject> {
  return target.api.json<RolloutObject>('GET', rolloutPath(target), { signal })
}

function refused(message: string): OperationResult {
  return { ok: false, message }
}

async function settled(operation: () => Promise<OperationResult>): Promise<OperationResult> {
  try {
    return await operation()
  } catch (error) {
    return refused(error instanceof Error ? error.message : String(error))
  }
}
