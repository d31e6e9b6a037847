import { describe, expect, it } from 'vitest'
import type { Look } from '../../harness/model/look.ts'
import { detectorContext } from '../fixtures/detector-context.ts'
import { lookOf } from '../fixtures/looks.ts'
import type { Finding } from './detector.ts'
import { threshold } from './threshold.ts'

const context = detectorContext({ judgedHash: 'new', stableHash: 'old', upperBoundsS: [0.1, 0.5, 1] })

interface Counts {
  readonly requests: number
  readonly errors?: number
  readonly slow?: number
}

/** @returns time and reason of each finding in looks of 5 s. */
function findings(tuning: object, look: (index: number) => Counts | undefined, looks = 60): [number, string][] {
  const chosen = threshold.tuning.parse(tuning)
  const state = threshold.create(chosen, context)
  const found: [number, string][] = []
  for (let i = 0; i < looks; i++) {
    const counts = look(i)
    const toMs = (i + 1) * 5000
    const versions = counts === undefined ? [] : [versionLook(counts)]
    const observation = { type: 'look', t: toMs, look: { fromMs: toMs - 5000, toMs, versions, services: [] } } as const
    const finding: Finding | undefined = threshold.observe(state, chosen, observation, context)
    if (finding !== undefined) found.push([toMs, finding.reason])
  }
  return found
}

function versionLook({ requests, errors = 0, slow = 0 }: Counts) {
  const latency = [0, requests - errors - slow, slow, 0]
  return { podTemplateHash: 'new', pods: 2, requests, errors, latency, inFlight: 0, byPod: [] }
}

describe('the threshold detector', () => {
  it('alarms at the second measurement over the limit, 30 s after the first', () => {
    // 50 requests a look: the first measurement has its 100 requests after 10 s.
    const [first] = findings({}, () => ({ requests: 50, errors: 3 }))
    expect(first).toEqual([40_000, '6.0 % errors, limit 5.0 %'])
  })

  it('does not alarm at the limit', () => {
    expect(findings({}, () => ({ requests: 100, errors: 5 }))).toEqual([])
  })

  it('wants consecutive breaches', () => {
    const tuning = { window: '5s', interval: '5s', minRequests: 1 }
    const alternating = findings(tuning, i => ({ requests: 100, errors: i % 2 === 0 ? 50 : 0 }))
    expect(alternating).toEqual([])
    expect(findings(tuning, i => ({ requests: 100, errors: i === 7 || i === 8 ? 50 : 0 }))).toHaveLength(1)
  })

  it('measures nothing with too few requests in the window', () => {
    expect(findings({}, () => ({ requests: 8, errors: 8 }))).toEqual([])
    expect(findings({ minRequests: 96 }, () => ({ requests: 8, errors: 8 }))).not.toEqual([])
  })

  it('forgets looks that left the window', () => {
    const burst = findings({ window: '20s', interval: '5s' }, i => ({ requests: 100, errors: i === 10 ? 100 : 0 }))
    expect(burst.map(([atMs]) => atMs)).toEqual([60_000, 65_000, 70_000])
  })

  it('alarms on the share of slow successes', () => {
    const [first] = findings({}, () => ({ requests: 50, slow: 4 }))
    expect(first).toEqual([40_000, '8.0 % slow, limit 5.0 %'])
    expect(findings({ slow: '1s' }, () => ({ requests: 50, slow: 4 }))).toEqual([])
    // Between two bounds the upper one counts, so that nothing that is fast enough is called slow.
    expect(findings({ slow: '600ms' }, () => ({ requests: 50, slow: 4 }))).toEqual([])
  })

  it('waits while the judged version is not seen', () => {
    expect(findings({}, () => undefined)).toEqual([])
  })

  it('scores by the share over its limit', () => {
    const chosen = threshold.tuning.parse({})
    const state = threshold.create(chosen, context)
    const versions = [versionLook({ requests: 200, errors: 20 })]
    threshold.observe(
      state,
      chosen,
      { type: 'look', t: 5000, look: { fromMs: 0, toMs: 5000, versions, services: [] } },
      context,
    )
    expect(threshold.score(state)).toBeCloseTo(2, 12)
  })

  it('leaves it to attribution whom to blame, if so tuned', () => {
    const chosen = threshold.tuning.parse({ attribute: true })
    const found = (flagChangesMs: number[]) => {
      const state = threshold.create(chosen, context)
      const looks: Look[] = []
      let finding: Finding | undefined
      for (let i = 0; i < 60; i++) {
        const counts = [100, i < 30 ? 0 : 20] as const
        looks.push({
          ...lookOf(i, { gateway: [250], checkout: counts }),
          versions: [versionLook({ requests: 100, errors: counts[1] })],
        })
        const now = {
          ...context,
          nowMs: i * 5000 + 5000,
          looks,
          flagChangesMs,
          deployedAtMs: -600_000,
          promotedAtMs: -1000,
        }
        const rollout = { ...context.rollout!, currentHash: 'new' }
        finding ??= threshold.observe(
          state,
          chosen,
          { type: 'look', t: now.nowMs, look: looks.at(-1)! },
          { ...now, rollout },
        )
      }
      return finding
    }
    expect(found([])).toMatchObject({ blames: 'new', reason: expect.stringContaining('nothing else explains it') })
    expect(found([140_000])).toMatchObject({ blames: null, reason: expect.stringContaining('a flag was changed') })
  })
})
