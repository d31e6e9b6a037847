import { setTimeout as sleep } from 'node:timers/promises'
import type { TrialPlan } from '../../harness/model/trial.ts'
import type { Append } from '../live/carry-out.ts'
import { type KubeApi, KubeError } from '../live/kube-api.ts'
import type { RolloutObject } from '../live/objects.ts'
import { rolloutPath } from '../live/operations.ts'
import { sleepUntil } from '../live/sleep-until.ts'
import type { OverlaidManifests } from './overlay.ts'
import { changesOf, type ReleaseChange, releasedIn } from './release-patch.ts'
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
  const changes = changesOf(manifests.container, plan.release)
  const before = await api.json<RolloutObject>('GET', path, { signal })
  await sleepUntil(startEpochMs + plan.deployAtMs!, signal)
  const body = changes.flatMap(({ operations }) => operations)
  const t = (await patchTemplate(setting, path, body, before)) - startEpochMs
  const update = await waitFor(
    'the hash of the new revision',
    async (): Promise<Seen<RolloutObject>> => {
      const rollout = await api.json<RolloutObject>('GET', path, { signal })
      const hash = rollout.status?.currentPodHash
      return hash === fromHash ? { pending: `still at ${hash}` } : { done: rollout }
    },
    { timeoutMs: 30_000, signal, intervalMs: 200 },
  )
  const [own, ...alsoChanged] = changes.map(change => declared(manifests.file, change))
  setting.append(t, 'release.updated', {
    deploy: 0,
    release: 'deploy',
    revision: Number(update.metadata.annotations?.['rollout.argoproj.io/revision'] ?? 0),
    podTemplateHash: update.status?.currentPodHash ?? '',
    ...own!,
    alsoChanged,
  })
}

/** Deploys the release of another plan now: it changes the configuration from what the Rollout has, whoever put that there. */
export async function releaseNow(setting: ReleaseSetting, other: TrialPlan): Promise<void> {
  const { api, namespace, manifests, startEpochMs, signal } = setting
  const path = rolloutPath({ namespace, name: manifests.rollout })
  const { status, spec } = await api.json<RolloutObject>('GET', path, { signal })
  const release = { ...other.release, before: releasedIn(spec.template.spec?.containers[0]?.env) }
  const deployAtMs = Date.now() - startEpochMs
  await deployRelease({ ...setting, fromHash: status?.currentPodHash ?? '', plan: { ...other, release, deployAtMs } })
}

/** @returns the epoch ms of the attempt that took effect: the answer to an attempt may be lost, and then the Rollout tells. */
async function patchTemplate(
  { api, signal }: ReleaseSetting,
  path: string,
  body: readonly object[],
  { spec: { template } }: RolloutObject,
): Promise<number> {
  const endMs = performance.now() + patienceMs
  for (;;) {
    const sentMs = Date.now()
    try {
      await api.json('PATCH', path, {
        body,
        contentType: 'application/json-patch+json',
        signal,
        timeoutMs: answerWithinMs,
      })
      return sentMs
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof KubeError && error.status < 500) throw error
      // As patient as the connection is.
      const now = await api.json<RolloutObject>('GET', path, { signal })
      if (JSON.stringify(now.spec.template) !== JSON.stringify(template)) return sentMs
      if (error instanceof KubeError || performance.now() >= endMs) throw error
      await sleep(500, undefined, { signal })
    }
  }
}

const answerWithinMs = 10_000
const patienceMs = 120_000

function declared(file: string, { key, fromValue, toValue }: ReleaseChange) {
  return { file, key, fromValue, toValue }
}
