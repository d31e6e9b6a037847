import type { Container, PodTemplateSpec } from '../../manifests/argo-types.ts'
import { type ContainerProbes, probeSpec } from './probes.ts'
import type { ContainerFacts } from './state.ts'

/** Kubernetes v1.34, pkg/apis/core/v1/defaults.go. */
const defaultGraceSeconds = 30

/** What a pod template says of its first container to the kubelet. */
export function describeContainer(
  template: PodTemplateSpec,
): Pick<ContainerFacts, 'name' | 'image' | 'probes' | 'gracePeriodMs'> {
  const container = template.spec?.containers[0] ?? { name: '' }
  return {
    name: container.name,
    image: container.image ?? '',
    probes: probesOf(container),
    gracePeriodMs: (template.spec?.terminationGracePeriodSeconds ?? defaultGraceSeconds) * 1000,
  }
}

/** The kubelet's words where a ConfigMap lacks the key that the container refers to (pkg/kubelet/kubelet_pods.go, makeEnvironmentVariables). */
export function missingKeyError(template: PodTemplateSpec, namespace: string): string {
  const refs = (template.spec?.containers[0]?.env ?? []).flatMap(({ valueFrom }) => valueFrom?.configMapKeyRef ?? [])
  const { key, name } = refs[0] ?? { key: '', name: '' }
  return `couldn't find key ${key} in ConfigMap ${namespace}/${name}`
}

function probesOf({ ports = [], startupProbe, readinessProbe, livenessProbe }: Container): ContainerProbes {
  const portOf = (name: string) => ports.find(port => port.name === name)?.containerPort ?? 0
  return {
    ...(startupProbe && { startup: probeSpec(startupProbe, portOf) }),
    ...(readinessProbe && { readiness: probeSpec(readinessProbe, portOf) }),
    ...(livenessProbe && { liveness: probeSpec(livenessProbe, portOf) }),
  }
}
