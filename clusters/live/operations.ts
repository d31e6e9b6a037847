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
  return patched(target, signal, '/status', ({ status = {} }) => {
    const { currentPodHash, stableRS, abort } = status
    if (currentPodHash !== podTemplateHash) return refused(`the rollout is at ${currentPodHash}`)
    if (abort) return { ok: true, message: 'already aborted' }
    if (currentPodHash === stableRS) return refused(`${podTemplateHash} is promoted already`)
    return { patch: { status: { abort: true } }, message: 'status.abort set' }
  })
}

/**
 * Keeps the update to one revision at its step, as `kubectl argo rollouts pause` does: `spec.paused`. Refused where nothing is being
 * rolled out. Never throws.
 */
export async function holdRollout(
  target: RolloutTarget,
  podTemplateHash: string,
  signal: AbortSignal,
): Promise<OperationResult> {
  return patched(target, signal, '', ({ spec, status = {} }) => {
    const { currentPodHash, stableRS, abort } = status
    if (currentPodHash !== podTemplateHash) return refused(`the rollout is at ${currentPodHash}`)
    if (spec.paused) return refused('the rollout is held already')
    if (abort || currentPodHash === stableRS) return refused('nothing is being rolled out')
    return { patch: { spec: { paused: true } }, message: 'spec.paused set' }
  })
}

/** Lets an update that is held go on from its step. Never throws. */
export async function resumeRollout(
  target: RolloutTarget,
  podTemplateHash: string,
  signal: AbortSignal,
): Promise<OperationResult> {
  return patched(target, signal, '', ({ spec, status = {} }) => {
    if (status.currentPodHash !== podTemplateHash) return refused(`the rollout is at ${status.currentPodHash}`)
    if (!spec.paused) return refused('the rollout is not held')
    return { patch: { spec: { paused: false } }, message: 'spec.paused taken back' }
  })
}

/** Patches what was read and nothing newer: a conflict is read and judged again. */
async function patched(
  target: RolloutTarget,
  signal: AbortSignal,
  subresource: '' | '/status',
  judge: (rollout: RolloutObject) => OperationResult | { readonly patch: object; readonly message: string },
): Promise<OperationResult> {
  return settled(async () => {
    for (let attempt = 0; ; attempt++) {
      const rollout = await readRollout(target, signal)
      const judged = judge(rollout)
      if (!('patch' in judged)) return judged
      const { resourceVersion } = rollout.metadata
      try {
        await target.api.json('PATCH', `${rolloutPath(target)}${subresource}`, {
          body: { metadata: { resourceVersion }, ...judged.patch },
          contentType: 'application/merge-patch+json',
          signal,
        })
        return { ok: true, message: judged.message }
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
