import { describe, expect, test } from 'vitest'
import { harmless } from '../../harness/model/behaviour.ts'
import { encodeReference, encodeRelease, type PatchTarget, patchTargets } from '../../harness/model/release.ts'
import { rolloutView } from './argo/views.ts'
import { subjectOf } from './fixtures/subject.ts'
import { eventsOf, runUntil, settingOf, worldAt } from './fixtures/worlds.ts'
import { operate } from './operations.ts'
import { patchKey, patchValue, releaseIn, withPatch } from './release-patch.ts'
import type { World } from './world.ts'

const { rollout, release } = subjectOf()
const { variable } = release
const valueFor = (target: PatchTarget, isBroken: boolean, salt: string) =>
  target === 'env' || target === 'setting'
    ? encodeRelease(isBroken ? { ...harmless, errorRatio: 0.3 } : harmless, salt)
    : encodeReference(!isBroken, salt)

/** Paths of the leaves of plain data, with their values. */
function leaves(data: unknown, path = ''): [string, unknown][] {
  if (typeof data !== 'object' || data === null) return [[path, data]]
  return Object.entries(data).flatMap(([key, value]) => leaves(value, `${path}/${key}`))
}

/** Lists by the name of their entries. */
function named(data: unknown): unknown {
  if (Array.isArray(data)) return Object.fromEntries(data.map((one, i) => [one?.name ?? i, named(one)]))
  if (typeof data !== 'object' || data === null) return data
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, named(value)]))
}

describe.each(patchTargets)('a release that changes its %s', target => {
  const before = withPatch(rollout.spec, target, variable, valueFor(target, false, 'before'))

  test.each([true, false])('changes one value and nothing else; broken: %s', isBroken => {
    const after = withPatch(before, target, variable, valueFor(target, isBroken, 'after'))
    const old = new Map(leaves(named(before)))
    const changed = leaves(named(after)).filter(([path, value]) => old.get(path) !== value)
    expect(changed).toHaveLength(1)
    expect(old.has(changed[0]![0])).toBe(true)
    expect(old.size).toBe(leaves(named(after)).length)
    expect(String(changed[0]![1])).toContain(valueFor(target, isBroken, 'after'))
  })

  test('leaves the spec that it is made from as it was', () => {
    const copy = structuredClone(rollout.spec)
    withPatch(rollout.spec, target, variable, 'other')
    expect(rollout.spec).toEqual(copy)
  })

  test.each([true, false])('says what its value stands for; broken: %s', isBroken => {
    const value = valueFor(target, isBroken, 'after')
    const { template } = withPatch(before, target, variable, value)
    expect(patchValue({ template }, target, variable)).toBe(value)
    const known = releaseIn(template, variable)
    expect(known.imageExists).toBe(!(isBroken && target === 'image'))
    expect(known.configExists).toBe(!(isBroken && target === 'configKey'))
    expect(known.probePathExists).toBe(!(isBroken && target === 'probePath'))
    expect(known.behaviour.errorRatio).toBe(isBroken && (target === 'env' || target === 'setting') ? 0.3 : 0)
    expect(known.image.startsWith('carmine/subject:')).toBe(true)
  })

  test('has another key than the other targets', () => {
    const keys = patchTargets.map(one => patchKey(one, variable))
    expect(keys.filter(key => key === patchKey(target, variable))).toHaveLength(1)
  })
})

test.each([
  ['registry.example:5000/shop/checkout:1.2', 'registry.example:5000/shop/checkout:v2'],
  ['registry.example:5000/shop/checkout', 'registry.example:5000/shop/checkout:v2'],
  ['checkout@sha256:0123abcd', 'checkout:v2'],
  ['registry.example:5000/checkout:1@sha256:0123abcd', 'registry.example:5000/checkout:v2'],
])('another tag of %s is %s', (image, expected) => {
  const { template, ...spec } = rollout.spec
  const [container] = template.spec!.containers
  const own = { ...spec, template: { ...template, spec: { ...template.spec, containers: [{ ...container!, image }] } } }
  const patched = withPatch(own, 'image', variable, 'v2')
  expect(patched.template.spec!.containers[0]!.image).toBe(expected)
  expect(patchValue(patched, 'image', variable)).toBe('v2')
})

describe('a release that refers to what is not there', () => {
  const settingFor = (target: PatchTarget, isBroken = true) =>
    settingOf(
      {},
      {
        noiseFree: true,
        release: {
          target,
          before: valueFor(target, false, 'before'),
          after: valueFor(target, isBroken, 'after'),
          repaired: valueFor(target, false, 'repaired'),
          intent: null,
        },
      },
    )
  const newPods = (world: World) =>
    eventsOf(world, 'pod.changed').filter(({ data }) => data.podTemplateHash === world.deployHash)
  const waitingReasons = (world: World) => new Set(newPods(world).map(({ data }) => data.waitingReason))
  const stable = (world: World) => world.pods.filter(({ revision }) => revision === 1)

  test.each([
    ['image', ['', 'ContainerCreating', 'ErrImagePull', 'ImagePullBackOff']],
    ['configKey', ['', 'ContainerCreating', 'CreateContainerConfigError']],
    ['probePath', ['', 'ContainerCreating']],
  ] as const)(
    '%s: its pods never get Ready, the old ones go on serving, and the rollout does not move',
    (target, reasons) => {
      const world = worldAt(settingFor(target), 890_000)
      expect([...waitingReasons(world)].every(reason => (reasons as readonly string[]).includes(reason))).toBe(true)
      for (const reason of reasons.slice(2)) expect(waitingReasons(world)).toContain(reason)
      expect(newPods(world).some(({ data }) => data.ready)).toBe(false)
      expect(newPods(world).every(({ data }) => data.restarts === 0)).toBe(true)
      expect(stable(world).filter(({ servesFromMs }) => servesFromMs !== null)).toHaveLength(10)
      expect(rolloutView(world.rollout)).toMatchObject({ stableHash: world.goodHash, currentHash: world.deployHash })
      // Argo Rollouts' progressDeadlineSeconds, 600 by default.
      expect(rolloutView(world.rollout).phase).toBe('Degraded')
      expect(eventsOf(world, 'truth.cell').every(({ data }) => data.touched === 0)).toBe(true)
      expect(world.touchedPods).toHaveLength(2)
      for (const { t, data } of eventsOf(world, 'truth.pod')) {
        expect(data.touched).toBe(true)
        // Soon after the deploy: a pod that starts, is pulled for or is probed is known to be ill within half a minute.
        expect(t).toBeGreaterThan(120_000)
        expect(t).toBeLessThan(150_000)
      }
    },
  )

  test.each(['image', 'configKey', 'probePath'] as const)('%s: an abort ends it, and nothing stays touched', target => {
    const setting = settingFor(target)
    const world = worldAt(setting, 200_000)
    operate(world, { effectId: 'a', actor: 'human', podTemplateHash: world.deployHash, operation: 'abort' })
    runUntil(setting, world, 300_000)
    expect(world.touchedPods).toEqual([])
    expect(rolloutView(world.rollout).phase).toBe('Degraded')
    expect(world.pods.every(({ revision }) => revision === 1)).toBe(true)
  })

  test.each(patchTargets)('%s: the same change of something that is there harms nobody', target => {
    const world = worldAt(settingFor(target, false), 890_000)
    expect(rolloutView(world.rollout)).toMatchObject({ phase: 'Healthy', stableHash: world.deployHash })
    expect(eventsOf(world, 'truth.pod')).toEqual([])
    expect(eventsOf(world, 'truth.cell').every(({ data }) => data.touched === 0)).toBe(true)
  })
})

describe('a release of two keys', () => {
  const two = settingOf(
    {},
    {
      release: {
        target: 'image',
        before: valueFor('image', false, 'before'),
        after: valueFor('image', true, 'after'),
        repaired: valueFor('image', false, 'repaired'),
        intent: { before: valueFor('env', false, 'old intent'), after: valueFor('env', false, 'new intent') },
      },
    },
  )
  const { before, after, repaired, intent } = two.plan.release
  const live = (world: World, target: PatchTarget) => patchValue(world.rollout.spec, target, variable)

  test('changes both at once, and says so in one event', () => {
    const world = worldAt(two, 130_000)
    expect([live(world, 'image'), live(world, 'env')]).toEqual([after, intent!.after])
    expect(eventsOf(world, 'release.updated')).toMatchObject([
      {
        data: {
          key: 'image',
          fromValue: before,
          toValue: after,
          alsoChanged: [{ key: 'env RELEASE', fromValue: intent!.before, toValue: intent!.after }],
        },
      },
    ])
  })

  test('is undone as a whole, and its repair brings back what it was for', () => {
    const world = worldAt(two, 200_000)
    const aim = { actor: 'human' as const, podTemplateHash: world.deployHash }
    operate(world, { ...aim, effectId: 'a', operation: 'undo', toHash: world.goodHash })
    runUntil(two, world, 260_000)
    expect([live(world, 'image'), live(world, 'env')]).toEqual([before, intent!.before])
    const values = { value: repaired, intent: intent!.after }
    operate(world, { ...aim, effectId: 'b', operation: 'release', release: 'fix', values })
    runUntil(two, world, 850_000)
    expect([live(world, 'image'), live(world, 'env')]).toEqual([repaired, intent!.after])
    expect(rolloutView(world.rollout).phase).toBe('Healthy')
    expect(eventsOf(world, 'release.updated').map(({ data }) => [data.release, data.alsoChanged.length])).toEqual([
      ['deploy', 1],
      ['fix', 1],
    ])
  })
})

test('a process that leaks is killed when its memory is used up, again and again, and is said to have been', () => {
  const leakedKiBPerRequest = 400
  const setting = settingOf({ leakedKiBPerRequest }, { noiseFree: true })
  const world = worldAt(setting, 890_000)
  const killed = eventsOf(world, 'pod.changed').filter(({ data }) => data.lastTerminationReason === 'OOMKilled')
  expect(killed.length).toBeGreaterThan(0)
  expect(killed.every(({ data }) => data.podTemplateHash === world.deployHash)).toBe(true)
  expect(Math.max(...killed.map(({ data }) => data.restarts))).toBeGreaterThan(1)
  // What the limit leaves, a tenth of the 50 requests a second at least taking up so much each.
  const { memoryLimitBytes, idleMemoryBytes } = setting.pod
  const requests = (memoryLimitBytes! - idleMemoryBytes) / (leakedKiBPerRequest * 1024)
  const first = eventsOf(world, 'pod.changed').find(
    ({ data }) => data.podTemplateHash === world.deployHash && data.ready,
  )!
  const name = killed[0]!.data.name
  expect(killed[0]!.t - first.t).toBeLessThan((requests / 5) * 1000 + 10_000)
  expect(killed[0]!.t - first.t).toBeGreaterThan((requests / 5) * 1000 * 0.7)
  for (const { usage } of world.pods) expect(usage.atStart.memoryBytes).toBeLessThanOrEqual(memoryLimitBytes!)
  expect(eventsOf(world, 'truth.pod')[0]).toMatchObject({ data: { pod: name, touched: true } })
})
