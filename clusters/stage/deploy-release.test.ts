import { expect, onTestFinished, test } from 'vitest'
import { harmless } from '../../harness/model/behaviour.ts'
import { encodeRelease } from '../../harness/model/release.ts'
import type { TrialPlan } from '../../harness/model/trial.ts'
import { ApiServer } from '../live/fixtures/api-server.ts'
import { connectKube } from '../live/kube-api.ts'
import { releaseNow } from './deploy-release.ts'
import type { OverlaidManifests } from './overlay.ts'

const path = '/apis/argoproj.io/v1alpha1/namespaces/trial/rollouts/checkout'
const [planned, running, after] = ['planned', 'running', 'after'].map(text => encodeRelease(harmless, text)) as [
  string,
  string,
  string,
]
const containerOf = (value: string) => ({ name: 'checkout', image: 'subject:1', env: [{ name: 'RELEASE', value }] })
const rolloutAt = (currentPodHash: string, value: string) => ({
  metadata: { name: 'checkout', annotations: { 'rollout.argoproj.io/revision': '4' } },
  spec: { template: { spec: { containers: [containerOf(value)] } } },
  status: { currentPodHash },
})

test('a release in the middle of a trial is declared as a change of what runs, not of what was planned', async () => {
  const server = await ApiServer.start()
  const api = await connectKube(server.kubeconfig())
  onTestFinished(() => {
    api.close()
    return server.close()
  })
  server.put(path, rolloutAt('b', running))
  const logged: [string, unknown][] = []
  const release = { target: 'env', before: planned, after, repaired: planned, intent: null } as const
  const released = releaseNow(
    {
      api,
      namespace: 'trial',
      plan: {} as TrialPlan,
      manifests: { rollout: 'checkout', file: 'rollout.yaml', container: containerOf(planned) } as OverlaidManifests,
      fromHash: 'a',
      startEpochMs: Date.now() - 60_000,
      append: (_, type, data) => void logged.push([type, data]),
      signal: AbortSignal.timeout(20_000),
    },
    { release } as unknown as TrialPlan,
  )
  await expect.poll(() => server.requests.some(request => request.startsWith('PATCH'))).toBe(true)
  server.put(path, rolloutAt('c', after))
  await released
  const change = { key: 'env RELEASE', fromValue: running, toValue: after }
  expect(logged).toEqual([
    ['release.updated', expect.objectContaining({ ...change, podTemplateHash: 'c', revision: 4 })],
  ])
})
