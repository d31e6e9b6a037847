import { expect, test } from 'vitest'
import { harmless } from '../../harness/model/behaviour.ts'
import { encodeReference, encodeRelease, type PatchTarget, type ReleasePatch } from '../../harness/model/release.ts'
import { type Container, changesOf, existing, imageTags, referToRelease } from './release-patch.ts'

const container = (): Container => ({
  name: 'checkout',
  image: 'mirror.example:5000/subject:1',
  env: ['PAYMENTS_URL', 'RELEASE', 'CALL_TIMEOUT'].map(name => ({ name, value: '' })),
  readinessProbe: { httpGet: { path: '/ready' } },
})

function patch(target: PatchTarget, isFaulty: boolean): ReleasePatch {
  const name = (what: string, exists: boolean) => encodeReference(exists, `${target}/${what}`)
  const text = (what: string) => encodeRelease(harmless, what)
  const named = { before: name('before', true), after: name('after', !isFaulty), repaired: name('repaired', true) }
  return { target, ...named, intent: { before: text('before'), after: text('after') } }
}

/** The container with a JSON patch applied to it. */
function patched(target: Container, operations: readonly { op: string; path: string; value: string }[]): Container {
  const spec = { spec: { template: { spec: { containers: [structuredClone(target)] } } } }
  for (const { op, path, value } of operations) {
    const keys = path.split('/').slice(1)
    const last = keys.pop()!
    let at: Record<string, unknown> = spec
    for (const key of keys) at = at[key] as Record<string, unknown>
    if (op === 'test') expect(at[last], path).toBe(value)
    else {
      expect(at, path).toHaveProperty(last)
      at[last] = value
    }
  }
  return spec.spec.template.spec.containers[0]!
}

const reads: Record<'image' | 'configKey' | 'probePath', (container: Container) => string | undefined> = {
  image: ({ image }) => /^mirror\.example:5000\/subject:(.*)$/.exec(image)?.[1],
  configKey: ({ env }) => env?.find(({ name }) => name === 'RELEASE_CONFIG')?.valueFrom?.configMapKeyRef.key,
  probePath: ({ readinessProbe }) => readinessProbe?.httpGet?.path?.slice(1),
}

test.each(['image', 'configKey', 'probePath'] as const)('a release changes %s, and what it is for', target => {
  const release = patch(target, true)
  const first = container()
  referToRelease(first, release)
  expect(reads[target](first)).toBe(release.before)
  const changes = changesOf(first, release)
  const second = patched(
    first,
    changes.flatMap(({ operations }) => operations),
  )
  expect(reads[target](second)).toBe(release.after)
  expect(second.env?.find(({ name }) => name === 'RELEASE')?.value).toBe(release.intent?.after)
  expect(changes.map(({ fromValue, toValue }) => [fromValue, toValue])).toEqual([
    [release.before, release.after],
    [release.intent?.before, release.intent?.after],
  ])
})

test('of the names of a bad release all but one exist, and of a good one all', () => {
  const [bad, good] = [patch('configKey', true), patch('configKey', false)]
  expect(existing(bad)).toEqual([bad.before, bad.repaired])
  expect(existing(good)).toEqual([good.before, good.after, good.repaired])
  const [configMap] = referToRelease(container(), bad) as { data: object }[]
  expect(Object.keys(configMap!.data)).toEqual([bad.before, bad.repaired])
})

test('images have tags only where the release changes the image', () => {
  expect(imageTags(patch('image', true))).toHaveLength(2)
  expect(imageTags(patch('configKey', true))).toEqual([])
})
