import { type KubeApi, KubeError } from '../live/kube-api.ts'
import { Unavailable } from '../stage/unavailable.ts'
import { followers, workloads } from './namespaces.ts'
import type { ManifestObject } from './objects.ts'

interface Right {
  readonly group: string
  /** With its subresource, as `pods/log`. */
  readonly resource: string
  readonly verbs: readonly string[]
  /** Of no namespace. */
  readonly isClusterWide?: boolean
}

/** What is done with each object of a trial, by `kubectl apply`. */
const applied = ['create', 'get', 'patch']
/** And in a namespace that stays, by `kubectl delete --wait`. */
const deleted = ['list', 'watch', 'delete']

/** What the harness does besides, in each of its namespaces. */
const besides: readonly Right[] = [
  { group: '', resource: 'configmaps', verbs: ['list', 'watch'] },
  { group: '', resource: 'pods', verbs: ['list', 'watch'] },
  { group: '', resource: 'pods/eviction', verbs: ['create'] },
  { group: '', resource: 'pods/log', verbs: ['get'] },
  { group: '', resource: 'pods/proxy', verbs: ['get', 'create', 'patch'] },
  { group: '', resource: 'services/proxy', verbs: ['get'] },
  { group: '', resource: 'serviceaccounts/token', verbs: ['create'] },
  { group: 'apps', resource: 'deployments/scale', verbs: ['patch'] },
]

/** Finds the node that a load from outside is sent to. */
const nodes: Right = { group: '', resource: 'nodes', verbs: ['list'], isClusterWide: true }

const ofNamespace: Right = { group: '', resource: 'namespaces', verbs: ['get'] }
/** Of those that it makes itself. */
const ofOwnNamespace: readonly Right[] = [
  { group: '', resource: 'namespaces', verbs: ['create'], isClusterWide: true },
  { group: '', resource: 'namespaces', verbs: ['delete'] },
]

interface NeededRights {
  readonly always: readonly Right[]
  /** In namespaces that were there before. */
  readonly inExisting: readonly Right[]
}

/**
 * All that a run does with the rights of its user, and no more.
 * @param objects that its trials make
 * @throws Unavailable for a kind that the cluster does not know
 */
export async function neededRights(
  api: KubeApi,
  objects: readonly ManifestObject[],
  loadsFromHere: boolean,
  signal: AbortSignal,
): Promise<NeededRights> {
  const made = await resourcesOf(api, objects, signal)
  const looked = [...workloads, ...followers].map((name): Right => {
    const [resource = '', ...group] = name.split('.')
    return { group: group.join('.'), resource, verbs: ['list'] }
  })
  return {
    always: [
      ...made.map(one => ({ ...one, verbs: applied })),
      ...besides,
      ...grantedRights(objects),
      ofNamespace,
      ...(loadsFromHere ? [nodes] : []),
    ],
    inExisting: [...made.map(one => ({ ...one, verbs: deleted })), ...looked],
  }
}

async function resourcesOf(
  api: KubeApi,
  objects: readonly ManifestObject[],
  signal: AbortSignal,
): Promise<Pick<Right, 'group' | 'resource'>[]> {
  const byVersion = Map.groupBy(objects, ({ apiVersion }) => apiVersion)
  const found = await Promise.all(
    [...byVersion].map(async ([apiVersion, ofVersion]) => {
      const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''
      const path = group === '' ? `/api/${apiVersion}` : `/apis/${apiVersion}`
      const { resources } = await api
        .json<{ resources: { name: string; kind: string }[] }>('GET', path, { signal })
        .catch((error: unknown) => {
          if (error instanceof KubeError && error.status === 404) return { resources: [] }
          throw error
        })
      return [...new Set(ofVersion.map(({ kind }) => kind))].map(kind => {
        const known = resources.find(one => one.kind === kind && !one.name.includes('/'))
        if (known === undefined)
          throw new Unavailable(`the manifests bring a ${kind} of ${apiVersion}, which the cluster does not know`)
        return { group, resource: known.name }
      })
    }),
  )
  return found.flat()
}

interface RoleRule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
}

export interface UsedNamespace {
  readonly name: string
  readonly exists: boolean
}

/** What the Roles among some objects grant: nobody may grant what he has not. */
function grantedRights(objects: readonly object[]): Right[] {
  const roles = (objects as { kind?: string; rules?: RoleRule[] }[]).filter(({ kind }) => kind === 'Role')
  return roles.flatMap(({ rules = [] }) =>
    rules.flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap(group => resources.map(resource => ({ group, resource, verbs }))),
    ),
  )
}

interface Question {
  readonly group: string
  readonly resource: string
  readonly verb: string
  /** Empty: the whole cluster. */
  readonly namespace: string
}

/** Each once. */
function questionsOf(namespaces: readonly UsedNamespace[], { always, inExisting }: NeededRights): Question[] {
  const all = namespaces.flatMap(({ name, exists }) =>
    [...always, ...(exists ? inExisting : ofOwnNamespace)].flatMap(({ group, resource, verbs, isClusterWide }) =>
      verbs.map(verb => ({ group, resource, verb, namespace: isClusterWide ? '' : name })),
    ),
  )
  return [...new Map(all.map(one => [JSON.stringify(one), one])).values()]
}

async function isAllowed(
  api: KubeApi,
  { group, resource: whole, verb, namespace }: Question,
  signal: AbortSignal,
): Promise<boolean> {
  const [resource, subresource] = whole.split('/')
  const resourceAttributes = { group, resource, verb, namespace, ...(subresource && { subresource }) }
  const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: { resourceAttributes } }
  const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
  const { status } = await api.json<{ status: { allowed: boolean } }>('POST', path, { body, signal, timeoutMs: 30_000 })
  return status.allowed
}

/** @throws Unavailable with all rights that are missing, as `rollouts.argoproj.io: create, patch (team-a, team-b)` */
export async function requireRights(
  api: KubeApi,
  context: string,
  namespaces: readonly UsedNamespace[],
  needed: NeededRights,
  signal: AbortSignal,
): Promise<void> {
  const asked = questionsOf(namespaces, needed)
  const answers = await Promise.all(asked.map(one => isAllowed(api, one, signal)))
  const refused = asked.filter((_, i) => !answers[i])
  if (refused.length === 0) return
  const ofResource = Map.groupBy(refused, ({ group, resource }) => (group === '' ? resource : `${resource}.${group}`))
  const missing = [...ofResource].map(([resource, rights]) => {
    const verbs = new Set(rights.map(({ verb }) => verb))
    const places = new Set(rights.map(({ namespace }) => namespace || 'the whole cluster'))
    return `  ${resource}: ${[...verbs].join(', ')} (${[...places].join(', ')})`
  })
  const fix = `have them granted in ${namespaces.map(({ name }) => name).join(', ')}, as by the ClusterRole \`admin\` and one for argoproj.io`
  throw new Unavailable(
    `this user may not do in the cluster of ${context} what a run does; ${fix}. Missing:\n${missing.join('\n')}`,
  )
}
