import { stringify } from 'yaml'
import type { Telemetry } from '../manifests/telemetry.ts'
import type { ClusterSettings } from './settings.ts'

const name = 'prometheus'

/** Path of a namespace's own Prometheus behind the API server. */
export function prometheusPath(namespace: string): string {
  return `/api/v1/namespaces/${namespace}/services/${name}:9090/proxy`
}

/** Address of a namespace's own Prometheus from within the cluster. */
export function prometheusAddress(namespace: string): string {
  return `http://${name}.${namespace}.svc:9090`
}

/**
 * Manifests of a Prometheus in a trial's namespace, so that one that is disturbed disturbs one trial: it scrapes the declared port
 * `metrics` of the pods beside it and nothing else, with the right to list those pods and nothing else.
 */
export function prometheusManifests(
  { prometheusImage }: Pick<ClusterSettings, 'prometheusImage'>,
  namespace: string,
  telemetry: Telemetry,
): string {
  const metadata = { name, namespace, labels: { app: name } }
  const rbac = { apiVersion: 'rbac.authorization.k8s.io/v1', metadata: { name, namespace } }
  const configuration = {
    global: {
      scrape_interval: `${telemetry.scrapeInterval}ms`,
      scrape_timeout: `${Math.round(telemetry.scrapeInterval * 0.8)}ms`,
    },
    scrape_configs: [
      {
        job_name: 'pods',
        kubernetes_sd_configs: [{ role: 'pod', namespaces: { names: [namespace] } }],
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
  const documents = [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    { ...rbac, kind: 'Role', rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] }] },
    {
      ...rbac,
      kind: 'RoleBinding',
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'prometheus.yml': stringify(configuration) } },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { selector: { app: name }, ports: [{ name: 'http', port: 9090 }] },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: name } },
        template: {
          metadata: { labels: { app: name } },
          spec: {
            serviceAccountName: name,
            containers: [
              {
                name,
                image: prometheusImage,
                imagePullPolicy: 'IfNotPresent',
                args: [
                  '--config.file=/etc/prometheus/prometheus.yml',
                  '--storage.tsdb.path=/prometheus',
                  '--storage.tsdb.retention.time=2h',
                ],
                ports: [{ name: 'http', containerPort: 9090 }],
                resources: { requests: { cpu: '10m', memory: '64Mi' } },
                readinessProbe: { httpGet: { path: '/-/ready', port: 'http' }, periodSeconds: 1 },
                volumeMounts: [
                  { name: 'config', mountPath: '/etc/prometheus' },
                  { name: 'data', mountPath: '/prometheus' },
                ],
              },
            ],
            securityContext: { runAsNonRoot: true, runAsUser: 65534, fsGroup: 65534 },
            volumes: [
              { name: 'config', configMap: { name } },
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
