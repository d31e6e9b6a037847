import { didYouMean } from '../../harness/model/problem.ts'
import type { Path } from '../../harness/model/yaml-source.ts'
import { sleepSeconds } from '../sim/kubernetes/container-facts.ts'
import type { Container, IntOrString, Probe, Rollout } from './argo-types.ts'
import type { ManifestObject } from './manifest-object.ts'
import { quantity } from './quantity.ts'
import { type Report, tell, tellInert, tellUnlessLenient } from './report.ts'

/** Default of `terminationGracePeriodSeconds` (Kubernetes v1.34, pkg/apis/core/v1/defaults.go). */
const defaultGraceSeconds = 30

type Tell = (path: Path, message: string, hint?: string) => void

/**
 * What Kubernetes v1.34 refuses in a pod template of a ReplicaSet with the right shape, as far as it changes a trial (pkg/apis/core/validation/
 * validation.go; pkg/apis/apps/validation, ValidatePodTemplateSpecForReplicaSet), and what its first container refers to in vain.
 */
export function checkPodTemplate(report: Report, rollout: ManifestObject, objects: readonly ManifestObject[]): void {
  const { replicas, template } = (rollout.value as unknown as Rollout).spec
  if (replicas === 0) tell(report, rollout, ['spec', 'replicas'], '`spec.replicas` is 0: a trial needs pods that serve')
  const spec = template?.spec
  if (spec === undefined) return
  const at = ['spec', 'template', 'spec']
  const error: Tell = (path, message, hint) => tell(report, rollout, [...at, ...path], message, { hint })
  const {
    containers,
    restartPolicy = 'Always',
    terminationGracePeriodSeconds: graceSeconds = defaultGraceSeconds,
  } = spec
  if (restartPolicy !== 'Always')
    error(['restartPolicy'], `\`restartPolicy\`: a ReplicaSet takes Always alone, not \`${restartPolicy}\``)
  if (graceSeconds < 0) error(['terminationGracePeriodSeconds'], '`terminationGracePeriodSeconds` is below 0')
  const [first] = containers ?? []
  if (first === undefined) return
  checkImage(report, rollout, first)
  for (const kind of ['startupProbe', 'readinessProbe', 'livenessProbe'] as const)
    if (first[kind] !== undefined) checkProbe(error, kind, first[kind], first)
  checkResources(error, first)
  checkHook(report, rollout, first, graceSeconds)
  checkReferences(error, first, objects)
}

function checkImage(report: Report, rollout: ManifestObject, { imagePullPolicy: policy = 'Always' }: Container): void {
  if (['Always', 'IfNotPresent'].includes(policy)) return
  const path = ['spec', 'template', 'spec', 'containers', 0, 'imagePullPolicy']
  if (policy === 'Never')
    tellUnlessLenient(report, rollout, path, '`imagePullPolicy: Never` is not supported: simulated nodes pull images')
  else tell(report, rollout, path, `\`imagePullPolicy\`: expected Always, IfNotPresent or Never, got \`${policy}\``)
}

function checkProbe(
  error: Tell,
  kind: 'startupProbe' | 'readinessProbe' | 'livenessProbe',
  probe: Probe,
  container: Container,
) {
  const at = ['containers', 0, kind]
  const handlers = (['httpGet', 'exec', 'tcpSocket', 'grpc'] as const).filter(handler => probe[handler] !== undefined)
  if (handlers.length !== 1) error(at, `a probe asks in one way, and this one has ${handlers.join(', ') || 'none'}`)
  for (const handler of ['httpGet', 'tcpSocket'] as const)
    checkPort(error, [...at, handler, 'port'], probe[handler]?.port, container, kind)
  const numbers = [
    'initialDelaySeconds',
    'periodSeconds',
    'timeoutSeconds',
    'successThreshold',
    'failureThreshold',
  ] as const
  for (const field of numbers) if ((probe[field] ?? 0) < 0) error([...at, field], `\`${field}\` is below 0`)
  if (kind !== 'readinessProbe' && (probe.successThreshold ?? 1) > 1)
    error([...at, 'successThreshold'], `\`successThreshold\` of a ${kind} is 1, not ${probe.successThreshold}`)
}

function checkPort(
  error: Tell,
  path: Path,
  port: IntOrString | undefined,
  { ports = [] }: Container,
  kind: string,
): void {
  const names = ports.map(({ name }) => name ?? '')
  if (typeof port !== 'string' || names.includes(port)) return
  const outcome = kind === 'readinessProbe' ? 'its pods would never be ready' : 'the probe could not be made'
  error(path, `the container has no port \`${port}\`, so that ${outcome}`, didYouMean(port, names))
}

function checkResources(error: Tell, { resources = {} }: Container): void {
  const { requests = {}, limits = {} } = resources
  for (const [part, amounts] of Object.entries({ requests, limits })) {
    for (const [name, text] of Object.entries(amounts)) {
      const amount = quantity(text)
      if (typeof amount === 'number' && amount >= 0) continue
      const message = `\`${name}\`: \`${text}\` is no quantity; write 250m, 0.5 or 256Mi`
      error(['containers', 0, 'resources', part, name], message)
    }
  }
  for (const [name, text] of Object.entries(limits)) {
    const [limit, request] = [quantity(text), quantity(requests[name])]
    if (limit === undefined || request === undefined || request <= limit) continue
    const message = `the container requests more \`${name}\` (${requests[name]}) than its limit (${text})`
    error(['containers', 0, 'resources', 'requests', name], message)
  }
}

function checkHook(report: Report, rollout: ManifestObject, { lifecycle }: Container, graceSeconds: number): void {
  const { preStop } = lifecycle ?? {}
  const at = ['spec', 'template', 'spec', 'containers', 0, 'lifecycle', 'preStop']
  const seconds = preStop?.sleep?.seconds
  if (seconds !== undefined && (seconds < 0 || seconds > graceSeconds)) {
    const message = `\`seconds\` is from 0 to terminationGracePeriodSeconds (${graceSeconds}), and ${seconds} is not`
    tell(report, rollout, [...at, 'sleep', 'seconds'], message)
  }
  if (preStop?.exec === undefined || sleepSeconds(preStop) !== undefined) return
  const field = 'spec.template.spec.containers[].lifecycle.preStop.exec'
  tellInert(report, 'a command other than `sleep` takes no time here', `Rollout ${rollout.name}: ${field}`)
}

/** A ConfigMap that is among the files must have the keys that are wanted; one that is not is taken to exist. */
function checkReferences(error: Tell, { env = [] }: Container, objects: readonly ManifestObject[]): void {
  for (const [index, { valueFrom }] of env.entries()) {
    const ref = valueFrom?.configMapKeyRef
    if (ref === undefined || ref.optional === true) continue
    const map = objects.find(({ kind, name }) => kind === 'ConfigMap' && name === ref.name)
    if (map === undefined) continue
    const keys = ['data', 'binaryData'].flatMap(part => Object.keys(map.value[part] ?? {}))
    if (keys.includes(ref.key)) continue
    const message = `the ConfigMap \`${ref.name}\` of these files has no key \`${ref.key}\`, so that no pod would start`
    error(['containers', 0, 'env', index, 'valueFrom', 'configMapKeyRef', 'key'], message, didYouMean(ref.key, keys))
  }
}
