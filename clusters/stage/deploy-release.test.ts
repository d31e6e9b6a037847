import { afterEach, beforeEach, expect, test } from 'vitest'
import type { TrialPlan } from '../../harness/model/trial.ts'
import { ApiServer, type Mishap } from '../live/fixtures/api-server.ts'
import { connectKube, type KubeApi } from '../live/kube-api.ts'
import { deployRelease } from './deploy-release.ts'

const path = '/apis/argoproj.io/v1alpha1/namespaces/trial/rollouts/checkout'
const container = { name: 'checkout', image: 'subject:1', env: [{ name: 'RELEASE', value: 'a' }] }

let server: ApiServer
let api: KubeApi

beforeEach(async () => {
  server = await ApiServer.start()
  api = await connectKube(server.kubeconfig(), { patienceMs: 20_000 })
})

afterEach(async () => {
  api.close()
  await server.close()
})

test.each<[string, Mishap[], (t: number) => boolean]>([
  ['the first, whose answer is lost', ['lost answer'], t => t < 1000],
  ['the second, as the first did not get there while the server was away', ['reset', 'reset'], t => t >= 500],
])('a deploy is when the attempt that took effect was sent: %s', async (_, mishaps, isRight) => {
  server.put(path, {
    metadata: { name: 'checkout' },
    spec: { template: { spec: { containers: [container] } } },
    status: { currentPodHash: 'new' },
  })
  // The server is away for the question after the first attempt too.
  server.meet(/^PATCH/, mishaps[0]!)
  const startEpochMs = Date.now() + 500
  const times: number[] = []
  const asked = deployRelease({
    api,
    namespace: 'trial',
    plan: {
      deployAtMs: 0,
      release: { target: 'env', before: 'a', after: 'b', repaired: 'a', intent: null },
    } as TrialPlan,
    manifests: { rollout: 'checkout', container, file: 'rollout.yaml' } as never,
    fromHash: 'old',
    startEpochMs,
    append: t => times.push(t),
    signal: new AbortController().signal,
  })
  await expect.poll(() => server.requests, { interval: 5 }).toContain(`GET ${path}`)
  for (let i = 0; i < 2; i++) server.meet(/^GET/, 'reset')
  await asked
  expect(server.get(path)).toMatchObject({ spec: { template: { spec: { containers: [{ env: [{ value: 'b' }] }] } } } })
  expect(times).toHaveLength(1)
  expect(isRight(times[0]!)).toBe(true)
})
