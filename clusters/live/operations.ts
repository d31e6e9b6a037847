import { attempt, type Judged, type OperationResult, refused } from './attempt.ts'
import type { KubeApi } from './kube-api.ts'
import { hashLabel, type ReplicaSetObject, type RolloutObject } from './objects.ts'

export interface RolloutTarget {
  readonly api: KubeApi
  readonly namespace: string
  readonly name: string
}

type Judge = (rollout: RolloutObject, isUncertain: boolean) => OperationResult | Patch

interface Patch {
  readonly status?: object
  readonly spec?: object
  readonly message: string
}

/**
 * Aborts the update to one revision, as `kubectl argo rollouts abort` does: a merge patch of the status subresource. It carries the
 * resource version that was read, so that a revision which replaced it meanwhile is not hit. Whoever aborted first is told. Never throws.
 */
export function abortRollout(
  target: RolloutTarget,
  podTemplateHash: string,
  signal: AbortSignal,
): Promise<OperationResult> {
  return patched(target, signal, podTemplateHash, ({ status = {} }, isUncertain) => {
    const { currentPodHash, stableRS, abort, message = '' } = status
    if (abort) return isUncertain ? done('status.abort set') : done(alreadyAborted(message))
    if (currentPodHash === stableRS) return refused(`${podTemplateHash} is promoted already`)
    return { status: { abort: true }, message: 'status.abort set' }
  })
}

/** What the answer to an abort begins with that came when somebody else had aborted. */
export const abortedBefore = 'already aborted'

function alreadyAborted(message: string): string {
  return message === '' ? abortedBefore : `${abortedBefore}: ${message}`
}

/**
 * Keeps the update to one revision at its step, as `kubectl argo rollouts pause` does: `spec.paused`. Refused where nothing is being
 * rolled out. Never throws.
 */
export function holdRollout(
  target: RolloutTarget,
  podTemplateHash: string,
  signal: AbortSignal,
): Promise<OperationResult> {
  return patched(target, signal, podTemplateHash, ({ spec, status = {} }, isUncertain) => {
    const { currentPodHash, stableRS, abort } = status
    if (spec.paused) return isUncertain ? done('spec.paused set') : refused('the rollout is held already')
    if (abort || currentPodHash === stableRS) return refused('nothing is being rolled out')
    return { spec: { paused: true }, message: 'spec.paused set' }
  })
}

/** Lets an update that is held go on from its step. Never throws. */
export function resumeRollout(
  target: RolloutTarget,
  podTemplateHash: string,
  signal: AbortSignal,
): Promise<OperationResult> {
  return patched(target, signal, podTemplateHash, ({ spec }, isUncertain) => {
    if (!spec.paused) return isUncertain ? done('spec.paused taken back') : refused('the rollout is not held')
    return { spec: { paused: false }, message: 'spec.paused taken back' }
  })
}

/** Begins an aborted update again at its first step, as `kubectl argo rollouts retry rollout` does. Never throws. */
export function retryRollout(
  target: RolloutTarget,
  podTemplateHash: string,
  signal: AbortSignal,
): Promise<OperationResult> {
  return patched(target, signal, podTemplateHash, ({ status = {} }, isUncertain) => {
    if (!status.abort) return isUncertain ? done('status.abort taken back') : refused('nothing is aborted')
    return { status: { abort: false }, message: 'status.abort taken back' }
  })
}

/**
 * Lets the update go on as `kubectl argo rollouts promote` does (pkg/kubectl-argo-rollouts, cmd/promote, getPatches): lifts its pauses, or
 * where there are none skips the current step. Never throws, and never skips a second step because an answer was lost.
 */
export function promoteRollout(
  target: RolloutTarget,
  podTemplateHash: string,
  signal: AbortSignal,
): Promise<OperationResult> {
  let stoodAt: string | undefined
  return patched(target, signal, podTemplateHash, ({ spec, status = {} }, isUncertain) => {
    const { currentPodHash, stableRS, abort, currentStepIndex = 0, controllerPause } = status
    const pauseConditions = status.pauseConditions ?? []
    const standsAt = JSON.stringify([currentStepIndex, pauseConditions])
    // Of its two writes the second may be the one that was lost.
    const isMoved = isUncertain && standsAt !== stoodAt
    if (isMoved && spec.paused === true) return { spec: { paused: false }, message: 'pauses lifted' }
    if (isMoved) return done('promoted')
    stoodAt = standsAt
    if (currentPodHash === stableRS) return refused(`${podTemplateHash} is promoted already`)
    if (abort) return refused('the rollout is aborted')
    const steps = spec.strategy?.canary?.steps ?? []
    const isPaused = pauseConditions.length > 0
    const isInconclusive =
      isPaused && controllerPause === true && status.canary?.currentStepAnalysisRunStatus?.status === 'Inconclusive'
    const skipped = steps.length === 0 ? {} : { currentStepIndex: Math.min(currentStepIndex + 1, steps.length) }
    return {
      status: {
        pauseConditions: null,
        ...(isInconclusive && { controllerPause: false }),
        ...((isInconclusive || !isPaused) && skipped),
      },
      ...(spec.paused && { spec: { paused: false } }),
      message: isPaused ? 'pauses lifted' : 'step skipped',
    }
  })
}

/**
 * Sets `spec.replicas`.
 * @param fromReplicas what it has to be before; null: anything. Never throws.
 */
export function scaleRollout(
  target: RolloutTarget,
  { fromReplicas, replicas }: { readonly fromReplicas: number | null; readonly replicas: number },
  signal: AbortSignal,
): Promise<OperationResult> {
  return patched(target, signal, null, ({ spec }) => {
    const now = spec.replicas ?? 1
    if (now === replicas) return done(`spec.replicas is ${replicas}`)
    if (fromReplicas !== null && now !== fromReplicas)
      return refused(`spec.replicas is ${now} by now, not ${fromReplicas}`)
    return { spec: { replicas }, message: `spec.replicas set from ${now} to ${replicas}` }
  })
}

/**
 * Restarts every pod that was made before a time, as `kubectl argo rollouts restart` does: `spec.restartAt`.
 * @param atMs epoch ms; the same for every repeat, so that no repeat restarts anything again. Never throws.
 */
export function restartRollout(target: RolloutTarget, atMs: number, signal: AbortSignal): Promise<OperationResult> {
  const restartAt = new Date(atMs).toISOString().replace(/\.\d+Z$/, 'Z')
  return patched(target, signal, null, ({ spec }) => {
    const isSet = spec.restartAt !== undefined && Date.parse(spec.restartAt) >= Date.parse(restartAt)
    return isSet ? done('spec.restartAt is set') : { spec: { restartAt }, message: 'spec.restartAt set' }
  })
}

/** @param podTemplateHash the version that it is aimed at; null: any. A patch changes what was read and nothing newer. */
function patched(
  target: RolloutTarget,
  signal: AbortSignal,
  podTemplateHash: string | null,
  judge: Judge,
): Promise<OperationResult> {
  const path = rolloutPath(target)
  const send = (at: string, body: object) =>
    target.api.json('PATCH', at, { body, contentType: 'application/merge-patch+json', signal })
  return attempt(
    target.api,
    () => readRollout(target, signal),
    (rollout, isUncertain): Judged => {
      const current = rollout.status?.currentPodHash
      if (podTemplateHash !== null && current !== podTemplateHash) return refused(`the rollout is at ${current}`)
      const judged = judge(rollout, isUncertain)
      if ('ok' in judged) return judged
      const { status, spec, message } = judged
      const metadata = { resourceVersion: rollout.metadata.resourceVersion }
      return {
        message,
        write: async () => {
          if (status !== undefined) await send(`${path}/status`, { metadata, status })
          if (spec !== undefined) await send(path, status === undefined ? { metadata, spec } : { spec })
        },
      }
    },
    signal,
  )
}

/**
 * Puts the pod template of the version `toHash` back, as `kubectl argo rollouts undo` does: a JSON patch with the template of its
 * ReplicaSet without the hash label. Refused when the rollout is no longer at `podTemplateHash`. Never throws.
 */
export function undoRollout(
  target: RolloutTarget,
  podTemplateHash: string,
  toHash: string,
  signal: AbortSignal,
): Promise<OperationResult> {
  const { api, namespace, name } = target
  const setsPath = `/apis/apps/v1/namespaces/${namespace}/replicasets?labelSelector=${hashLabel}%3D${encodeURIComponent(toHash)}`
  return attempt(
    api,
    async () => {
      const rollout = await readRollout(target, signal)
      const sets = await api.json<{ items: ReplicaSetObject[] }>('GET', setsPath, { signal })
      const own = sets.items.find(set => set.metadata.ownerReferences?.some(owner => owner.name === name))
      return { current: rollout.status?.currentPodHash, template: own?.spec.template }
    },
    ({ current, template }): Judged => {
      if (current === toHash) return done(`the rollout is at ${toHash} already`)
      if (current !== podTemplateHash) return refused(`the rollout is at ${current}`)
      if (template === undefined) return refused(`no ReplicaSet of ${toHash}`)
      const { [hashLabel]: _, ...labels } = template.metadata?.labels ?? {}
      const value = { ...template, metadata: { ...template.metadata, labels } }
      const body = [
        { op: 'test', path: '/status/currentPodHash', value: podTemplateHash },
        { op: 'replace', path: '/spec/template', value },
      ]
      return {
        message: `template of ${toHash} put back`,
        write: () =>
          api.json('PATCH', rolloutPath(target), { body, contentType: 'application/json-patch+json', signal }),
      }
    },
    signal,
  )
}

export function rolloutPath({ namespace, name }: Pick<RolloutTarget, 'namespace' | 'name'>): string {
  return `/apis/argoproj.io/v1alpha1/namespaces/${namespace}/rollouts/${name}`
}

function readRollout(target: RolloutTarget, signal: AbortSignal): Promise<RolloutObject> {
  return target.api.json<RolloutObject>('GET', rolloutPath(target), { signal })
}

function done(message: string): OperationResult {
  return { ok: true, message }
}
