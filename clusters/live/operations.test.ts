import { expect, test } from 'vitest'
import { type KubeApi, KubeError, type KubeRequest } from './kube-api.ts'
import { abortRollout, holdRollout, resumeRollout, undoRollout } from './operations.ts'

const path = '/apis/argoproj.io/v1alpha1/namespaces/trial/rollouts/checkout'
const { signal } = new AbortController()

/** An API server that holds one Rollout and the ReplicaSet of version `a`, and refuses the first `conflicts` patches. */
function server(status: object, conflicts = 0, spec: object = {}) {
  const patches: { path: string; body: unknown; contentType: string | undefined }[] = []
  let left = conflicts
  const answer = (method: string, at: string, options: KubeRequest = {}): unknown => {
    if (method === 'PATCH') {
      if (left-- > 0) throw new KubeError(409, 'the object has been modified')
      patches.push({ path: at, body: options.body, contentType: options.contentType })
      return {}
    }
    if (at === path) return { metadata: { name: 'checkout', resourceVersion: `${7 - left}` }, spec, status }
    const template = {
      metadata: { labels: { app: 'checkout', 'rollouts-pod-template-hash': 'a' } },
      spec: { containers: [] },
    }
    return {
      items: at.includes('%3Da')
        ? [
            {
              metadata: { name: 'checkout-a', ownerReferences: [{ kind: 'Rollout', name: 'checkout' }] },
              spec: { template },
            },
          ]
        : [],
    }
  }
  const json = async (...request: [string, string, KubeRequest?]) => answer(...request)
  const api = { json, onRecovery: () => undefined } as unknown as KubeApi
  return { target: { api, namespace: 'trial', name: 'checkout' }, patches }
}

test('an abort sets status.abort and carries the version that was read', async () => {
  const { target, patches } = server({ currentPodHash: 'b', stableRS: 'a' }, 2)
  expect(await abortRollout(target, 'b', signal)).toMatchObject({ ok: true })
  expect(patches).toEqual([
    {
      path: `${path}/status`,
      body: { metadata: { resourceVersion: '7' }, status: { abort: true } },
      contentType: 'application/merge-patch+json',
    },
  ])
})

test.each([
  ['another revision is rolling out', { currentPodHash: 'c', stableRS: 'a' }, false],
  ['the revision is promoted already', { currentPodHash: 'b', stableRS: 'b' }, false],
  ['it is aborted already', { currentPodHash: 'b', stableRS: 'a', abort: true }, true],
])('an abort changes nothing when %s', async (_, status, ok) => {
  const { target, patches } = server(status)
  expect(await abortRollout(target, 'b', signal)).toMatchObject({ ok })
  expect(patches).toEqual([])
})

test('an abort that keeps meeting conflicts fails instead of going on for ever', async () => {
  const { target } = server({ currentPodHash: 'b', stableRS: 'a' }, 100)
  expect(await abortRollout(target, 'b', signal)).toEqual({ ok: false, message: 'the object has been modified' })
})

const rollingOut = { currentPodHash: 'b', stableRS: 'a' }

test.each([
  ['a hold', holdRollout, {}, true],
  ['a resume', resumeRollout, { paused: true }, false],
])('%s sets spec.paused and carries the version that was read', async (_, act, spec, paused) => {
  const { target, patches } = server(rollingOut, 1, spec)
  expect(await act(target, 'b', signal)).toMatchObject({ ok: true })
  const body = { metadata: { resourceVersion: '7' }, spec: { paused } }
  expect(patches).toEqual([{ path, body, contentType: 'application/merge-patch+json' }])
})

test.each([
  ['a hold', 'another revision is rolling out', holdRollout, { ...rollingOut, currentPodHash: 'c' }, {}],
  ['a hold', 'somebody holds it already', holdRollout, rollingOut, { paused: true }],
  ['a hold', 'the revision is promoted', holdRollout, { currentPodHash: 'b', stableRS: 'b' }, {}],
  ['a hold', 'it is aborted', holdRollout, { ...rollingOut, abort: true }, {}],
  ['a resume', 'nobody holds it', resumeRollout, rollingOut, {}],
  ['a resume', 'another revision came', resumeRollout, { ...rollingOut, currentPodHash: 'c' }, { paused: true }],
])('%s is refused when %s', async (_, __, act, status, spec) => {
  const { target, patches } = server(status, 0, spec)
  expect(await act(target, 'b', signal)).toMatchObject({
    ok: false,
    message: expect.stringMatching(/the rollout|nothing/),
  })
  expect(patches).toEqual([])
})

test('an undo puts the template of the version back without its hash label, if the revision is still the one blamed', async () => {
  const { target, patches } = server({ currentPodHash: 'b', stableRS: 'b' })
  expect(await undoRollout(target, 'b', 'a', signal)).toMatchObject({ ok: true })
  expect(patches).toEqual([
    {
      path,
      body: [
        { op: 'test', path: '/status/currentPodHash', value: 'b' },
        {
          op: 'replace',
          path: '/spec/template',
          value: { metadata: { labels: { app: 'checkout' } }, spec: { containers: [] } },
        },
      ],
      contentType: 'application/json-patch+json',
    },
  ])
})

test.each([
  ['another revision came', { currentPodHash: 'c', stableRS: 'b' }, 'a', false],
  ['it is back already', { currentPodHash: 'a', stableRS: 'b' }, 'a', true],
  ['the version has no ReplicaSet any more', { currentPodHash: 'b', stableRS: 'b' }, 'z', false],
])('an undo changes nothing when %s', async (_, status, toHash, ok) => {
  const { target, patches } = server(status)
  expect(await undoRollout(target, 'b', toHash, signal)).toMatchObject({ ok })
  expect(patches).toEqual([])
})
