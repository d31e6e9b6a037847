import { describe, expect, it } from 'vitest'
import type { VersionLook } from '../../harness/model/look.ts'
import { clopperPearson } from '../../harness/stats/proportion.ts'
import { binomialQuantile } from '../../harness/stats/quantiles.ts'
import { normalCdf } from '../../harness/stats/special.ts'
import { type StreamKey, streamKey, uniform3 } from '../../harness/stats/uniform.ts'
import { detectorContext } from '../fixtures/detector-context.ts'
import type { DetectorContext, Finding } from './detector.ts'
import { bet, learn, onsetExpert } from './onset-expert.ts'

type State = Parameters<typeof bet>[0]
type Tuning = Parameters<typeof bet>[1]

const boundsS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
/** First bucket beyond half a second. */
const slowFrom = 7
const looks = 60
const tuned = (tuning: object): Tuning => onsetExpert.tuning.parse(tuning) as Tuning
/** No tolerance and no hold, so that nothing hides a broken level. */
const bare = tuned({ toleratedErrorRatio: 1, toleratedLatencyFactor: 1.01, warmUp: '0s' })

/** What is true in one look: share of the judged version, error ratios, slow-down of the judged version. */
interface Truth {
  readonly weight: number
  readonly baselineErrors: number
  readonly judgedErrors: number
  readonly judgedFactor: number
}
type World = (look: number, uniform: (draw: number) => number) => Partial<Truth>

const conditionals = new Map<number, number[]>()
/** Lognormal latency, median 25 ms: probability of each bucket given that none before was hit. */
function conditionalLaw(factor: number): number[] {
  let law = conditionals.get(factor)
  if (law === undefined) {
    const below = [...boundsS.map(bound => normalCdf(Math.log(bound / (0.025 * factor)) / 0.8)), 1]
    law = below.map((cdf, k) => Math.min(1, (cdf - (below[k - 1] ?? 0)) / Math.max(1e-15, 1 - (below[k - 1] ?? 0))))
    conditionals.set(factor, law)
  }
  return law
}

function drawVersion(key: StreamKey, look: number, arm: number, requests: number, errorRatio: number, factor: number) {
  const errors = binomialQuantile(uniform3(key, look, arm, 0), requests, errorRatio)
  let left = requests - errors
  const latency = conditionalLaw(factor).map((p, k) => {
    const count = left === 0 ? 0 : p >= 1 ? left : binomialQuantile(uniform3(key, look, arm, k + 1), left, p)
    left -= count
    return count
  })
  const podTemplateHash = arm === 0 ? 'stable' : 'judged'
  const pods = arm === 0 ? 8 : 2
  const slow = latency.slice(slowFrom).reduce((sum, count) => sum + count, 0)
  const byPod = Array.from({ length: pods }, (_, pod) => {
    const share = (count: number) => Math.floor((count + ((pod + look + 1) % pods)) / pods)
    return { pod: `${podTemplateHash}-${pod}`, requests: share(requests), errors: share(errors), slow: share(slow) }
  })
  return { podTemplateHash, pods, requests, errors, latency, inFlight: 0, byPod }
}

/** One rollout of 60 looks of 5 s at about 50 requests a second, with two minutes of the stable version before it. */
function* rollout(seed: number, world: World): Generator<{ before?: VersionLook; versions: VersionLook[] }> {
  const key = streamKey(seed, 'onset-expert', 'test')
  yield { before: drawVersion(key, -1, 0, 6000, world(0, () => 0.5).baselineErrors ?? 0.005, 1), versions: [] }
  for (let look = 0; look < looks; look++) {
    const truth = world(look, draw => uniform3(key, look, 2, draw))
    const { weight = look < 24 ? 0.2 : 0.5, baselineErrors = 0.005, judgedFactor = 1 } = truth
    const requests = Math.round(150 + 200 * uniform3(key, look, 2, 0))
    const judgedRequests = Math.round(requests * weight)
    yield {
      versions: [
        drawVersion(key, look, 1, judgedRequests, truth.judgedErrors ?? baselineErrors, judgedFactor),
        drawVersion(key, look, 0, requests - judgedRequests, baselineErrors, 1),
      ],
    }
  }
}

function contextOf(before: VersionLook | undefined): DetectorContext {
  return detectorContext({ upperBoundsS: boundsS, totals: before === undefined ? {} : { stable: before } })
}

/** @returns number of looks up to the alarm, and its reason; undefined when there is none. */
function alarmIn(seed: number, world: World, tuning: Tuning): { look: number; finding: Finding } | undefined {
  let context = contextOf(undefined)
  let state: unknown
  let look = 0
  for (const { before, versions } of rollout(seed, world)) {
    if (before !== undefined) {
      context = contextOf(before)
      state = onsetExpert.create(tuning, context)
      continue
    }
    const fromMs = look++ * 5000
    const observation = {
      type: 'look',
      t: fromMs + 5000,
      look: { fromMs, toMs: fromMs + 5000, versions, services: [] },
    } as const
    const finding = onsetExpert.observe(state, tuning, observation, context)
    if (finding !== undefined) return { look, finding }
  }
  return undefined
}

const alarms = (trials: number, world: World, tuning: Tuning): number =>
  Array.from({ length: trials }, (_, seed) => alarmIn(seed, world, tuning)).filter(Boolean).length

const burst = (look: number) => (look >= 10 && look < 22 ? 0.03 : 0.005)
const nulls: Record<string, World> = {
  'constant errors': () => ({}),
  'a common burst of errors': look => ({ baselineErrors: burst(look) }),
  'a dependency that fails for a fifth of the requests': look => ({ baselineErrors: look > 15 ? 0.2 : 0.001 }),
  'errors that drift': (look, uniform) => ({ baselineErrors: 0.002 + 0.01 * (look / looks) * uniform(1) }),
  'a weight that ramps': look => ({ weight: 0.02 + (0.96 * look) / looks }),
}

describe('the onset-expert detector', () => {
  it.each(Object.entries(nulls))('keeps its level under %s', (_, world) => {
    const { low } = clopperPearson(alarms(800, world, bare), 800)
    expect(low).toBeLessThanOrEqual(bare.alpha)
  })

  const count = ({ requests, errors, latency }: VersionLook, outcomes: State['judged']) => {
    outcomes.requests = requests
    outcomes.successes = requests - errors
    outcomes.counts.set([...latency, errors])
  }

  it('would lose its level by betting with the look that it bets on', () => {
    const lookAhead = (seed: number): boolean => {
      let state: State | undefined
      for (const { before, versions } of rollout(seed, nulls['constant errors']!)) {
        if (before !== undefined) {
          state = onsetExpert.create(bare, contextOf(before)) as State
          continue
        }
        const [judged, baseline] = versions as [VersionLook, VersionLook]
        count(judged, state!.judged)
        count(baseline, state!.baseline)
        learn(state!)
        bet(state!, bare, boundsS, 360)
        if (onsetExpert.score(state) >= Math.log(1 / bare.alpha)) return true
      }
      return false
    }
    const { low } = clopperPearson(
      Array.from({ length: 300 }, (_, seed) => lookAhead(seed)).filter(Boolean).length,
      300,
    )
    expect(low).toBeGreaterThan(bare.alpha)
  })

  it.each<[string, World, number]>([
    ['errors from .1 to 5 %', () => ({ baselineErrors: 0.001, judgedErrors: 0.05 }), 12],
    ['errors from .5 to 2 %', () => ({ judgedErrors: 0.02 }), 45],
    // Slowness is blamed when it has lasted a minute, and does not shrink as a warm-up would.
    ['twice the latency', () => ({ judgedFactor: 2 }), 26],
    ['half as much latency again', () => ({ judgedFactor: 1.5 }), 45],
    ['errors that begin in look 30', look => (look < 30 ? {} : { judgedErrors: 0.05 }), 45],
  ])('finds %s, with the default tuning, in most of 100 rollouts', (_, world, withinLooks) => {
    const found = Array.from({ length: 100 }, (_, seed) => alarmIn(seed, world, tuned({}))?.look ?? Infinity)
    expect(found.filter(look => look <= withinLooks).length).toBeGreaterThanOrEqual(90)
  })

  it.each<[string, World]>([
    ['a better version', () => ({ baselineErrors: 0.05, judgedErrors: 0.005, judgedFactor: 0.5 })],
    ['the fix of a version that fails nine of ten requests', () => ({ baselineErrors: 0.9, judgedErrors: 0.001 })],
    ['pods that fail a fifth more', () => ({ judgedErrors: 0.006 })],
    ['pods that are a tenth slower', () => ({ judgedFactor: 1.1 })],
    ['a cold start of 20 s', look => ({ judgedErrors: look < 4 ? 0.1 : 0.005 })],
  ])('leaves %s alone, with the default tuning', (_, world) => {
    expect(alarms(150, world, tuned({}))).toBeLessThanOrEqual(4)
  })

  it("learns from the version's own past what no other expert believes", () => {
    const world: World = () => ({ judgedFactor: 1.3 })
    const reasons = Array.from({ length: 100 }, (_, seed) => alarmIn(seed, world, tuned({}))?.finding.reason ?? '')
    expect(reasons.filter(reason => reason.includes('past latency')).length).toBeGreaterThanOrEqual(20)
  })

  it('learns the baseline in the rollout, if it has not seen it before', () => {
    const tuning = tuned({})
    const context = contextOf(undefined)
    const state = onsetExpert.create(tuning, context)
    const found = [...rollout(1, () => ({ judgedErrors: 0.1 }))].slice(1).findIndex(({ versions }, look) => {
      const interval = { fromMs: look * 5000, toMs: look * 5000 + 5000 }
      const observation = { type: 'look', t: interval.toMs, look: { ...interval, versions, services: [] } } as const
      return onsetExpert.observe(state, tuning, observation, context) !== undefined
    })
    expect(found).toBeGreaterThanOrEqual(4)
    expect(found).toBeLessThan(10)
  })

  it('names the revision, the leading expert and the evidence', () => {
    const { finding } = alarmIn(1, () => ({ judgedErrors: 0.3 }), tuned({}))!
    expect(finding.blames).toBe('judged')
    expect(finding.reason).toMatch(/^worse than stable: errors x10, evidence e\^\d+\.\d$/)
  })

  it('asks ten times the evidence of a version with a single pod', () => {
    const version = (podTemplateHash: string, pods: number, errors: number) => {
      const latency = [...boundsS.map(() => 0), 100 - errors]
      return { podTemplateHash, pods, requests: 100, errors, latency, inFlight: 0, byPod: [] }
    }
    const looksToAlarm = (pods: number) => {
      const context = contextOf(version('stable', 8, 0))
      const tuning = tuned({ warmUp: '0s' })
      const state = onsetExpert.create(tuning, context)
      for (let look = 0; look < 50; look++) {
        const versions = [version('judged', pods, 3), version('stable', 8, 0)]
        const interval = { fromMs: look * 5000, toMs: look * 5000 + 5000 }
        const observation = { type: 'look', t: interval.toMs, look: { ...interval, versions, services: [] } } as const
        if (onsetExpert.observe(state, tuning, observation, context) !== undefined) {
          return { look, score: onsetExpert.score(state) }
        }
      }
      throw new Error('no alarm')
    }
    expect(looksToAlarm(2).score).toBeGreaterThanOrEqual(Math.log(100))
    expect(looksToAlarm(1).score).toBeGreaterThanOrEqual(Math.log(1000))
    expect(looksToAlarm(1).look).toBeGreaterThan(looksToAlarm(2).look)
  })
})
