import { describe, expect, it } from 'vitest'
import type { Look, VersionLook } from '../../harness/model/look.ts'
import { clopperPearson } from '../../harness/stats/proportion.ts'
import { poissonQuantile } from '../../harness/stats/quantiles.ts'
import { streamKey, uniform3 } from '../../harness/stats/uniform.ts'
import { detectorContext } from '../fixtures/detector-context.ts'
import type { DetectorContext, Finding } from './detector.ts'
import { inFlight } from './in-flight.ts'

const looks = 60

/** What one version does in a look: requests a second that are answered, their time, and how many stand still besides. */
interface Arm {
  readonly perS: number
  readonly timeS?: number
  readonly stalled?: number
}

interface World {
  readonly judged: (look: number) => Arm | undefined
  readonly stable: (look: number) => Arm | undefined
}

/** All requests take about the same time. In progress is a Poisson number around rate times time, as Little's law has it. */
function versionOf(hash: string, { perS, timeS = 0.035, stalled = 0 }: Arm, luck: number): VersionLook {
  const { upperBoundsS } = detectorContext()
  const requests = Math.round(perS * 5)
  const latency = new Array<number>(upperBoundsS.length + 1).fill(0)
  latency[upperBoundsS.findIndex(bound => bound >= timeS)] = requests
  const inProgress = perS === 0 ? 0 : poissonQuantile(luck, perS * timeS)
  const pods = hash === 'stable' ? 8 : 2
  return { podTemplateHash: hash, pods, requests, errors: 0, latency, inFlight: inProgress + stalled, byPod: [] }
}

function play(seed: number, world: World, tuning: object = {}, context: Partial<DetectorContext> = {}) {
  const chosen = inFlight.tuning.parse(tuning)
  const key = streamKey(seed, 'in-flight', 'test')
  const lookAt = (look: number): Look => {
    const arms = { judged: world.judged(look), stable: world.stable(look) }
    const versions = (['judged', 'stable'] as const).flatMap((hash, arm) => {
      const does = arms[hash]
      return does === undefined ? [] : [versionOf(hash, does, uniform3(key, look + 100, arm, 0))]
    })
    return { fromMs: look * 5000, toMs: look * 5000 + 5000, versions, services: [] }
  }
  const past = Array.from({ length: 24 }, (_, i) => lookAt(i - 24)).map(look => {
    return { ...look, versions: look.versions.filter(({ podTemplateHash }) => podTemplateHash === 'stable') }
  })
  const state = inFlight.create(chosen, detectorContext({ looks: past }))
  for (let i = 0; i < looks; i++) {
    const look = lookAt(i)
    const now = detectorContext({ nowMs: look.toMs, ...context })
    const finding = inFlight.observe(state, chosen, { type: 'look', t: look.toMs, look }, now)
    if (finding !== undefined) return { look: i, finding }
  }
  return undefined
}

const found = (trials: number, world: World, tuning: object = {}): { look: number; finding: Finding }[] =>
  Array.from({ length: trials }, (_, seed) => play(seed, world, tuning)).filter(one => one !== undefined)

const canary: Arm = { perS: 10 }
const rest: Arm = { perS: 40 }

describe('the in-flight detector', () => {
  it.each<[string, World]>([
    ['both versions are alike', { judged: () => canary, stable: () => rest }],
    ['traffic is thin', { judged: () => ({ perS: 1 }), stable: () => ({ perS: 4 }) }],
    [
      'both slow down for a minute',
      {
        judged: look => ({ perS: 10, timeS: look >= 10 && look < 22 ? 0.9 : 0.035 }),
        stable: look => ({ perS: 40, timeS: look >= 10 && look < 22 ? 0.9 : 0.035 }),
      },
    ],
    [
      'the judged version serves alone at last',
      { judged: () => canary, stable: look => (look < 30 ? rest : undefined) },
    ],
  ])('keeps its level while %s', (_, world) => {
    const alpha = 0.01
    const { low } = clopperPearson(found(400, world, { alpha, tolerated: 1 }).length, 400)
    expect(low).toBeLessThanOrEqual(alpha)
  })

  it('leaves a version alone whose slowness explains what is in progress', () => {
    expect(found(100, { judged: () => ({ perS: 10, timeS: 0.7 }), stable: () => rest })).toEqual([])
  })

  it.each<[string, World, number]>([
    ['a request or two that stand still', { judged: () => ({ ...canary, stalled: 2 }), stable: () => rest }, 24],
    ['a version that answers nothing', { judged: () => ({ perS: 0, stalled: 8 }), stable: () => rest }, 8],
    [
      'stalls that begin when it serves alone',
      { judged: look => ({ perS: 50, stalled: look < 20 ? 0 : 12 }), stable: look => (look < 12 ? rest : undefined) },
      30,
    ],
  ])('finds %s', (_, world, withinLooks) => {
    const all = found(100, world)
    expect(all.filter(({ look }) => look <= withinLooks).length).toBeGreaterThanOrEqual(95)
    expect(all[0]!.finding.blames).toBe('judged')
    expect(all[0]!.finding.reason).toMatch(
      /^\d+\.\d requests in progress where answered ones explain \d\.\d, evidence e/,
    )
  })

  it('finds nothing when the versions change places', () => {
    expect(found(100, { judged: () => canary, stable: () => ({ ...rest, stalled: 8 }) })).toEqual([])
  })

  it('blames none after a flag was changed', () => {
    const world: World = { judged: () => ({ ...canary, stalled: 3 }), stable: () => rest }
    expect(play(1, world, {}, { flagChangesMs: [0] })!.finding).toMatchObject({ blames: null })
  })
})
