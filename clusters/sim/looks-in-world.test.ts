import { describe, expect, test } from 'vitest'
import type { EventData } from '../../harness/model/event.ts'
import { undisturbed } from '../../harness/model/trial.ts'
import { eventsOf, settingOf, worldAt } from './fixtures/worlds.ts'
import { createWorld } from './simulator.ts'
import type { World } from './world.ts'

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)

function looksOf(world: World, fromMs = 0): EventData<'look.taken'>[] {
  return eventsOf(world, 'look.taken').flatMap(({ data }) => (data.fromMs >= fromMs ? [data] : []))
}

/** Requests in progress for each pod and look, of the deployed version and of the one before, from a minute after the deploy on. */
function inFlightPerPod(world: World) {
  const versions = looksOf(world, 180_000).flatMap(look => (look.versions.length === 2 ? look.versions : []))
  const perPod = (isDeployed: boolean) => {
    const of = versions.filter(({ podTemplateHash }) => (podTemplateHash === world.deployHash) === isDeployed)
    return sum(of.map(({ inFlight }) => inFlight)) / sum(of.map(({ pods }) => pods))
  }
  return { deployed: perPod(true), before: perPod(false) }
}

describe('requests in progress', () => {
  test("are as many as arrive in the time that one takes: Little's law, in both versions of a good deploy", () => {
    const ofVersions = [1, 2, 3, 4].flatMap(seed => {
      const world = worldAt(settingOf({}, { seed }), 600_000)
      return looksOf(world, 180_000).flatMap(({ versions }) =>
        versions.map(version => ({ ...version, isDeployed: version.podTemplateHash === world.deployHash })),
      )
    })
    for (const isDeployed of [true, false]) {
      const some = ofVersions.filter(version => version.isDeployed === isDeployed)
      const perS = sum(some.map(({ requests }) => requests)) / 5
      const meanS = sum(some.map(({ inFlight }) => inFlight)) / perS
      // A median of 25 ms and a standard deviation of the logarithm of 0.8 make a mean of 34 ms.
      expect(meanS).toBeGreaterThan(0.028)
      expect(meanS).toBeLessThan(0.042)
    }
  })

  test('stand out where some hang, by as many as come until the caller gives up', () => {
    const hangRatio = 0.02
    const setting = settingOf({ hangRatio })
    const { deployed, before } = inFlightPerPod(worldAt(setting, 600_000))
    const hanging = (hangRatio * 5 * setting.callerTimeoutMs) / 1000
    expect(deployed - before).toBeGreaterThan(0.75 * hanging)
    expect(deployed - before).toBeLessThan(1.25 * hanging)
  })

  test('stand out where workers are lost, up to all of them and those that wait', () => {
    const setting = settingOf({ leakedWorkersPerRequest: 0.005 })
    const { deployed, before } = inFlightPerPod(worldAt(setting, 600_000))
    expect(deployed).toBeGreaterThan(before + 1)
  })
})

describe('services', () => {
  const setting = settingOf({ errorRatio: 0.2 })
  const world = worldAt(setting, 300_000)

  test('are all there, in the order of the topology, and count what they answered', () => {
    const names = Object.keys(setting.topology.services)
    const start = createWorld(setting, 'dryRun')
    const looks = looksOf(world)
    for (const { services } of looks) expect(services.map(({ service }) => service)).toEqual(names)
    for (const { name, counts } of world.services) {
      const answered = sum(counts) - sum(start.services.find(one => one.name === name)!.counts)
      const seen = sum(
        looks.flatMap(({ services }) => services.flatMap(one => (one.service === name ? one.requests : []))),
      )
      // Not what came before the first scrape and after the last one, 5 s each at most.
      expect(seen).toBeLessThanOrEqual(answered)
      expect(seen).toBeGreaterThan(0.95 * answered)
    }
  })

  test('tell of the one under test what its versions tell, and of each version what its pods tell', () => {
    for (const { versions, services } of looksOf(world)) {
      const total = (what: 'requests' | 'errors') => sum(versions.map(version => version[what]))
      const subject = services.find(({ service }) => service === setting.topology.subject)
      const slow = sum(versions.flatMap(({ latency }) => latency.slice(setting.lookShape.fastBucket + 1)))
      expect(subject).toMatchObject({ requests: total('requests'), errors: total('errors'), slow })
      for (const { byPod, pods, requests, errors } of versions) {
        expect(byPod).toHaveLength(versions.length === 2 ? pods : 0)
        if (versions.length === 2)
          expect([sum(byPod.map(one => one.requests)), sum(byPod.map(one => one.errors))]).toEqual([requests, errors])
      }
    }
  })

  test('are not told of while Prometheus is down, and afterwards all at once', () => {
    const silent = { fromMs: 60_000, toMs: 120_000 }
    const disturbances = { ...undisturbed, prometheusDown: [silent] }
    const looks = looksOf(worldAt(settingOf({}, { disturbances }), 200_000))
    expect(looks.filter(({ toMs }) => toMs >= 60_000 && toMs < 120_000)).toEqual([])
    const requests = (fromMs: number, toMs: number) => {
      const some = looks.filter(look => fromMs < look.toMs && look.toMs <= toMs)
      return sum(some.flatMap(({ services }) => services.map(one => (one.service === 'gateway' ? one.requests : 0))))
    }
    expect(requests(60_000, 130_000) / requests(130_000, 200_000)).toBeGreaterThan(0.9)
    expect(requests(60_000, 130_000) / requests(130_000, 200_000)).toBeLessThan(1.2)
  })
})
