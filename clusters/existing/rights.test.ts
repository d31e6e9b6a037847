import { expect, test } from 'vitest'
import { type KubeApi, KubeError, type KubeRequest } from '../live/kube-api.ts'
import type { ManifestObject } from './objects.ts'
import { neededRights, requireRights } from './rights.ts'

const { signal } = new AbortController()
const kinds: Readonly<Record<string, object[]>> = {
  '/api/v1': [
    { kind: 'ConfigMap', name: 'configmaps' },
    { kind: 'Pod', name: 'pods' },
  ],
  '/apis/argoproj.io/v1alpha1': [
    { kind: 'Rollout', name: 'rollouts/status' },
    { kind: 'Rollout', name: 'rollouts' },
  ],
  '/apis/rbac.authorization.k8s.io/v1': [{ kind: 'Role', name: 'roles' }],
}

const rules = [{ apiGroups: [''], resources: ['pods/log', 'events'], verbs: ['get'] }]
const objects = [
  { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', metadata: { name: 'checkout' } },
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'flags' } },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'engine' }, rules },
]

/** A server that knows some kinds and lets nobody do what `refused` matches. Every question is kept as `verb resource.group/sub namespace`. */
function server(refused: RegExp, asked: string[] = []): KubeApi {
  const json = async (_: string, path: string, { body }: KubeRequest = {}) => {
    if (kinds[path] !== undefined) return { resources: kinds[path] }
    if (body === undefined) throw new KubeError(404, path)
    const { verb, group, resource, subresource, namespace } = (
      body as { spec: { resourceAttributes: Record<string, string> } }
    ).spec.resourceAttributes
    const what = `${verb} ${resource}${group && `.${group}`}${subresource ? `/${subresource}` : ''} ${namespace}`
    asked.push(what)
    return { status: { allowed: !refused.test(what) } }
  }
  return { json } as unknown as KubeApi
}

async function ask(api: KubeApi, loadsFromHere = false, planned: readonly ManifestObject[] = objects) {
  const needed = await neededRights(api, planned, loadsFromHere, signal)
  const namespaces = [
    { name: 'old', exists: true },
    { name: 'new', exists: false },
  ]
  await requireRights(api, 'dev', namespaces, needed, signal)
}

test('what is asked is what is done: with each object, with what it grants, and besides; each once', async () => {
  const asked: string[] = []
  await ask(server(/^$/, asked))
  const of = (namespace: string) =>
    asked.filter(one => one.endsWith(` ${namespace}`)).map(one => one.slice(0, -namespace.length - 1))
  for (const namespace of ['old', 'new']) {
    expect(of(namespace)).toEqual(
      expect.arrayContaining([
        'create rollouts.argoproj.io',
        'patch configmaps',
        'watch configmaps',
        'create pods/proxy',
        'get pods/log',
        'get events',
        'get namespaces',
      ]),
    )
  }
  expect(of('old')).toEqual(expect.arrayContaining(['delete rollouts.argoproj.io', 'list statefulsets.apps']))
  expect(of('new').filter(one => one.startsWith('delete'))).toEqual(['delete namespaces'])
  expect(asked).toContain('create namespaces ')
  expect(new Set(asked).size).toBe(asked.length)
  expect(asked.filter(one => one.includes('nodes'))).toEqual([])
})

test('a load from this machine looks for a node', async () => {
  const asked: string[] = []
  await ask(server(/^$/, asked), true)
  expect(asked).toContain('list nodes ')
})

test('all rights that are missing are told at once, with where', async () => {
  const asking = ask(server(/pods\/proxy|create namespaces/))
  await expect(asking).rejects.toMatchObject({
    exitCode: 69,
    message: expect.stringMatching(
      /Missing:\n {2}pods\/proxy: get, create, patch \(old, new\)\n {2}namespaces: create \(the whole cluster\)$/,
    ),
  })
})

test('a kind that the cluster does not know is told', async () => {
  const unknown = { apiVersion: 'monitoring.coreos.com/v1', kind: 'PodMonitor', metadata: { name: 'checkout' } }
  await expect(ask(server(/^$/), false, [unknown])).rejects.toThrow(
    'the manifests bring a PodMonitor of monitoring.coreos.com/v1, which the cluster does not know',
  )
})
