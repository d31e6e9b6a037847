import { parse, stringify } from 'yaml'
import { type Level, levels } from '../../harness/model/effect.ts'
import type { KubeApi } from '../live/kube-api.ts'
import { loggingConfig } from '../live/object-operations.ts'
import { flagsConfig } from '../live/tools/flags.ts'

const name = 'carmine-engine'

interface Rule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly resourceNames?: readonly string[]
  readonly verbs: readonly string[]
}

/** Rights that a level adds to those of the levels below. */
interface Tier {
  readonly from: Level
  readonly role: string
  readonly about: string
  readonly rules: readonly Rule[]
}

/** What an engine may change by name. */
interface Engaged {
  readonly rollout: string
  /** AnalysisTemplates. */
  readonly templates: readonly string[]
}

const watch = ['list', 'watch']

/** At no level: Secrets, another namespace, another Rollout, the right to make anything, rights themselves. */
function tiers({ rollout, templates }: Engaged): Tier[] {
  return [
    {
      from: 'L0',
      role: `${name}-observe`,
      about: 'sees the Rollout, its pods and events, and flags, and queries Prometheus',
      rules: [
        { apiGroups: ['argoproj.io'], resources: ['rollouts'], resourceNames: [rollout], verbs: ['get', ...watch] },
        { apiGroups: ['argoproj.io'], resources: ['analysisruns'], verbs: watch },
        { apiGroups: ['apps'], resources: ['replicasets'], verbs: ['list'] },
        { apiGroups: [''], resources: ['pods', 'events'], verbs: watch },
        { apiGroups: [''], resources: ['configmaps'], resourceNames: [flagsConfig], verbs: ['get', ...watch] },
        { apiGroups: [''], resources: ['services/proxy'], resourceNames: ['prometheus:9090'], verbs: ['get'] },
      ],
    },
    {
      from: 'L1',
      role: `${name}-roll-back`,
      about: 'holds, aborts and undoes a deploy',
      rules: [
        {
          apiGroups: ['argoproj.io'],
          resources: ['rollouts', 'rollouts/status'],
          resourceNames: [rollout],
          verbs: ['patch'],
        },
      ],
    },
    {
      from: 'L2',
      role: `${name}-diagnose`,
      about: "reads the pods' logs and what they use; L3 needs nothing more",
      rules: [
        { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
        { apiGroups: ['autoscaling'], resources: ['horizontalpodautoscalers'], verbs: ['list'] },
        { apiGroups: ['metrics.k8s.io'], resources: ['pods'], verbs: ['list'] },
      ],
    },
    {
      from: 'L4',
      role: `${name}-remedy`,
      about: 'restarts pods, widens limits of analysis, silences log messages; to scale is a patch of the Rollout',
      rules: [
        { apiGroups: [''], resources: ['pods'], verbs: ['get', 'delete'] },
        // No names at all would mean every one.
        ...(templates.length === 0
          ? []
          : [
              {
                apiGroups: ['argoproj.io'],
                resources: ['analysistemplates'],
                resourceNames: templates,
                verbs: ['get', 'patch'],
              },
            ]),
        {
          apiGroups: [''],
          resources: ['configmaps'],
          resourceNames: [loggingConfig(rollout)],
          verbs: ['get', 'patch'],
        },
      ],
    },
  ]
}

/** The engine's account in one namespace, with the rights that a level needs and no others. */
export function engineAccessManifests(namespace: string, engaged: Engaged, level: Level): string {
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } }
  const granted = tiers(engaged).filter(({ from }) => levels.indexOf(from) <= levels.indexOf(level))
  const documents = [account, ...granted.flatMap(tier => grant(tier, namespace))]
  return documents.map(plainYaml).join('---\n')
}

/** The same for all levels, each in a part of its own, for people who grant them. */
export function engineAccessGuide(namespace: string, engaged: Engaged): string {
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } }
  const parts = tiers(engaged).map(tier => {
    const [role, ...bindings] = grant(tier, namespace).map(plainYaml)
    return [`# From ${tier.from} on: ${tier.about}.\n${role}`, ...bindings].join('---\n')
  })
  return [plainYaml(account), ...parts].join('---\n')
}

/** Without anchors, for people. */
function plainYaml(document: object): string {
  return stringify(document, { aliasDuplicateObjects: false })
}

function grant({ role, rules }: Tier, namespace: string) {
  const metadata = { name: role, namespace }
  const group = 'rbac.authorization.k8s.io'
  return [
    { apiVersion: `${group}/v1`, kind: 'Role', metadata, rules },
    {
      apiVersion: `${group}/v1`,
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: group, kind: 'Role', name: role },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    },
  ]
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
