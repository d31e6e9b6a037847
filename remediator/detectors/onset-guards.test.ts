import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Look, PodLook, VersionLook } from '../../harness/model/look.ts'
import { normalCdf } from '../../harness/stats/special.ts'
import { detectorContext } from '../fixtures/detector-context.ts'
import type { DetectorContext, Finding } from './detector.ts'
import { onsetExpert } from './onset-expert.ts'

const boundsS = detectorContext().upperBoundsS
const slowFrom = boundsS.indexOf(0.5) + 1

/** One version in one look: its pods, requests of each, slow-down of all, share of errors of each. */
interface Arm {
  readonly pods?: number
  readonly requests?: number
  readonly factor?: number
  readonly errors?: (pod: number) => number
}

interface World {
  readonly judged: (look: number) => Arm
  readonly stable?: (look: number) => Arm
  readonly services?: (look: number) => Look['services']
  readonly looks?: number
  readonly context?: (look: number) => Partial<DetectorContext>
}

interface Seen {
  readonly blamedAt: number | undefined
  readonly findings: readonly Finding[]
  /** By look. */
  readonly holds: readonly (string | undefined)[]
}

/** No luck in it: counts are what is expected, rounded with carry. Lognormal latency, median 25 ms. */
function createArm(podTemplateHash: string) {
  const carry = new Map<string, number>()
  const round = (what: string, expected: number) => {
    const due = expected + (carry.get(what) ?? 0.5)
    carry.set(what, due - Math.floor(due))
    return Math.floor(due)
  }
  return ({ pods = 2, requests = 50, factor = 1, errors = () => 0.004 }: Arm): VersionLook => {
    const latency = new Array<number>(boundsS.length + 1).fill(0)
    const byPod = Array.from({ length: pods }, (_, pod): PodLook => {
      const failed = Math.min(requests, round(`errors ${pod}`, requests * errors(pod)))
      let left = requests - failed
      let slow = 0
      let below = 0
      latency.forEach((_, k) => {
        const bound = boundsS[k]
        const cdf = bound === undefined ? 1 : normalCdf(Math.log(bound / (0.025 * factor)) / 0.8)
        const count =
          bound === undefined ? left : Math.min(left, round(`${pod}/${k}`, (requests - failed) * (cdf - below)))
        below = cdf
        left -= count
        latency[k]! += count
        if (k >= slowFrom) slow += count
      })
      return { pod: `${podTemplateHash}-${pod}`, requests, errors: failed, slow }
    })
    const total = byPod.reduce((sum, each) => sum + each.errors, 0)
    return { podTemplateHash, pods, requests: pods * requests, errors: total, latency, inFlight: 0, byPod }
  }
}

/** Two minutes of the stable version alone, then both. */
function play({ judged, stable = () => ({}), services = () => [], looks = 120, context = () => ({}) }: World): Seen {
  const tuning = onsetExpert.tuning.parse({})
  const arms = { judged: createArm('judged'), stable: createArm('stable') }
  const seen: Look[] = []
  const take = (i: number, versions: VersionLook[]) => {
    seen.push({ fromMs: i * 5000, toMs: i * 5000 + 5000, versions, services: services(i) })
  }
  for (let i = -24; i < 0; i++) take(i, [arms.stable({ pods: 8, ...stable(i) })])
  const before = seen.reduce((sum, { versions }) => sum + versions[0]!.requests, 0)
  const totals = {
    stable: { ...seen[0]!.versions[0]!, requests: before },
    judged: { ...seen[0]!.versions[0]!, requests: 500 },
  }
  const state = onsetExpert.create(tuning, detectorContext({ totals }))
  const findings: Finding[] = []
  const holds: (string | undefined)[] = []
  let blamedAt: number | undefined
  for (let i = 0; i < looks; i++) {
    take(i, [arms.judged(judged(i)), arms.stable({ pods: 8, ...stable(i) })])
    const look = seen.at(-1)!
    const now = detectorContext({ nowMs: look.toMs, looks: seen.slice(-120), totals, ...context(i) })
    const finding = onsetExpert.observe(state, tuning, { type: 'look', t: look.toMs, look }, now)
    if (finding !== undefined) findings.push(finding)
    if (finding?.blames === 'judged') blamedAt ??= i
    holds.push(onsetExpert.holds!(state, tuning, now))
  }
  return { blamedAt, findings, holds }
}

const warmUp = (factor: number, timeConstantS: number) => (look: number) =>
  1 + (factor - 1) * Math.exp((-look * 5) / timeConstantS)

describe('the guards of the onset-expert', () => {
  it.each([
    [5, 30],
    [12, 60],
    [20, 120],
  ])('wait while new pods that are %i times as slow warm up with a time constant of %i s', (factor, timeConstantS) => {
    const slowness = warmUp(factor, timeConstantS)
    const { blamedAt, holds } = play({ judged: look => ({ factor: slowness(look) }) })
    expect(blamedAt).toBeUndefined()
    expect(holds[10]).toBe('it is slow, and it may warm up')
    expect(holds.at(-1)).toBeUndefined()
  })

  it.each([1.5, 2, 4, 20])('blame a version that stays %i times as slow, a minute later', factor => {
    const { blamedAt, holds } = play({ judged: () => ({ factor }) })
    expect(blamedAt).toBeGreaterThanOrEqual(12)
    expect(blamedAt).toBeLessThanOrEqual(30)
    expect(holds[10]).toBeDefined()
  })

  it('blame what stays slow when the warm-up is over', () => {
    const slowness = warmUp(8, 30)
    expect(play({ judged: look => ({ factor: 2 * slowness(look) }) }).blamedAt).toBeLessThanOrEqual(72)
  })

  it('excuse no errors by a warm-up', () => {
    const slowness = warmUp(12, 60)
    const { blamedAt } = play({ judged: look => ({ factor: slowness(look), errors: () => 0.1 }) })
    expect(blamedAt).toBeLessThanOrEqual(6)
  })

  it('wait longer for slowness that comes over pods that were well, and blame it if it stays', () => {
    const from = (start: number, end: number) => (look: number) => ({ factor: look >= start && look < end ? 4 : 1 })
    expect(play({ judged: from(20, 70) }).blamedAt).toBeUndefined()
    const { blamedAt } = play({ judged: from(20, 200) })
    expect(blamedAt).toBeGreaterThanOrEqual(20 + 60)
    expect(blamedAt).toBeLessThanOrEqual(20 + 70)
  })

  it('tell a bad pod from a bad version', () => {
    const { blamedAt, findings, holds } = play({
      judged: look => ({ errors: pod => (pod === 1 && look >= 10 && look < 50 ? 0.5 : 0.004) }),
    })
    expect(blamedAt).toBeUndefined()
    expect(findings[0]).toEqual({
      blames: null,
      pod: 'judged-1',
      reason: 'pod judged-1 fails, the others of its version do not',
    })
    expect(holds[20]).toContain('judged-1')
    expect(holds.at(-1)).toBeUndefined()
  })

  it('blame a version as soon as the pods fail alike, if one of them fails more', () => {
    expect(play({ judged: () => ({ errors: pod => (pod === 1 ? 0.3 : 0.1) }) }).blamedAt).toBeLessThanOrEqual(8)
  })

  it('find nothing when the versions change places', () => {
    const bad = { errors: () => 0.1, factor: 3 }
    const { findings } = play({ judged: () => ({}), stable: look => (look < 0 ? {} : bad) })
    expect(findings).toEqual([])
  })

  it('make the rollout wait while the stable version fails more than before, without blame', () => {
    const burst = (look: number) => ({ errors: () => (look >= 10 && look < 40 ? 0.3 : 0.004) })
    const { findings, holds } = play({ judged: burst, stable: burst })
    expect(findings).toEqual([])
    expect(holds[20]).toBe('the stable version fails more than before')
    expect(holds.at(-1)).toBeUndefined()
  })

  it('do not make it wait for what failed before it came', () => {
    const { holds } = play({ judged: () => ({}), stable: look => ({ errors: () => (look < -6 ? 0.004 : 0.3) }) })
    expect(holds[20]).toBeUndefined()
  })

  it('make it wait while another service fails more than before', () => {
    const services = (look: number) => [{ service: 'payments', requests: 300, errors: look >= 10 ? 100 : 1, slow: 0 }]
    expect(play({ judged: () => ({}), services }).holds[14]).toBe('payments fails more than before')
  })

  it.each<[string, Partial<DetectorContext>, string | undefined]>([
    ['few requests', { totals: { judged: createArm('judged')({}) } }, undefined],
    ['very few', { totals: { judged: createArm('judged')({ requests: 20 }) } }, 'only 40 requests so far'],
    ['silent telemetry', { looks: [{ fromMs: 0, toMs: 5000, versions: [], services: [] }] }, 'telemetry is silent'],
    [
      'silence after the promotion',
      { looks: [{ fromMs: 0, toMs: 5000, versions: [], services: [] }], promotedAtMs: 1 },
      undefined,
    ],
    [
      'silence that lasts',
      { looks: [{ fromMs: 0, toMs: 5000, versions: [], services: [] }], nowMs: 600_000 },
      undefined,
    ],
  ])('with %s', (_, context, expected) => {
    const tuning = onsetExpert.tuning.parse({})
    const now = detectorContext({ nowMs: 30_000, ...context })
    expect(onsetExpert.holds!(onsetExpert.create(tuning, now), tuning, now)).toBe(expected)
  })

  it('only take alarms away: whatever happens, blame has all the evidence that is asked for', () => {
    const alpha = onsetExpert.tuning.parse({}) as { readonly alpha: number }
    const share = fc.double({ min: 0, max: 0.3, noNaN: true })
    const arm = fc.record({ factor: fc.double({ min: 0.5, max: 8, noNaN: true }), first: share, others: share })
    fc.assert(
      fc.property(arm, arm, fc.nat(30), (judged, stable, from) => {
        const errorsOf = (some: typeof judged) => (pod: number) => (pod === 0 ? some.first : some.others)
        const of = (some: typeof judged) => (look: number) =>
          look < from ? {} : { factor: some.factor, errors: errorsOf(some) }
        const { findings } = play({ judged: of(judged), stable: of(stable), looks: 40 })
        for (const { blames, reason } of findings) {
          if (blames === null) continue
          expect(Number(/e\^([\d.]+)$/.exec(reason)![1])).toBeGreaterThanOrEqual(Math.log(1 / alpha.alpha) - 0.05)
        }
      }),
      { numRuns: 60 },
    )
  })
})
