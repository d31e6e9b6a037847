import type { KubeApi } from '../live/kube-api.ts'
import { Unavailable } from '../stage/unavailable.ts'

export interface Right {
  readonly group: string
  /** With its subresource, as `pods/log`. */
  readonly resource: string
  readonly verbs: readonly string[]
}

const change = ['create', 'get', 'list', 'patch', 'delete']
const watch = ['get', 'list', 'watch']

/** What the harness does in each of its namespaces. */
const inNamespace: readonly Right[] = [
  { group: 'argoproj.io', resource: 'rollouts', verbs: [...change, 'watch'] },
  { group: 'argoproj.io', resource: 'rollouts/status', verbs: ['patch'] },
  { group: 'argoproj.io', resource: 'analysistemplates', verbs: change },
  { group: 'argoproj.io', resource: 'analysisruns', verbs: watch },
  { group: 'apps', resource: 'deployments', verbs: change },
  { group: 'apps', resource: 'deployments/scale', verbs: ['patch'] },
  { group: 'apps', resource: 'replicasets', verbs: watch },
  { group: 'batch', resource: 'jobs', verbs: change },
  { group: '', resource: 'services', verbs: change },
  { group: '', resource: 'configmaps', verbs: change },
  { group: '', resource: 'serviceaccounts', verbs: change },
  { group: '', resource: 'serviceaccounts/token', verbs: ['create'] },
  { group: 'rbac.authorization.k8s.io', resource: 'roles', verbs: change },
  { group: 'rbac.authorization.k8s.io', resource: 'rolebindings', verbs: change },
  { group: '', resource: 'pods', verbs: watch },
  { group: '', resource: 'pods/eviction', verbs: ['create'] },
  { group: '', resource: 'pods/log', verbs: ['get'] },
  { group: '', resource: 'pods/proxy', verbs: ['get', 'create', 'patch'] },
  { group: '', resource: 'services/proxy', verbs: ['get'] },
  { group: '', resource: 'events', verbs: watch },
]

interface RoleRule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
}

/** What it does besides to those that it makes itself. */
const ofNamespaces: Right = { group: '', resource: 'namespaces', verbs: ['create', 'get', 'delete'] }

export interface UsedNamespace {
  readonly name: string
  readonly exists: boolean
}

/** What the Roles among some objects grant: nobody may grant what he has not. */
export function grantedRights(objects: readonly object[]): Right[] {
  const roles = (objects as { kind?: string; rules?: RoleRule[] }[]).filter(({ kind }) => kind === 'Role')
  return roles.flatMap(({ rules = [] }) =>
    rules.flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap(group => resources.map(resource => ({ group, resource, verbs }))),
    ),
  )
}

/**
 * Rights that a run needs and its user has not, as `rollouts.argoproj.io: create, delete (team-a, team-b)`.
 * @param granted those that the run hands on to others
 */
async function missingRights(
  api: KubeApi,
  namespaces: readonly UsedNamespace[],
  granted: readonly Right[],
  signal: AbortSignal,
): Promise<string[]> {
  const asked = namespaces.flatMap(({ name, exists }) => {
    const own = exists ? [] : [ofNamespaces]
    return [...inNamespace, ...granted, ...own].flatMap(({ group, resource, verbs }) =>
      verbs.map(verb => ({ group, resource, verb, namespace: name })),
    )
  })
  const answers = await Promise.all(
    asked.map(async ({ group, resource: whole, verb, namespace }) => {
      const [resource, subresource] = whole.split('/')
      const resourceAttributes = { group, resource, verb, namespace, ...(subresource && { subresource }) }
      const body = {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: { resourceAttributes },
      }
      const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
      const { status } = await api.json<{ status: { allowed: boolean } }>('POST', path, {
        body,
        signal,
        timeoutMs: 30_000,
      })
      return status.allowed
    }),
  )
  const refused = asked.filter((_, i) => !answers[i])
  const ofResource = Map.groupBy(refused, ({ group, resource }) => (group === '' ? resource : `${resource}.${group}`))
  return [...ofResource].map(([resource, rights]) => {
    const each = (key: 'verb' | 'namespace') => [...new Set(rights.map(right => right[key]))].join(', ')
    return `${resource}: ${each('verb')} (${each('namespace')})`
  })
}

/** @throws Unavailable with all rights that are missing */
export async function requireRights(
  api: KubeApi,
  context: string,
  namespaces: readonly UsedNamespace[],
  granted: readonly Right[],
  signal: AbortSignal,
): Promise<void> {
  const missing = await missingRights(api, namespaces, granted, signal)
  if (missing.length === 0) return
  const fix = `have them granted in ${namespaces.map(({ name }) => name).join(', ')}, as by the ClusterRole \`admin\` and one for argoproj.io`
  throw new Unavailable(
    `this user may not do in the cluster of ${context} what a run does; ${fix}. Missing:\n${missing.map(right => `  ${right}`).join('\n')}`,
  )
}
