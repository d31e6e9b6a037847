import { describe, expect, it } from 'vitest'
import type { Look } from '../harness/model/look.ts'
import { type AttributionFacts, attribute } from './attribution.ts'
import { detectorContext } from './fixtures/detector-context.ts'
import { type Counts, lookOf } from './fixtures/looks.ts'

const tuning = { suspectForMs: 1_800_000, confirmSlowForMs: 60_000 }
const onset = 20

/** Forty looks; from the onset on, services and versions are as in `since`. */
function play(since: Readonly<Record<string, Counts>>, versions: Readonly<Record<string, Counts>> = {}): Look[] {
  const calm = { gateway: [500], checkout: [200, 1], payments: [200, 2], database: [400] } as const
  return Array.from({ length: 40 }, (_, i) =>
    i < onset
      ? lookOf(i, calm, versions['stable'] === undefined ? {} : { judged: [40], stable: [160, 1] })
      : lookOf(i, { ...calm, ...since }, versions),
  )
}

/** The judged revision was promoted before the first look, and serves alone. */
function facts(looks: Look[], changes: Partial<AttributionFacts> = {}): AttributionFacts {
  const promoted = { deployedAtMs: -600_000, promotedAtMs: -60_000 }
  return detectorContext({ looks, nowMs: looks.at(-1)!.toMs, ...promoted, ...changes })
}

const alone: Record<string, Counts> = { judged: [200, 30] }
const errors = play({ checkout: [200, 30], gateway: [500, 30] }, alone)

describe('attribution', () => {
  it.each<[string, AttributionFacts]>([
    ['the last change, when nothing else explains errors', facts(errors)],
    [
      'a version that fails more than the stable one beside it',
      facts(play({ checkout: [200, 9] }, { judged: [40, 8], stable: [160, 1] }), {
        promotedAtMs: null,
        deployedAtMs: 0,
      }),
    ],
    [
      'a version that calls a dependency more often, and so overloads it',
      facts(play({ checkout: [200, 60], database: [900, 0, 100] }, alone)),
    ],
    ['slowness that has lasted', facts(play({ checkout: [200, 1, 40] }, { judged: [200, 1, 40] }))],
  ])('blames %s', (_, some) => {
    expect(attribute(some, tuning).blames).toBe('judged')
  })

  const dependency = { checkout: [200, 60], payments: [300, 200] } as const
  const growing = Array.from({ length: 40 }, (_, i) =>
    lookOf(i, { gateway: [100 + 20 * i], checkout: [40 + 8 * i, i < onset ? 0 : 30] }, { judged: [40 + 8 * i] }),
  )
  const both = { judged: [40, 6], stable: [160, 24] } as const
  it.each<[string, string, AttributionFacts]>([
    ['dependency', 'a dependency that fails by itself', facts(play(dependency, alone))],
    ['dependency', 'one that fails both versions', facts(play(dependency, both), { promotedAtMs: null })],
    ['flag', 'a flag that was changed just before', facts(errors, { flagChangesMs: [onset * 5000 - 20_000] })],
    ['load', 'load that grows', facts(growing)],
    ['both versions', 'what both versions do', facts(play({ checkout: [200, 30] }, both), { promotedAtMs: null })],
    ['no suspect', 'a service where nothing is new', facts(errors, { judgedHash: '', stableHash: '' })],
    ['no suspect', 'a revision that was promoted long ago', facts(errors, { promotedAtMs: -1_800_000 })],
    ['no suspect', 'one that was aborted', facts(errors, { rollout: { ...facts(errors).rollout!, aborted: true } })],
    [
      'older',
      'what began before the deploy',
      facts(errors, { deployedAtMs: onset * 5000 + 30_000, promotedAtMs: null }),
    ],
    ['no rise', 'what has always been so', facts(play({ checkout: [200, 1] }, alone))],
    [
      'too early',
      'slowness that may pass',
      facts(play({ checkout: [200, 1, 40] }, { judged: [200, 1, 40] }).slice(0, onset + 8)),
    ],
  ])('blames none and says `%s` for %s', (excuse, _, some) => {
    expect(attribute(some, tuning)).toMatchObject({ blames: null, excuse })
  })

  it('names the dependency', () => {
    expect(attribute(facts(play(dependency, alone)), tuning).reason).toBe('dependency payments fails')
  })

  it('does not excuse a fault by a flag that changed after it began, or long before', () => {
    const flagChangesMs = [onset * 5000 - 200_000, onset * 5000 + 20_000]
    expect(attribute(facts(errors, { flagChangesMs }), tuning).blames).toBe('judged')
  })

  it('blames the judged version no more when the versions change places', () => {
    const looks = play({ checkout: [200, 9] }, { judged: [160, 1], stable: [40, 8] })
    const swapped = attribute(facts(looks, { promotedAtMs: null, deployedAtMs: 0 }), tuning)
    expect(swapped).toMatchObject({ excuse: 'older', reason: 'the version that is replaced does it' })
  })
})
