import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Effect, type Level, levels } from '../harness/model/effect.ts'
import type { TimedObservation } from '../harness/model/observation.ts'
import { createEngine, type EngineState, letOut, react, step } from './engine.ts'
import { site } from './fixtures/site.ts'
import { policyDocument } from './policy.ts'

const hashes = ['aaa', 'bbb', 'ccc', '4567']
const hash = fc.constantFrom(...hashes)
const count = fc.nat({ max: 60 })

const rolloutChanged = fc.record({
  type: fc.constant('rollout.changed' as const),
  rollout: fc.record({
    name: fc.constant('checkout'),
    phase: fc.constantFrom('Progressing', 'Paused', 'Healthy', 'Degraded'),
    message: fc.constant(''),
    revision: fc.integer({ min: 1, max: 4 }),
    currentHash: hash,
    stableHash: fc.oneof({ weight: 6, arbitrary: hash }, fc.constant('')),
    currentStepIndex: fc.nat({ max: 5 }),
    stepCount: fc.constant(5),
    updatedReplicas: fc.nat({ max: 3 }),
    updatedAvailable: fc.nat({ max: 3 }),
    replicas: fc.constant(10),
    aborted: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.constant(true)),
  }),
})
const podChanged = fc.record({
  type: fc.constant('pod.changed' as const),
  pod: fc.tuple(hash, fc.nat({ max: 2 })).chain(([podTemplateHash, index]) =>
    fc.record({
      name: fc.constant(`${podTemplateHash}-${index}`),
      podTemplateHash: fc.constant(podTemplateHash),
      phase: fc.constantFrom('Pending', 'Running', 'Terminating', 'Gone'),
      waitingReason: fc.constantFrom('', 'CrashLoopBackOff', 'ErrImagePull', 'ContainerCreating'),
      restarts: fc.nat({ max: 5 }),
      ready: fc.boolean(),
      lastTerminationReason: fc.constantFrom('', 'Error', 'OOMKilled'),
    }),
  ),
})
const analysisChanged = fc.record({
  type: fc.constant('analysisRun.changed' as const),
  run: fc.record({
    name: fc.constant('run'),
    kind: fc.constantFrom('Background', 'Step'),
    podTemplateHash: hash,
    phase: fc.constantFrom('Pending', 'Running', 'Successful', 'Failed', 'Error', 'Inconclusive'),
    message: fc.constant(''),
    metrics: fc.array(
      fc.record({
        name: fc.constantFrom('errors', 'latency'),
        phase: fc.constantFrom('Running', 'Successful', 'Failed', 'Error'),
        dryRun: fc.boolean(),
      }),
      { maxLength: 2 },
    ),
  }),
})
const lookTaken = fc.record({
  type: fc.constant('look' as const),
  look: fc
    .tuple(
      fc.nat({ max: 60 }),
      fc.integer({ min: -1, max: 3 }),
      fc.uniqueArray(hash),
      fc.array(count, { maxLength: 40 }),
    )
    .map(([fromLook, length, versions, counts]) => ({
      fromMs: fromLook * 5000,
      toMs: (fromLook + length) * 5000,
      versions: versions.map((podTemplateHash, i) => {
        const latency = counts.slice(i * 5, i * 5 + 5)
        const errors = counts[i + 20] ?? 0
        const requests = latency.reduce((sum, n) => sum + n, 0) + errors
        const byPod = versions.length > 1 ? [{ pod: `pod-${i}`, requests, errors, slow: latency[4] ?? 0 }] : []
        return { podTemplateHash, pods: 1 + i, requests, errors, latency, inFlight: counts[i + 24] ?? 0, byPod }
      }),
      services: ['gateway', 'checkout', 'payments'].map((service, i) => {
        const [requests = 0, errors = 0, slow = 0] = counts.slice(28 + 3 * i)
        return { service, requests: requests + errors + slow, errors, slow }
      }),
    })),
})
const probeAnswered = fc.record({
  type: fc.constant('probe.answered' as const),
  ok: fc.boolean(),
  durationMs: fc.nat({ max: 10_000 }),
})
const timePassed = fc.record({ type: fc.constant('time.passed' as const) })
/** An outcome of the action that was sent last, of a foreign one, or the same again. */
const outcome = fc.record({
  type: fc.constant('effect.finished' as const),
  effectId: fc.constantFrom('last', 'last', 'last', 'trial/0/0', 'other/3/1'),
  ok: fc.boolean(),
  message: fc.constant(''),
})

const script = fc.array(
  fc.tuple(
    fc.oneof(
      { weight: 3, arbitrary: rolloutChanged },
      { weight: 3, arbitrary: podChanged },
      { weight: 2, arbitrary: analysisChanged },
      { weight: 3, arbitrary: lookTaken },
      probeAnswered,
      timePassed,
      { weight: 3, arbitrary: outcome },
    ),
    // Mostly forward, now and then back: stale and out of order.
    fc.oneof({ weight: 4, arbitrary: fc.nat({ max: 20_000 }) }, fc.integer({ min: -60_000, max: 0 })),
    fc.constantFrom(1, 1, 1, 2),
  ),
  { maxLength: 60 },
)
type Script = typeof script extends fc.Arbitrary<infer T> ? T : never

const policy = fc
  .record({
    when: fc.constantFrom<unknown>('never', 'always', 'any', 'all', { atLeast: 2 }),
    deciders: fc.shuffledSubarray(['progress', 'argo-analysis', 'threshold', 'onset-expert'], { minLength: 2 }),
    actionsPerRevision: fc.nat({ max: 2 }),
    retries: fc.nat({ max: 2 }),
  })
  .map(({ when, deciders, ...budget }) => {
    const spec = {
      description: 'any',
      decide: { when, deciders: when === 'never' || when === 'always' ? [] : deciders },
      detectors: { 'onset-expert': { warmUp: '0s' }, threshold: { minRequests: 20, interval: '5s' } },
      budget,
    }
    const metadata = { name: 'any' }
    return policyDocument.parse({ apiVersion: 'carmine/v1alpha1', kind: 'Policy', metadata, spec }).spec
  })
const level = fc.constantFrom<Level>(...levels)

function engineOf(chosen: EngineState['setting']['policy'], chosenLevel: Level, shadows = true): EngineState {
  const timing = { latencyBucketsS: [0.05, 0.1, 0.5, 1], lookIntervalMs: 5000, horizonMs: 1_800_000, site }
  return createEngine({ policy: chosen, trial: 'trial', shadows, ...timing }, chosenLevel)
}

/** The script as observations with times; outcomes name the action that the engine under `answers` sent last. */
function* play(engine: EngineState, steps: Script): Generator<{ observation: TimedObservation; effects: Effect[] }> {
  let t = 0
  let lastAction = 'none'
  for (const [what, advance, times] of steps) {
    t = Math.max(0, t + advance)
    const named = what.type === 'effect.finished' && what.effectId === 'last' ? { ...what, effectId: lastAction } : what
    const observation = { ...named, t } as TimedObservation
    for (let i = 0; i < times; i++) {
      const effects = step(engine, observation)
      lastAction = effects.findLast(isAction)?.id ?? lastAction
      yield { observation, effects }
    }
  }
}

const isAction = (effect: Effect) => effect.type === 'abort' || effect.type === 'undo'
const effectsOf = (engine: EngineState, steps: Script) => [...play(engine, steps)].map(({ effects }) => effects)

describe('the engine, under anything that it may be shown,', () => {
  it('acts within the level and the budget, on the current revision, and never again before the last action failed', () => {
    fc.assert(
      fc.property(policy, level, script, (chosen, chosenLevel, steps) => {
        const engine = engineOf(chosen, chosenLevel)
        const sent: Record<string, string[]> = {}
        const finishedOk = new Set<string>()
        const ids = new Set<string>()
        for (const { observation, effects } of play(engine, steps)) {
          if (observation.type === 'effect.finished' && observation.ok) finishedOk.add(observation.effectId)
          for (const effect of effects) {
            expect(ids.has(effect.id)).toBe(false)
            ids.add(effect.id)
            if (effect.type !== 'abort' && effect.type !== 'undo') continue
            const { rollout } = engine.seen
            expect(chosenLevel).not.toBe('L0')
            expect(chosen.decide.when).not.toBe('never')
            expect(effect.podTemplateHash).toBe(rollout!.currentHash)
            expect(rollout!.aborted).toBe(false)
            expect(rollout!.stableHash).not.toBe('')
            if (effect.type === 'undo') expect(effect.toHash).not.toBe(effect.podTemplateHash)
            else expect(rollout!.stableHash).not.toBe(effect.podTemplateHash)
            sent[effect.podTemplateHash] = [...(sent[effect.podTemplateHash] ?? []), effect.id]
          }
        }
        const { actionsPerRevision, retries } = chosen.budget
        for (const actions of Object.values(sent)) {
          expect(actions.length).toBeLessThanOrEqual(actionsPerRevision * (1 + retries))
          if (retries === 0)
            expect(actions.filter(id => finishedOk.has(id)).length).toBeLessThanOrEqual(actionsPerRevision)
        }
      }),
      { numRuns: 400 },
    )
  })

  it('pages at most once for each revision with blame, and once without', () => {
    fc.assert(
      fc.property(policy, script, (chosen, steps) => {
        const pages = effectsOf(engineOf(chosen, 'L1'), steps)
          .flat()
          .filter(({ type }) => type === 'page')
        const blaming = pages.flatMap(page => (page.type === 'page' && page.blames !== null ? page.blames : []))
        expect(new Set(blaming).size).toBe(blaming.length)
        expect(pages.length - blaming.length).toBeLessThanOrEqual(hashes.length)
      }),
    )
  })

  it('says the same for the same observations, also from a snapshot that is taken half way', () => {
    fc.assert(
      fc.property(policy, level, script, fc.nat({ max: 60 }), (chosen, chosenLevel, steps, cut) => {
        const unbroken = engineOf(chosen, chosenLevel)
        const played = [...play(unbroken, steps)]
        let engine = engineOf(chosen, chosenLevel)
        for (const [i, { observation, effects }] of played.entries()) {
          if (i === cut) engine = structuredClone(engine)
          expect(step(engine, observation)).toEqual(effects)
        }
        expect(engine).toEqual(unbroken)
      }),
    )
  })

  it('says at every level what L1 says, but for what L0 withholds, while nothing is done', () => {
    fc.assert(
      fc.property(policy, level, script, (chosen, chosenLevel, steps) => {
        const reference = engineOf(chosen, 'L1')
        const engine = engineOf(chosen, chosenLevel)
        for (const [what, advance] of steps) {
          if (what.type === 'effect.finished') continue
          const observation = { ...what, t: Math.max(0, reference.seen.nowMs + advance) } as TimedObservation
          const expected = react(reference, observation)
          const decided = react(engine, observation)
          expect(decided).toEqual(expected)
          letOut(reference, expected)
          const effects = letOut(engine, decided)
          if (chosenLevel === 'L0') expect(effects.filter(isAction)).toEqual([])
          else expect(effects.filter(isAction)).toEqual(expected.filter(isAction))
          const own = { level: null, audit: null, heard: null, toolCallsMade: null }
          expect({ ...engine, ...own }).toEqual({ ...reference, ...own })
        }
      }),
    )
  })

  it('decides the same, under the same ids, with and without shadows', () => {
    fc.assert(
      fc.property(policy, script, (chosen, steps) => {
        const decided = effectsOf(engineOf(chosen, 'L1'), steps).map(effects =>
          effects.filter(effect => effect.type !== 'alarm' || effect.deciding),
        )
        expect(effectsOf(engineOf(chosen, 'L1', false), steps)).toEqual(decided)
      }),
    )
  })
})
