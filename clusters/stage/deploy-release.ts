import { setTimeout as sleep } from 'node:timers/promises'
import { settingVariable } from '../../harness/model/release.ts'
import type { TrialPlan } from '../../harness/model/trial.ts'
import type { Append } from '../live/carry-out.ts'
import type { KubeApi } from '../live/kube-api.ts'
import type { RolloutObject } from '../live/objects.ts'
import { rolloutPath } from '../live/operations.ts'
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

/** Patches the release's keys at the plan's time, and logs the declared diff once the new revision has its hash. */
export async function deployRelease(setting: ReleaseSetting): Promise<void> {
  const { api, namespace, plan, manifests, fromHash, startEpochMs, signal } = setting
  const path = rolloutPath({ namespace, name: manifests.rollout })
  const { target, before, after, intent } = plan.release
  const own = { name: target === 'setting' ? settingVariable : releaseKey, fromValue: before, toValue: after }
  const purpose = intent === null ? [] : [{ name: releaseKey, fromValue: intent.before, toValue: intent.after }]
  await sleep(startEpochMs + plan.deployAtMs! - Date.now(), undefined, { signal })
  const t = Date.now() - startEpochMs
  await api.json('PATCH', path, {
    body: [own, ...purpose].flatMap(({ name, toValue }) => {
      const variable = `/spec/template/spec/containers/0/env/${manifests.variables.indexOf(name)}`
      return [
        { op: 'test', path: `${variable}/name`, value: name },
        { op: 'replace', path: `${variable}/value`, value: toValue },
      ]
    }),
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
  const declared = ({ name, fromValue, toValue }: typeof own) => ({
    file: manifests.file,
    key: `env ${name}`,
    fromValue,
    toValue,
  })
  setting.append(t, 'release.updated', {
    deploy: 0,
    release: 'deploy',
    revision: Number(update.metadata.annotations?.['rollout.argoproj.io/revision'] ?? 0),
    podTemplateHash: update.status?.currentPodHash ?? '',
    ...declared(own),
    alsoChanged: purpose.map(declared),
  })
}
