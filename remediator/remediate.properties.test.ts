import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Effect, type Level, levels } from '../harness/model/effect.ts'
import type { Observation, TimedObservation } from '../harness/model/observation.ts'
import { safeClasses, targetName } from '../harness/model/safe-action.ts'
import type { ToolAnswer, ToolCall } from '../harness/model/tool.ts'
import { verifyAudit } from './audit/verify-audit.ts'
import { createEngine, type EngineState, step } from './engine.ts'
import { updatingRollout } from './fixtures/rollout-view.ts'
import { site } from './fixtures/site.ts'
import { policyDocument } from './policy.ts'

const pods = [...Array.from({ length: 9 }, (_, i) => `old-${i}`), 'new-1']
const podOf = (name: string) => ({
  name,
  podTemplateHash: name.slice(0, 3),
  phase: 'Running' as const,
  waitingReason: '',
  restarts: 0,
  ready: true,
  lastTerminationReason: '',
})

/** What happens next; `answer`, `approve` and `finish` are about the latest effect of their kind, or about one that is answered already. */
const happening = fc.oneof(
  { weight: 6, arbitrary: fc.record({ is: fc.constant('look' as const), bad: fc.constantFrom(0, 2, 40, 90) }) },
  { weight: 3, arbitrary: fc.record({ is: fc.constant('probe' as const), ok: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({ is: fc.constant('answer' as const), fails: fc.boolean(), back: fc.nat({ max: 9 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      is: fc.constant('approve' as const),
      answer: fc.constantFrom('approved' as const, 'rejected' as const, 'none' as const),
      back: fc.nat({ max: 1 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ is: fc.constant('finish' as const), ok: fc.boolean(), back: fc.constantFrom(0, 0, 0, 1) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ is: fc.constant('rollout' as const), aborted: fc.boolean(), next: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ is: fc.constant('time' as const) }) },
)
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never

const script = fc.array(
  fc.tuple(happening, fc.constantFrom(0, 1000, 5000, 5000, 30_000), fc.constantFrom(1, 1, 1, 2)),
  {
    minLength: 20,
    maxLength: 120,
  },
)

const modes = fc.record(
  Object.fromEntries(safeClasses.map(name => [name, fc.constantFrom('allow', 'allow', 'ask', 'deny')])),
)
const policy = fc
  .record({
    on: fc.constantFrom('alarm', 'diagnosis'),
    blind: fc.shuffledSubarray([...safeClasses], { minLength: 2 }),
    modes,
    toolCalls: fc.nat({ max: 12 }),
  })
  .map(({ on, blind, modes: chosen, toolCalls }) => {
    const spec = {
      description: 'any',
      decide: { deciders: ['probe', 'threshold'] },
      detectors: { threshold: { minRequests: 20, interval: '5s' }, probe: { failed: 1, of: 2 } },
      diagnose: { toolCalls, window: '10m', deadline: '60s', secondLook: '20s' },
      remediate: { on, blind: on === 'alarm' ? blind : [], verify: { settle: '5s', looks: 2, deadline: '20s' } },
      gate: { classes: Object.fromEntries(Object.entries(chosen).map(([name, mode]) => [name, { mode }])) },
    }
    const document = { apiVersion: 'carmine/v1alpha1', kind: 'Policy', metadata: { name: 'any' }, spec }
    return policyDocument.parse(document).spec
  })

function lookOf(t: number, bad: number): Observation {
  const counts = { requests: 100, errors: bad }
  const latency = [100 - bad, 0, 0]
  const versions = [{ podTemplateHash: 'old', pods: 3, ...counts, latency, inFlight: 1, byPod: [] }]
  const services = ['gateway', 'checkout', 'payments'].map(service => ({
    service,
    requests: 100,
    errors: service === 'payments' ? 0 : bad,
    slow: 0,
  }))
  return { type: 'look', look: { fromMs: t - 5000, toMs: t, versions, services } }
}

function answerTo({ tool }: ToolCall): ToolAnswer {
  switch (tool) {
    case 'changes':
      return { tool, changes: [] }
    case 'objects': {
      const rollout = { name: 'checkout', replicas: 10, maxReplicas: 20, cpuLimitMilli: null, memoryLimitMiB: null }
      const use = { node: 'node', startedAtMs: 0, cpuMilli: 10, memoryMiB: 10 }
      return { tool, rollout, pods: pods.map(name => ({ ...podOf(name), ...use })), revisions: [] }
    }
    case 'events':
      return { tool, events: [] }
    case 'logs': {
      const line = { service: 'checkout', podTemplateHash: 'old', level: 'warn' as const, message: 'deprecated' }
      return { tool, lines: [{ ...line, count: 900 }] }
    }
    case 'metrics': {
      const busy = { service: 'checkout', podTemplateHash: '', requestsPerSecond: 20, errorRatio: 0, slowRatio: 0 }
      const now = [{ ...busy, meanMs: 100, utilisation: 0.99 }]
      return { tool, before: now, now, pods: pods.map((pod, i) => ({ pod, inFlight: i === 0 ? 9 : 1 })) }
    }
    case 'graph':
      return { tool, entry: site.entry, calls: [...site.calls!] }
    case 'flags':
      return { tool, flags: [] }
  }
}

type Played = { readonly effects: Effect[]; readonly engine: EngineState; readonly observations: TimedObservation[] }

/** Plays a script to an engine that gets answers to what it asks for, late, twice or never. */
function play(
  spec: EngineState['setting']['policy'],
  level: Level,
  steps: readonly [Happening, number, number][],
): Played {
  const timing = { latencyBucketsS: [0.1, 0.5], lookIntervalMs: 5000, horizonMs: 1_800_000, site }
  const engine = createEngine({ policy: spec, trial: 'trial', shadows: false, ...timing }, level)
  const effects: Effect[] = []
  const observations: TimedObservation[] = []
  const latest = <T extends Effect['type']>(back: number, ...types: T[]) =>
    effects.filter((effect): effect is Extract<Effect, { type: T }> => types.includes(effect.type as T)).at(-1 - back)
  const tell = (observation: TimedObservation) => {
    observations.push(observation)
    effects.push(...step(engine, observation))
  }
  let t = 0
  let revision = 1
  const rollout = { ...updatingRollout, name: 'checkout', replicas: 10, stableHash: 'old' }
  tell({ t, type: 'rollout.changed', rollout: { ...rollout, revision, currentHash: 'old' } })
  for (const name of pods) tell({ t, type: 'pod.changed', pod: podOf(name) })
  const observationOf = (what: Happening): Observation | undefined => {
    switch (what.is) {
      case 'look':
        return lookOf(t, what.bad)
      case 'probe':
        return { type: 'probe.answered', ok: what.ok, durationMs: 10 }
      case 'answer': {
        const call = latest(what.back, 'callTool')
        if (call === undefined) return undefined
        const { tool } = call.call
        return {
          type: 'tool.answered',
          effectId: call.id,
          answer: what.fails ? { tool, error: 'down' } : answerTo(call.call),
        }
      }
      case 'approve': {
        const asked = latest(what.back, 'askApproval')
        return asked && { type: 'approval.answered', effectId: asked.id, answer: what.answer }
      }
      case 'finish': {
        const done = latest(what.back, 'apply', 'abort', 'undo', 'hold', 'resume')
        return done && { type: 'effect.finished', effectId: done.id, ok: what.ok, message: '' }
      }
      case 'rollout': {
        if (what.next) revision++
        const currentHash = revision === 1 ? 'old' : 'new'
        const message =
          'Rollout aborted update to revision 2: Metric "errors" assessed Failed due to failed (1) > failureLimit (0)'
        return {
          type: 'rollout.changed',
          rollout: { ...rollout, revision, currentHash, aborted: what.aborted, message },
        }
      }
      case 'time':
        return { type: 'time.passed' }
    }
  }
  for (const [what, advance, times] of steps) {
    t += advance
    const observation = observationOf(what)
    for (let i = 0; observation !== undefined && i < times; i++) tell({ t, ...observation } as TimedObservation)
  }
  return { effects, engine, observations }
}

const keyOf = ({ incident, action }: { readonly incident: string; readonly action: object }) =>
  `${incident} ${JSON.stringify(action)}`
const ofLevel: readonly Effect['type'][][] = [
  ['alarm', 'page', 'wake', 'incident', 'audit'],
  ['hold', 'resume', 'abort', 'undo'],
  ['callTool', 'diagnose'],
  ['propose'],
  ['gate', 'askApproval', 'apply', 'verify'],
]

it('applies only what the gate allows and people approve, once, takes it back until that is done, a bounded number of times, and stays within its level', () => {
  let applied = 0
  let takenBack = 0
  let again = 0
  fc.assert(
    fc.property(policy, fc.constantFrom<Level>('L4', 'L4', 'L4', ...levels), script, (spec, level, steps) => {
      const { effects, observations } = play(spec, level, steps as [Happening, number, number][])
      const may = ofLevel.slice(0, levels.indexOf(level) + 1).flat()
      expect(effects.filter(({ type }) => !may.includes(type))).toEqual([])
      expect(new Set(effects.map(({ id }) => id)).size).toBe(effects.length)
      const approved = observations.flatMap(one =>
        one.type === 'approval.answered' && one.answer === 'approved' ? one.effectId : [],
      )
      const allowed: string[] = []
      const applies = new Map<string, Effect & { type: 'apply' }>()
      const undos = new Map<string, string[]>()
      const doneAt = (id: string) =>
        observations.findIndex(one => one.type === 'effect.finished' && one.ok && one.effectId === id)
      for (const effect of effects) {
        if (effect.type === 'gate' && effect.verdict === 'allow') allowed.push(keyOf(effect))
        if (effect.type === 'askApproval' && approved.includes(effect.id)) allowed.push(keyOf(effect))
        if (effect.type !== 'apply') continue
        if (effect.undoes === null) {
          expect(allowed).toContain(keyOf(effect))
          allowed.splice(allowed.indexOf(keyOf(effect)), 1)
          applied++
        } else {
          const original = applies.get(effect.undoes)!
          expect(targetName(effect.action.target)).toBe(targetName(original.action.target))
          expect(effect.action.class).toBe(original.action.class)
          const before = undos.get(effect.undoes) ?? []
          expect(before.length).toBeLessThanOrEqual(spec.budget.retries)
          const step = Number(effect.id.split('/').at(-2))
          for (const done of before.map(doneAt)) expect(done === -1 || done >= step).toBe(true)
          undos.set(effect.undoes, [...before, effect.id])
          if (before.length > 0) again++
          takenBack++
        }
        if (effect.undoes === null) applies.set(effect.id, effect)
      }
    }),
    // The same scripts each time, so that the counts below are no matter of luck.
    { numRuns: 500, seed: 1 },
  )
  // Else the property holds of nothing.
  expect(applied).toBeGreaterThan(30)
  expect(takenBack).toBeGreaterThan(0)
  expect(again).toBeGreaterThan(0)
})

it('diagnoses and proposes once for an incident, within its budget of calls, and leaves an audit log that verifies', () => {
  fc.assert(
    fc.property(policy, script, (spec, steps) => {
      const { effects, engine } = play(spec, 'L4', steps as [Happening, number, number][])
      for (const type of ['diagnose', 'propose'] as const) {
        const about = effects.flatMap(effect =>
          effect.type === 'diagnose' && type === 'diagnose'
            ? effect.diagnosis.incident
            : effect.type === 'propose' && type === 'propose'
              ? effect.proposal.incident
              : [],
        )
        expect(new Set(about).size).toBe(about.length)
      }
      const { toolCalls, window } = spec.diagnose
      for (const atMs of engine.toolCallsMs)
        expect(engine.toolCallsMs.filter(other => other > atMs - window && other <= atMs).length).toBeLessThanOrEqual(
          toolCalls,
        )
      expect(effects.filter(({ type }) => type === 'callTool')).toHaveLength(engine.toolCallsMade)
      const lines = effects.flatMap(effect => (effect.type === 'audit' ? effect.line : []))
      const faults = verifyAudit(lines).filter(({ message }) => !message.endsWith('without a result'))
      expect(faults).toEqual([])
    }),
    { numRuns: 200 },
  )
})

it('does the same from a snapshot that is taken half way', () => {
  fc.assert(
    fc.property(policy, script, fc.nat({ max: 100 }), (spec, steps, cut) => {
      const { effects, observations, engine: reference } = play(spec, 'L4', steps as [Happening, number, number][])
      let engine = createEngine(reference.setting, 'L4')
      const again = observations.flatMap((observation, i) => {
        if (i === cut) engine = structuredClone(engine)
        return step(engine, observation)
      })
      expect(again).toEqual(effects)
    }),
    { numRuns: 100 },
  )
})
