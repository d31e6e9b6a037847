import { setTimeout as sleep } from 'node:timers/promises'
import type { TrialPlan } from '../../harness/model/trial.ts'
import type { KubeApi } from '../live/kube-api.ts'
import type { RolloutObject } from '../live/objects.ts'
import { rolloutPath } from '../live/operations.ts'
import type { Append } from '../live/shell.ts'
import { type OverlaidManifests, releaseKey } from './overlay.ts'
import { type Seen, waitFor } from './wait.ts'

export interface ReleaseSetting {
  readonly api: KubeApi
  readonly namespace: string
  readonly plan: TrialPlan
  readonly manifests: OverlaidManifests
  /** Hash of the version before. */
  readonly fromHash: string
  readonly startEpochMs: number
  readonly append: Append
  readonly signal: AbortSignal
}

/** Patches the release key at the plan's time, and logs the declared diff once the new revision has its hash. */
export async function deployRelease(setting: ReleaseSetting): Promise<void> {
  const { api, namespace, plan, manifests, fromHash, startEpochMs, signal } = setting
  const path = rolloutPath({ namespace, name: manifests.rollout })
  const variable = `/spec/template/spec/containers/0/env/${manifests.releaseIndex}`
  await sleep(startEpochMs + plan.deployAtMs! - Date.now(), undefined, { signal })
  const t = Date.now() - startEpochMs
  await api.json('PATCH', path, {
    body: [
      { op: 'test', path: `${variable}/name`, value: releaseKey },
      { op: 'replace', path: `${variable}/value`, value: plan.release.after },
    ],
    contentType: 'application/json-patch+json',
    signal,
  })
  const update = await waitFor(
    'the hash of the new revision',
    async (): Promise<Seen<RolloutObject>> => {
      const rollout = await api.json<RolloutObject>('GET', path, { signal })
      const hash = rollout.status?.currentPodHash
      return hash === fromHash ? { pending: `still at ${hash}` } : { done: rollout }
    },
    { timeoutMs: 30_000, signal, intervalMs: 200 },
  )
  setting.append(t, 'release.updated', {
    deploy: 0,
    release: 'deploy',
    revision: Number(update.metadata.annotations?.['rollout.argoproj.io/revision'] ?? 0),
    podTemplateHash: update.status?.currentPodHash ?? '',
    alsoChanged: [],
    file: manifests.file,
    key: releaseKey,
    fromValue: plan.release.before,
    toValue: plan.release.after,
  })
}
