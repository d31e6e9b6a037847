import { harmless } from '../../harness/model/behaviour.ts'
import {
  decodeRelease,
  type PatchTarget,
  type ReleasePatch,
  referenceExists,
  settingVariable,
} from '../../harness/model/release.ts'

/** The key that a release changes: an environment variable of the Rollout's first container. */
const releaseKey = 'RELEASE'

/** The parts of a container that a release can change. */
export interface Container {
  name: string
  image: string
  env?: Variable[]
  readinessProbe?: { httpGet?: { path?: string }; initialDelaySeconds?: number }
}

interface Variable {
  name: string
  value?: string
  valueFrom?: { configMapKeyRef: { name: string; key: string } }
}

/** One change of the Rollout, as it is declared and as JSON patch operations on its spec. */
export interface ReleaseChange {
  readonly key: string
  readonly fromValue: string
  readonly toValue: string
  readonly operations: readonly { readonly op: 'test' | 'replace'; readonly path: string; readonly value: string }[]
}

const referring = `${releaseKey}_CONFIG`
const firstContainer = '/spec/template/spec/containers/0'

/** What the first revision is released with, as environment variables. */
export function releaseVariables({
  target,
  before,
  intent,
}: ReleasePatch): Record<string, string> & { RELEASE: string } {
  const purpose = { [releaseKey]: intent?.before ?? '' }
  if (target === 'env') return { [releaseKey]: before }
  return target === 'setting' ? { ...purpose, [settingVariable]: before } : purpose
}

/** The configuration that a container was released with, by its variables. */
export function releasedIn(
  env: readonly { readonly name: string; readonly value?: string | undefined }[] = [],
): string {
  return env.find(({ name }) => name === releaseKey)?.value ?? ''
}

/**
 * Lets the container refer to what a release names, where it names something.
 * @returns manifests of what has to be there for that
 * @throws where the container has no readiness probe over HTTP to change
 */
export function referToRelease(container: Container, release: ReleasePatch): object[] {
  const { target, before } = release
  if (target === 'image') container.image = imageWithTag(container.image, before)
  if (target === 'probePath') {
    const { httpGet } = container.readinessProbe ?? {}
    if (httpGet === undefined) throw new Error(`container ${container.name} has no readiness probe over HTTP to change`)
    httpGet.path = `/${before}`
  }
  if (target !== 'configKey') return []
  const name = `${container.name}-config`
  const valueFrom = { configMapKeyRef: { name, key: before } }
  container.env = [...(container.env ?? []).filter(one => one.name !== referring), { name: referring, valueFrom }]
  const data = Object.fromEntries(existing(release).map(key => [key, '']))
  return [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data }]
}

/** The names in a release's patch that exist, for targets that name something. */
export function existing({ before, after, repaired }: ReleasePatch): string[] {
  return [before, after, repaired].filter(referenceExists)
}

/** The tags under which the subject's image has to be there; none where the release changes something else. */
export function imageTags(release: ReleasePatch): string[] {
  return release.target === 'image' ? existing(release) : []
}

/** The same repository with another tag. */
export function imageWithTag(image: string, tag: string): string {
  return `${image.replace(/@.*$/, '').replace(/:[^:/]*$/, '')}:${tag}`
}

/** What a release changes, its own key first. @param container as it was applied. */
export function changesOf(container: Container, release: ReleasePatch): ReleaseChange[] {
  const { target, before, after, intent } = release
  const own = changeOf(container, target, before, after)
  return intent === null ? [own] : [own, changeOf(container, 'env', intent.before, intent.after)]
}

function changeOf(container: Container, target: PatchTarget, fromValue: string, toValue: string): ReleaseChange {
  const change = { fromValue, toValue }
  const replaced = (path: string, value: string) => ({
    op: 'replace' as const,
    path: `${firstContainer}${path}`,
    value,
  })
  const inVariable = (name: string, path: string) => {
    const variable = `/env/${(container.env ?? []).findIndex(one => one.name === name)}`
    const isIt = { op: 'test' as const, path: `${firstContainer}${variable}/name`, value: name }
    return [isIt, replaced(`${variable}${path}`, toValue)]
  }
  switch (target) {
    case 'env':
      return { ...change, key: `env ${releaseKey}`, operations: inVariable(releaseKey, '/value') }
    case 'setting':
      return { ...change, key: `env ${settingVariable}`, operations: inVariable(settingVariable, '/value') }
    case 'image':
      return { ...change, key: 'image', operations: [replaced('/image', imageWithTag(container.image, toValue))] }
    case 'configKey': {
      const operations = inVariable(referring, '/valueFrom/configMapKeyRef/key')
      return { ...change, key: `env ${referring} configMapKeyRef.key`, operations }
    }
    case 'probePath':
      return {
        ...change,
        key: 'readinessProbe.httpGet.path',
        operations: [replaced('/readinessProbe/httpGet/path', `/${toValue}`)],
      }
  }
}

/** Whether a container is of a version with a fault, by what its release says. */
export function isBadRelease({ image, env = [], readinessProbe }: Container): boolean {
  const texts = env.filter(({ name, value }) => (name === releaseKey || name === settingVariable) && value)
  const names = [
    /:([^:/]*)$/.exec(image)?.[1],
    env.find(({ name }) => name === referring)?.valueFrom?.configMapKeyRef.key,
    readinessProbe?.httpGet?.path?.slice(1),
  ]
  return (
    texts.some(({ value }) => decodeRelease(value!) !== harmless) ||
    names.some(name => name !== undefined && !referenceExists(name))
  )
}

/** Whether its readiness probe asks for a path that is not there. */
export function probesNothing({ readinessProbe }: Container): boolean {
  const path = readinessProbe?.httpGet?.path
  return path !== undefined && !referenceExists(path.slice(1))
}
