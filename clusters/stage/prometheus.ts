import { stringify } from 'yaml'
import type { Telemetry } from '../manifests/telemetry.ts'
import type { ClusterSettings } from './settings.ts'

/** As in the address that the shipped AnalysisTemplates name. */
export const prometheusNamespace = 'monitoring'

/** Path of Prometheus behind the API server. */
export const prometheusPath = `/api/v1/namespaces/${prometheusNamespace}/services/prometheus:9090/proxy`

/**
 * Manifests of a Prometheus that scrapes the declared port `metrics` of the pods of some namespaces and nothing else, with the right
 * to list those pods and nothing else.
 */
export function prometheusManifests(
  settings: ClusterSettings,
  namespaces: readonly string[],
  telemetry: Telemetry,
): string {
  const metadata = { name: 'prometheus', namespace: prometheusNamespace, labels: { app: 'prometheus' } }
  const configuration = {
    global: {
      scrape_interval: `${telemetry.scrapeInterval}ms`,
      scrape_timeout: `${Math.round(telemetry.scrapeInterval * 0.8)}ms`,
    },
    scrape_configs: [
      {
        job_name: 'pods',
        kubernetes_sd_configs: [{ role: 'pod', namespaces: { names: namespaces } }],
        relabel_configs: [
          { source_labels: ['__meta_kubernetes_pod_container_port_name'], regex: 'metrics', action: 'keep' },
          { source_labels: ['__meta_kubernetes_pod_phase'], regex: 'Succeeded|Failed', action: 'drop' },
          ...labels('__meta_kubernetes_namespace', telemetry.labels.namespace),
          ...labels('__meta_kubernetes_pod_name', telemetry.labels.pod),
          ...labels('__meta_kubernetes_pod_label_app', ...telemetry.labels.service),
          ...labels('__meta_kubernetes_pod_label_rollouts_pod_template_hash', telemetry.labels.podTemplateHash),
        ],
      },
    ],
  }
  const access = namespaces.flatMap(namespace => [
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name: 'prometheus', namespace },
      rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] }],
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: 'prometheus', namespace },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'prometheus' },
      subjects: [{ kind: 'ServiceAccount', name: 'prometheus', namespace: prometheusNamespace }],
    },
  ])
  const documents = [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    ...access,
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'prometheus.yml': stringify(configuration) } },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { selector: { app: 'prometheus' }, ports: [{ name: 'http', port: 9090 }] },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: 'prometheus' } },
        template: {
          metadata: { labels: { app: 'prometheus' } },
          spec: {
            serviceAccountName: 'prometheus',
            containers: [
              {
                name: 'prometheus',
                image: settings.prometheusImage,
                args: [
                  '--config.file=/etc/prometheus/prometheus.yml',
                  '--storage.tsdb.path=/prometheus',
                  '--storage.tsdb.retention.time=2h',
                ],
                ports: [{ name: 'http', containerPort: 9090 }],
                readinessProbe: { httpGet: { path: '/-/ready', port: 'http' }, periodSeconds: 1 },
                volumeMounts: [
                  { name: 'config', mountPath: '/etc/prometheus' },
                  { name: 'data', mountPath: '/prometheus' },
                ],
              },
            ],
            securityContext: { runAsNonRoot: true, runAsUser: 65534, fsGroup: 65534 },
            volumes: [
              { name: 'config', configMap: { name: 'prometheus' } },
              { name: 'data', emptyDir: {} },
            ],
          },
        },
      },
    },
  ]
  return documents.map(document => stringify(document)).join('---\n')
}

function labels(source: string, ...targets: string[]) {
  return targets.map(target => ({ source_labels: [source], target_label: target }))
}
