import { parse, stringify } from 'yaml'
import type { KubeApi } from '../live/kube-api.ts'

const name = 'carmine-engine'

/**
 * The engine's account in one namespace: it reads Rollouts, their ReplicaSets, AnalysisRuns, pods and events, patches Rollouts, and
 * queries Prometheus. Nothing else: no Secrets, no pods to change, no other namespace.
 */
export function engineAccessManifests(namespace: string): string {
  const rbac = { apiVersion: 'rbac.authorization.k8s.io/v1', metadata: { name, namespace } }
  const read = ['get', 'list', 'watch']
  const documents = [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } },
    {
      ...rbac,
      kind: 'Role',
      rules: [
        { apiGroups: ['argoproj.io'], resources: ['rollouts', 'analysisruns'], verbs: read },
        { apiGroups: ['argoproj.io'], resources: ['rollouts', 'rollouts/status'], verbs: ['patch'] },
        { apiGroups: ['apps'], resources: ['replicasets'], verbs: read },
        { apiGroups: [''], resources: ['pods', 'events'], verbs: read },
        { apiGroups: [''], resources: ['services/proxy'], resourceNames: ['prometheus:9090'], verbs: ['get'] },
      ],
    },
    {
      ...rbac,
      kind: 'RoleBinding',
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    },
  ]
  return documents.map(document => stringify(document)).join('---\n')
}

/** A kubeconfig of the engine's account, with a token of one hour. */
export async function engineKubeconfig(
  api: KubeApi,
  adminKubeconfig: string,
  namespace: string,
  signal: AbortSignal,
): Promise<string> {
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3600 } }
  const { status } = await api.json<{ status: { token: string } }>('POST', path, { body, signal })
  const { clusters } = parse(adminKubeconfig) as { clusters: { name: string }[] }
  const cluster = clusters[0]!.name
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters,
    users: [{ name, user: { token: status.token } }],
    contexts: [{ name, context: { cluster, user: name, namespace } }],
    'current-context': name,
  })
}
