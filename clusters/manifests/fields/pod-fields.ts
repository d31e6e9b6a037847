import { type FieldRow, holdsAnyway, honoured, inert, refused, under } from './field-row.ts'

const pod = 'spec.template.spec'
const container = `${pod}.containers[0]`
const [startup, readiness, liveness] = ['startupProbe', 'readinessProbe', 'livenessProbe'].map(
  probe => `${container}.${probe}`,
) as [string, string, string]
const probes = [startup, readiness, liveness]

const notSimulated = 'the simulated container runs the model of a service, not a program'
const anyAnswer = 'a probe is answered as the release behaves, whatever it asks for'
const otherAddress = 'simulated probes ask the pod itself'
const whoeverIsReady = 'whether and when containers besides the first one are ready is not simulated'
const anyNode = 'simulated nodes have room for every pod and what it asks for'
const limitsElsewhere = 'limits of the pod as a whole are not simulated; write them at the container'

/** Of the pod template. What Kubernetes takes no other value of is checked by check-pod-template.ts. */
export const podFields: readonly FieldRow[] = [
  honoured('spec.template.metadata.labels.**', ...under(container, 'name', 'image', 'imagePullPolicy')),
  honoured(
    ...probes.flatMap(probe => under(probe, 'initialDelaySeconds', 'periodSeconds', 'timeoutSeconds')),
    ...probes.flatMap(probe => under(probe, 'failureThreshold', 'tcpSocket.port')),
    ...[startup, liveness].map(probe => `${probe}.terminationGracePeriodSeconds`),
    `${readiness}.successThreshold`,
    ...under(container, 'resources.requests.cpu', 'resources.limits.cpu', 'resources.limits.memory'),
    ...under(container, 'lifecycle.preStop.sleep.seconds', 'lifecycle.preStop.exec.command[]'),
    `${pod}.terminationGracePeriodSeconds`,
    `${pod}.initContainers[].name`,
  ),
  inert(holdsAnyway, `${startup}.successThreshold`, `${liveness}.successThreshold`, `${pod}.restartPolicy`),
  inert(
    anyAnswer,
    ...probes.flatMap(probe => under(probe, 'exec.**', 'grpc.**')),
    ...probes.flatMap(probe => under(`${probe}.httpGet`, 'path', 'port', 'httpHeaders.**', 'scheme')),
  ),
  refused(otherAddress, ...probes.flatMap(probe => under(probe, 'httpGet.host', 'tcpSocket.host'))),
  refused('Kubernetes takes it in no readiness probe', `${readiness}.terminationGracePeriodSeconds`),
  inert(
    notSimulated,
    'spec.template.metadata.annotations.**',
    ...under(container, 'args.**', 'command.**', 'workingDir', 'stdin', 'stdinOnce', 'tty'),
    ...under(container, 'terminationMessagePath', 'terminationMessagePolicy', 'lifecycle.stopSignal'),
  ),
  inert('a trial writes a variable of its own for every release, and the model reads no other', `${container}.env.**`),
  inert(
    'what a pod refers to is taken to exist',
    ...under(container, 'envFrom.**', 'volumeDevices.**', 'volumeMounts.**'),
    ...under(pod, 'imagePullSecrets.**', 'volumes'),
  ),
  inert(
    'a simulated container answers on every port',
    ...under(container, 'ports[].name', 'ports[].containerPort', 'ports[].protocol'),
  ),
  refused(
    'a port of the node fits one pod a node, and simulated nodes do not count them',
    ...under(container, 'ports[].hostPort', 'ports[].hostIP'),
    `${pod}.hostNetwork`,
  ),
  inert(
    'a hook that calls somebody takes no time here',
    ...under(`${container}.lifecycle.preStop`, 'httpGet.**', 'tcpSocket.**'),
  ),
  refused('the start of a simulated container waits for no hook', `${container}.lifecycle.postStart.**`),
  inert(
    'Kubernetes v1.34 uses it only behind a feature gate that is off',
    ...under(container, 'restartPolicy', 'restartPolicyRules.**'),
  ),
  inert(
    anyNode,
    ...under(
      container,
      'resources.claims.**',
      'resources.limits.*',
      'resources.requests.memory',
      'resources.requests.*',
    ),
    ...under(container, 'resizePolicy.**'),
    ...under(pod, 'overhead.**', 'resourceClaims.**', 'resources.claims.**'),
    ...under(pod, 'affinity.nodeAffinity.**', 'affinity.podAffinity.**', 'nodeSelector.**', 'tolerations.**'),
    ...under(pod, 'affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution.**'),
    ...under(pod, 'preemptionPolicy', 'priority', 'priorityClassName', 'schedulerName', 'topologySpreadConstraints.**'),
  ),
  refused(limitsElsewhere, ...under(pod, 'resources.limits.**', 'resources.requests.**')),
  refused(
    'how many pods the nodes of your cluster then have room for is not simulated; prefer, and do not require it',
    `${pod}.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution.**`,
  ),
  refused('simulated pods are spread over the nodes by the scheduler', `${pod}.nodeName`),
  refused('nobody in a trial lifts the gate, so that no pod would ever start', `${pod}.schedulingGates.**`),
  refused('nobody in a trial sets the condition, so that no pod would ever be ready', `${pod}.readinessGates.**`),
  refused(
    'Kubernetes takes it in no pod of a ReplicaSet',
    ...under(pod, 'activeDeadlineSeconds', 'ephemeralContainers.**'),
  ),
  inert(
    'an init container takes a time of the parameter kubernetes.pod.initContainer, whatever it does',
    ...initContainerFields(),
  ),
  refused(whoeverIsReady, ...[`${pod}.initContainers[]`, `${pod}.containers[1+]`].flatMap(readyFields)),
  inert('containers besides the first one take no part in the requests', ...otherContainerFields()),
  inert(
    'rights and security settings change nothing in a simulated pod',
    `${container}.securityContext.**`,
    ...under(pod, 'automountServiceAccountToken', 'hostIPC', 'hostPID', 'hostUsers', 'os.**', 'runtimeClassName'),
    ...under(pod, 'securityContext.**', 'serviceAccount', 'serviceAccountName', 'shareProcessNamespace'),
  ),
  inert(
    'simulated pods have no names in DNS',
    ...under(pod, 'dnsConfig.**', 'dnsPolicy', 'enableServiceLinks', 'hostAliases.**', 'hostname', 'hostnameOverride'),
    ...under(pod, 'setHostnameAsFQDN', 'subdomain'),
  ),
]

function readyFields(prefix: string): string[] {
  return under(prefix, 'startupProbe.**', 'readinessProbe.**', 'livenessProbe.**', 'lifecycle.postStart.**')
}

function initContainerFields(): string[] {
  const rest = ['args.**', 'command.**', 'env.**', 'envFrom.**', 'image', 'imagePullPolicy', 'lifecycle.preStop.**']
  const more = [
    'lifecycle.stopSignal',
    'ports.**',
    'resizePolicy.**',
    'resources.**',
    'restartPolicy',
    'securityContext.**',
  ]
  const last = [
    'restartPolicyRules.**',
    'stdin',
    'stdinOnce',
    'terminationMessagePath',
    'terminationMessagePolicy',
    'tty',
  ]
  return under(
    `${pod}.initContainers[]`,
    ...rest,
    ...more,
    ...last,
    'volumeDevices.**',
    'volumeMounts.**',
    'workingDir',
  )
}

function otherContainerFields(): string[] {
  const other = `${pod}.containers[1+]`
  return ['name', ...initContainerFields().map(field => field.slice(`${pod}.initContainers[].`.length))].map(
    field => `${other}.${field}`,
  )
}
