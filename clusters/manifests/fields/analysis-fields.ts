import { type FieldRow, honoured, inert, refused, under } from './field-row.ts'
import { named, namespaced, objectFields, unread } from './object-fields.ts'

const metric = 'spec.metrics[]'
const notPrometheus = 'only the prometheus provider is simulated'

const templateFields: readonly FieldRow[] = [
  ...objectFields,
  named,
  unread,
  honoured(
    ...under('spec', 'args[].name', 'args[].value', 'dryRun.**', 'measurementRetention.**', 'templates.**'),
    ...under(metric, 'name', 'interval', 'initialDelay', 'count', 'successCondition', 'failureCondition'),
    ...under(metric, 'failureLimit', 'inconclusiveLimit', 'consecutiveErrorLimit', 'consecutiveSuccessLimit'),
    ...under(`${metric}.provider.prometheus`, 'query', 'timeout'),
  ),
  inert(
    'queries are answered by the Prometheus of the trial',
    ...under(`${metric}.provider.prometheus`, 'address', 'insecure', 'headers.**', 'authentication.**'),
  ),
  refused('range queries are not simulated; write an instant query', `${metric}.provider.prometheus.rangeQuery.**`),
  refused(
    notPrometheus,
    ...under(`${metric}.provider`, 'cloudWatch.**', 'datadog.**', 'graphite.**', 'influxdb.**', 'job.**', 'kayenta.**'),
    ...under(`${metric}.provider`, 'newRelic.**', 'plugin', 'skywalking.**', 'wavefront.**', 'web.**'),
  ),
  refused('a trial has no Secrets; give the argument a value', 'spec.args[].valueFrom.secretKeyRef.**'),
  refused("Argo Rollouts resolves it only in a Rollout's own arguments", 'spec.args[].valueFrom.fieldRef.**'),
]

export const analysisTemplateFields: readonly FieldRow[] = [...templateFields, namespaced]

export const clusterAnalysisTemplateFields: readonly FieldRow[] = [
  ...templateFields,
  inert('a ClusterAnalysisTemplate has no namespace', 'metadata.namespace'),
]
