/**
 * What becomes of a field: `honoured` as on a cluster; `inert`: accepted, changes nothing here; `refused`: an error, because a trial that
 * ignored it would show something else than the cluster does.
 */
export interface FieldVerdict {
  readonly verdict: 'honoured' | 'inert' | 'refused'
  /** Why, for people; empty where the field is honoured. */
  readonly reason: string
}

interface FieldRow extends FieldVerdict {
  /** `[]` is any index, `[0]` the first one, `[1+]` the others, `*` any key; `.**` takes in the field and all below it. */
  readonly fields: readonly string[]
}

const honoured = (...fields: string[]): FieldRow => ({ verdict: 'honoured', reason: '', fields })
const inert = (reason: string, ...fields: string[]): FieldRow => ({ verdict: 'inert', reason, fields })
const refused = (reason: string, ...fields: string[]): FieldRow => ({ verdict: 'refused', reason, fields })

const under = (prefix: string, ...fields: string[]) => fields.map(field => `${prefix}.${field}`)

const object: readonly FieldRow[] = [
  honoured('apiVersion', 'kind', ...under('metadata', 'name', 'namespace', 'labels.**', 'annotations.**')),
  inert(
    'what a cluster writes about an object',
    ...under('metadata', 'creationTimestamp', 'deletionGracePeriodSeconds'),
  ),
  inert(
    'what a cluster writes about an object',
    ...under(
      'metadata',
      'deletionTimestamp',
      'finalizers.**',
      'generateName',
      'generation',
      'managedFields',
      'ownerReferences',
    ),
    ...under('metadata', 'resourceVersion', 'selfLink', 'uid'),
  ),
]

const reported = inert('what a cluster writes about an object', 'status.**')

const canary = 'spec.strategy.canary'
const pod = 'spec.template.spec'
const container = `${pod}.containers[0]`

const rollout: readonly FieldRow[] = [
  ...object,
  reported,
  honoured(
    ...under('spec', 'replicas', 'minReadySeconds', 'revisionHistoryLimit', 'paused', 'selector.matchLabels.**'),
    ...under('spec', 'progressDeadlineSeconds', 'progressDeadlineAbort', 'rollbackWindow.revisions', 'analysis.**'),
    ...under(canary, 'maxSurge', 'maxUnavailable', 'replicaProgressThreshold.**'),
    ...under(`${canary}.steps[]`, 'setWeight', 'pause.**'),
    ...['.analysis', '.steps[].analysis'].flatMap(analysis =>
      under(canary + analysis, 'templates.**', 'args.**', 'dryRun.**', 'measurementRetention.**'),
    ),
    `${canary}.analysis.startingStep`,
  ),
  inert('a trial starts with fresh pods', 'spec.restartAt'),
  inert(
    'labels and annotations that no query of a trial can see',
    ...under(canary, 'canaryMetadata.**', 'stableMetadata.**'),
  ),
  inert(
    'labels and annotations that no query of a trial can see',
    ...under(canary, 'analysis.analysisRunMetadata.**', 'steps[].analysis.analysisRunMetadata.**'),
    'spec.template.metadata.annotations.**',
  ),
  inert(
    'only traffic routing uses it',
    ...under(canary, 'canaryService', 'stableService', 'abortScaleDownDelaySeconds', 'scaleDownDelayRevisionLimit'),
    `${canary}.minPodsPerReplicaSet`,
  ),
  inert('every simulated pod finds a node', ...under(canary, 'antiAffinity.**')),
  refused('blue-green deployments are not simulated; use a canary', 'spec.strategy.blueGreen.**'),
  refused(
    'traffic routing is not simulated: weights are shares of pods',
    ...under(canary, 'trafficRouting.**', 'pingPong.**'),
  ),
  refused(
    'Argo Rollouts takes it only with traffic routing, which is not simulated',
    ...under(canary, 'dynamicStableScale', 'scaleDownDelaySeconds'),
    ...under(`${canary}.steps[]`, 'setCanaryScale.**', 'setHeaderRoute.**', 'setMirrorRoute.**'),
  ),
  refused('experiments are not simulated', `${canary}.steps[].experiment.**`),
  refused('step plugins are programs of yours and are not run here', `${canary}.steps[].plugin.**`),
  refused('write the pod template into the Rollout instead', 'spec.workloadRef.**'),
  refused('write what the pods must have as matchLabels', 'spec.selector.matchExpressions.**'),

  honoured('spec.template.metadata.labels.**', ...under(container, 'name', 'env.**', 'ports.**')),
  honoured(
    ...['startupProbe', 'readinessProbe', 'livenessProbe'].flatMap(probe => [
      ...under(`${container}.${probe}`, 'initialDelaySeconds', 'periodSeconds', 'timeoutSeconds', 'successThreshold'),
      ...under(`${container}.${probe}`, 'failureThreshold', 'httpGet.path', 'httpGet.port'),
    ]),
    ...under(container, 'startupProbe.terminationGracePeriodSeconds', 'livenessProbe.terminationGracePeriodSeconds'),
    `${pod}.terminationGracePeriodSeconds`,
  ),
  inert('the subject runs instead of your image', `${container}.image`),
  inert(
    'a probe is answered as the release behaves, however it asks',
    ...['startupProbe', 'readinessProbe', 'livenessProbe'].flatMap(probe => [
      ...under(`${container}.${probe}`, 'exec.**', 'grpc.**', 'tcpSocket.**'),
      ...under(`${container}.${probe}.httpGet`, 'host', 'httpHeaders.**', 'scheme'),
    ]),
    `${container}.readinessProbe.terminationGracePeriodSeconds`,
  ),
  inert(
    'the simulated container runs the model of a service, not a program',
    ...under(
      container,
      'args.**',
      'command.**',
      'envFrom.**',
      'imagePullPolicy',
      'lifecycle.**',
      'workingDir',
      'stdin',
      'stdinOnce',
    ),
    ...under(
      container,
      'tty',
      'terminationMessagePath',
      'terminationMessagePolicy',
      'volumeDevices.**',
      'volumeMounts.**',
    ),
    `${pod}.volumes`,
  ),
  inert(
    'simulated containers restart as the kubelet does by default',
    ...under(container, 'restartPolicy', 'restartPolicyRules.**'),
  ),
  inert('simulated pods have the resources that they need', ...under(container, 'resources.**', 'resizePolicy.**')),
  inert(
    'simulated pods have the resources that they need',
    ...under(pod, 'overhead.**', 'resourceClaims.**', 'resources.**'),
  ),
  inert(
    'a pod is its first container here',
    ...under(pod, 'containers[1+].**', 'initContainers.**', 'ephemeralContainers.**'),
  ),
  inert(
    'every simulated pod finds a node',
    ...under(pod, 'affinity.**', 'nodeName', 'nodeSelector.**', 'preemptionPolicy', 'priority', 'priorityClassName'),
    ...under(pod, 'schedulerName', 'schedulingGates.**', 'tolerations.**', 'topologySpreadConstraints.**'),
  ),
  inert(
    'rights and security settings change nothing in a simulated pod',
    `${container}.securityContext.**`,
    ...under(
      pod,
      'automountServiceAccountToken',
      'hostIPC',
      'hostNetwork',
      'hostPID',
      'hostUsers',
      'imagePullSecrets.**',
    ),
    ...under(
      pod,
      'os.**',
      'runtimeClassName',
      'securityContext.**',
      'serviceAccount',
      'serviceAccountName',
      'shareProcessNamespace',
    ),
  ),
  inert(
    'simulated pods have no names in DNS',
    ...under(pod, 'dnsConfig.**', 'dnsPolicy', 'enableServiceLinks', 'hostAliases.**', 'hostname', 'hostnameOverride'),
    ...under(pod, 'setHostnameAsFQDN', 'subdomain'),
  ),
  inert(
    "a simulated pod's life ends by its ReplicaSet or its release alone",
    ...under(pod, 'activeDeadlineSeconds', 'readinessGates.**', 'restartPolicy'),
  ),
]

const metric = 'spec.metrics[]'
const notPrometheus = 'only the prometheus provider is simulated'

const analysisTemplate: readonly FieldRow[] = [
  ...object,
  honoured(
    ...under('spec', 'args[].name', 'args[].value', 'dryRun.**', 'measurementRetention.**', 'templates.**'),
    ...under(
      metric,
      'name',
      'interval',
      'initialDelay',
      'count',
      'successCondition',
      'failureCondition',
      'failureLimit',
    ),
    ...under(metric, 'inconclusiveLimit', 'consecutiveErrorLimit', 'consecutiveSuccessLimit'),
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

const service: readonly FieldRow[] = [
  ...object,
  reported,
  honoured('spec.selector.**', ...under('spec.ports[]', 'name', 'port', 'targetPort')),
  inert(
    'a simulated Service spreads requests over ready pods, whatever its address',
    ...under(
      'spec',
      'allocateLoadBalancerNodePorts',
      'clusterIP',
      'clusterIPs.**',
      'externalIPs.**',
      'externalName',
      'type',
    ),
    ...under(
      'spec',
      'externalTrafficPolicy',
      'healthCheckNodePort',
      'internalTrafficPolicy',
      'ipFamilies.**',
      'ipFamilyPolicy',
    ),
    ...under('spec', 'loadBalancerClass', 'loadBalancerIP', 'loadBalancerSourceRanges.**', 'publishNotReadyAddresses'),
    ...under('spec', 'sessionAffinity', 'sessionAffinityConfig.**', 'trafficDistribution'),
    ...under('spec.ports[]', 'appProtocol', 'nodePort', 'protocol'),
  ),
]

const otherMetric = 'only the use of CPU is measured here; name the resource `cpu` with a target of type Utilization'

const autoscaler: readonly FieldRow[] = [
  ...object,
  reported,
  honoured(
    ...under('spec', 'maxReplicas', 'minReplicas', 'scaleTargetRef.**'),
    ...under('spec.metrics[]', 'type', 'resource.name'),
    ...under('spec.metrics[].resource.target', 'type', 'averageUtilization'),
    ...['scaleUp', 'scaleDown'].flatMap(direction =>
      under(`spec.behavior.${direction}`, 'policies.**', 'selectPolicy', 'stabilizationWindowSeconds'),
    ),
  ),
  inert(
    'Kubernetes v1.34 uses it only behind a feature gate that is off',
    ...under('spec.behavior', 'scaleUp.tolerance', 'scaleDown.tolerance'),
  ),
  refused(
    otherMetric,
    ...under('spec.metrics[]', 'containerResource.**', 'external.**', 'object.**', 'pods.**'),
    ...under('spec.metrics[].resource.target', 'averageValue', 'value'),
  ),
]

/** The verdict on every field of the kinds that are read, one table a kind. */
export const fieldTables: { readonly [kind: string]: readonly FieldRow[] } = {
  Rollout: rollout,
  AnalysisTemplate: analysisTemplate,
  ClusterAnalysisTemplate: analysisTemplate,
  Service: service,
  HorizontalPodAutoscaler: autoscaler,
}
