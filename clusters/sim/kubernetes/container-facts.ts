import type { Container, LifecycleHandler, PodTemplateSpec } from '../../manifests/argo-types.ts'
import { type ContainerProbes, probeSpec } from './probes.ts'
import type { ContainerFacts } from './state.ts'

/** Kubernetes v1.34, pkg/apis/core/v1/defaults.go. */
const defaultGraceSeconds = 30

/** What a pod template says of its first container to the kubelet. */
export function describeContainer(
  template: PodTemplateSpec,
): Pick<ContainerFacts, 'name' | 'image' | 'asksRegistry' | 'probes' | 'gracePeriodMs' | 'preStopMs'> {
  const container = template.spec?.containers[0] ?? { name: '' }
  return {
    name: container.name,
    image: container.image ?? '',
    asksRegistry: asksRegistry(container),
    probes: probesOf(container),
    gracePeriodMs: (template.spec?.terminationGracePeriodSeconds ?? defaultGraceSeconds) * 1000,
    preStopMs: (sleepSeconds(container.lifecycle?.preStop) ?? 0) * 1000,
  }
}

/** `Always`, which is the default of an image without a tag and of `latest`. */
function asksRegistry({ image = '', imagePullPolicy }: Container): boolean {
  if (imagePullPolicy !== undefined) return imagePullPolicy === 'Always'
  const tag = /:([^:/]*)$/.exec(image)?.[1]
  return image !== '' && !image.includes('@') && (tag === undefined || tag === 'latest')
}

/** How long a hook sleeps, be it by itself or by the command of that name; undefined where it does something else. */
export function sleepSeconds({ sleep, exec }: LifecycleHandler = {}): number | undefined {
  if (sleep !== undefined) return sleep.seconds
  const [, seconds] =
    /^(?:(?:\/bin\/)?(?:ba)?sh -c )?(?:\/bin\/)?sleep (\d+)s?$/.exec(exec?.command?.join(' ') ?? '') ?? []
  return seconds === undefined ? undefined : Number(seconds)
}

/** The kubelet's words where a ConfigMap lacks the key that the container refers to (pkg/kubelet/kubelet_pods.go, makeEnvironmentVariables). */
export function missingKeyError(template: PodTemplateSpec, namespace: string): string {
  const refs = (template.spec?.containers[0]?.env ?? []).flatMap(({ valueFrom }) => valueFrom?.configMapKeyRef ?? [])
  // The release's own reference comes last; those of the template itself are taken to lead somewhere.
  const { key, name } = refs.at(-1) ?? { key: '', name: '' }
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
