import { combined, harmless } from '../../harness/model/behaviour.ts'
import { decodeRelease, type PatchTarget, referenceExists, settingVariable } from '../../harness/model/release.ts'
import type { Container, EnvVar, RolloutSpec } from '../manifests/argo-types.ts'
import type { Release } from './releases.ts'

/** The environment variable that refers to a key of a ConfigMap. */
const referring = (variable: string) => `${variable}_CONFIG`

/** Where a patch stands, in a reader's words. */
export function patchKey(target: PatchTarget, variable: string): string {
  switch (target) {
    case 'env':
      return `env ${variable}`
    case 'setting':
      return `env ${settingVariable}`
    case 'image':
      return 'image'
    case 'configKey':
      return `env ${referring(variable)} configMapKeyRef.key`
    case 'probePath':
      return 'readinessProbe.httpGet.path'
  }
}

/** The rollout's spec with another value of one key of its first container. */
export function withPatch(spec: RolloutSpec, target: PatchTarget, variable: string, value: string): RolloutSpec {
  const { template } = spec
  const [first, ...others] = template.spec?.containers ?? []
  if (first === undefined) return spec
  const containers = [patched(first, target, variable, value), ...others]
  return { ...spec, template: { ...template, spec: { ...template.spec, containers } } }
}

function patched(container: Container, target: PatchTarget, variable: string, value: string): Container {
  switch (target) {
    case 'env':
      return { ...container, env: withVariable(container, { name: variable, value }) }
    case 'setting':
      return { ...container, env: withVariable(container, { name: settingVariable, value }) }
    case 'image':
      return { ...container, image: `${repository(container.image ?? '')}:${value}` }
    case 'configKey': {
      const configMapKeyRef = { name: `${container.name}-config`, key: value }
      return {
        ...container,
        env: withVariable(container, { name: referring(variable), valueFrom: { configMapKeyRef } }),
      }
    }
    case 'probePath': {
      const { readinessProbe: probe } = container
      const httpGet = { port: 80, ...probe?.httpGet, path: `/${value}` }
      return { ...container, readinessProbe: { ...probe, httpGet } }
    }
  }
}

function withVariable({ env = [] }: Container, variable: EnvVar): EnvVar[] {
  return [...env.filter(({ name }) => name !== variable.name), variable]
}

/** An image without its tag or digest. */
function repository(image: string): string {
  return image.replace(/@.*$/, '').replace(/:[^:/]*$/, '')
}

/** The value of a patch's key. */
export function patchValue({ template }: Pick<RolloutSpec, 'template'>, target: PatchTarget, variable: string): string {
  const container = template.spec!.containers[0]!
  const variableOf = (wanted: string) => container.env?.find(({ name }) => name === wanted)
  switch (target) {
    case 'env':
      return variableOf(variable)?.value ?? ''
    case 'setting':
      return variableOf(settingVariable)?.value ?? ''
    case 'image':
      return /:([^:/]*)$/.exec(container.image ?? '')?.[1] ?? ''
    case 'configKey':
      return variableOf(referring(variable))?.valueFrom?.configMapKeyRef?.key ?? ''
    case 'probePath':
      return container.readinessProbe?.httpGet?.path?.slice(1) ?? ''
  }
}

export function imageOf(template: RolloutSpec['template']): string {
  return template.spec?.containers[0]?.image ?? ''
}

/** What a pod template of the subject says of its release. */
export function releaseIn(
  template: RolloutSpec['template'],
  variable: string,
): Omit<Release, 'revision' | 'imageKnown'> {
  const value = (target: PatchTarget) => patchValue({ template }, target, variable)
  const decoded = (text: string) => (text === '' ? harmless : decodeRelease(text))
  return {
    behaviour: combined(decoded(value('env')), decoded(value('setting'))),
    image: imageOf(template),
    imageExists: referenceExists(value('image')),
    configExists: referenceExists(value('configKey')),
    probePathExists: referenceExists(value('probePath')),
  }
}
