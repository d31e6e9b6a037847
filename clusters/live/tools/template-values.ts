import type { Container, EnvVar, PodTemplateSpec } from '../../manifests/argo-types.ts'

/** An environment variable as the API gives it: it may refer to more than carmine's manifests do. */
type Variable = EnvVar & {
  readonly valueFrom?: {
    readonly configMapKeyRef?: { readonly name: string; readonly key: string }
    readonly secretKeyRef?: { readonly name: string; readonly key: string }
  }
}

/** Of the values that a template holds, one that a release may change: where it stands, and how the API's JSON points at it. */
export interface TemplateValue {
  /** As `release.updated` names it. */
  readonly key: string
  readonly value: string
  /** JSON pointer below the template. */
  readonly pointer: string
  /** What else has to be so for the pointer to mean it. */
  readonly test: { readonly pointer: string; readonly value: string } | null
}

/** What stands in the first container of a pod template where a release may change it. Of Secrets the names alone are there. */
export function templateValues({ spec }: PodTemplateSpec): TemplateValue[] {
  const container = spec?.containers[0]
  if (container === undefined) return []
  const at = '/spec/containers/0'
  return [
    ...variables(container, at),
    ...plain('image', container.image, `${at}/image`),
    ...(['readinessProbe', 'livenessProbe', 'startupProbe'] as const).flatMap(probe =>
      plain(`${probe}.httpGet.path`, container[probe]?.httpGet?.path, `${at}/${probe}/httpGet/path`),
    ),
    ...resources(container, at),
  ]
}

/** The same as a record, for comparing. */
export function valuesByKey(template: PodTemplateSpec): Record<string, string> {
  return Object.fromEntries(templateValues(template).map(({ key, value }) => [key, value]))
}

function variables({ env = [] }: Container, at: string): TemplateValue[] {
  return (env as readonly Variable[]).flatMap(({ name, value, valueFrom }, i) => {
    const test = { pointer: `${at}/env/${i}/name`, value: name }
    const { configMapKeyRef, secretKeyRef } = valueFrom ?? {}
    const referring = (kind: string, key: string) => ({
      key: `env ${name} ${kind}.key`,
      value: key,
      pointer: `${at}/env/${i}/valueFrom/${kind}/key`,
      test,
    })
    if (configMapKeyRef !== undefined) return [referring('configMapKeyRef', configMapKeyRef.key)]
    if (secretKeyRef !== undefined) return [referring('secretKeyRef', secretKeyRef.key)]
    return value === undefined ? [] : [{ key: `env ${name}`, value, pointer: `${at}/env/${i}/value`, test }]
  })
}

function resources({ resources: all = {} }: Container, at: string): TemplateValue[] {
  return Object.entries(all).flatMap(([kind, amounts]) =>
    Object.entries(amounts).flatMap(([resource, amount]) =>
      plain(`resources.${kind}.${resource}`, String(amount), `${at}/resources/${kind}/${resource}`),
    ),
  )
}

function plain(key: string, value: string | undefined, pointer: string): TemplateValue[] {
  return value === undefined ? [] : [{ key, value, pointer, test: null }]
}
