import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SafeAction } from '../../harness/model/safe-action.ts'
import { targetName } from '../../harness/model/safe-action.ts'
import { inverseOf } from './action-text.ts'
import { requestOf } from './fixtures/attempt.ts'
import {
  aborted,
  allClasses,
  factsOf,
  lookAt,
  policyOf,
  quiet,
  restart,
  retry,
  scale,
  template,
  widen,
} from './fixtures/shop.ts'
import { judgeAction } from './gate.ts'
import { actionApplied, actionFinished, actionUndone, createGate } from './state.ts'

const minute = 60_000
const policy = policyOf({
  // Tight windows, so that random walks meet every bound.
  classes: {
    ...allClasses,
    scale: { mode: 'allow', budget: { atMost: 3, within: '40m' } },
    widenThreshold: { mode: 'allow', productOver: '2h', budget: { atMost: 4, within: '30m' } },
  },
  budget: { atMost: 8, within: '30m' },
  oscillation: { undone: 3, within: '30m' },
  coolDown: { denials: 40, within: '1m', for: '1m' },
})

/** The world that the gate lets change: what was applied, when, and for how long it was under way. */
interface World {
  nowMs: number
  replicas: number
  readonly limits: Record<string, number>
  readonly applied: { action: SafeAction; atMs: number; untilMs: number; undo: boolean; undone: boolean }[]
}

const step = fc.record({
  afterMs: fc.oneof(fc.integer({ min: 0, max: 5 * minute }), fc.constant(30 * minute)),
  choice: fc.constantFrom('scale', 'widen', 'widenOther', 'restart', 'retry', 'quiet', 'undo', 'garbage'),
  amount: fc.oneof(fc.double({ min: 0.5, max: 3, noNaN: true }), fc.constantFrom(1.9, 1.1, 2, Number.NaN)),
  honest: fc.boolean(),
  outcome: fc.constantFrom('finished', 'finished', 'failed', 'lost', 'undone'),
  garbage: fc.anything(),
})
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** What an engine that tries everything would ask for; dishonest ones lie about what is in force. */
function ask(world: World, { choice, amount, honest, garbage }: Step): unknown {
  const from = honest ? 1 : 0.5
  switch (choice) {
    case 'scale':
      return scale(Math.round(world.replicas * amount), Math.round(world.replicas * from))
    case 'widen':
      return widen(world.limits['error-rate']! * amount, world.limits['error-rate']! * from)
    case 'widenOther':
      return widen(world.limits['p99']! * amount, world.limits['p99']! * from, 'latency', 'p99')
    case 'restart':
      return restart(`checkout-old-${Math.round(amount * 3) % 10}`)
    case 'retry':
      return retry(amount > 2 ? 'new' : 'newer')
    case 'quiet':
      return quiet(honest ? 'cache miss' : 'payment failed')
    case 'undo': {
      const last = world.applied.findLast(({ action, undo, undone }) => !undo && !undone && inverseOf(action) !== null)
      return last === undefined ? null : inverseOf(last.action)
    }
    case 'garbage':
      return garbage
  }
}

function take(world: World, action: SafeAction): void {
  if (action.class === 'scale') world.replicas = action.replicas
  if (action.class === 'widenThreshold') world.limits[action.metric] = action.toValue
}

/** Plays proposals through a gate, as a shell would, and calls `check` after each. */
function play(steps: readonly Step[], check: (world: World) => void): World {
  const world: World = { nowMs: 0, replicas: 10, limits: { 'error-rate': 0.05, p99: 500 }, applied: [] }
  const state = createGate()
  for (const each of steps) {
    world.nowMs += each.afterMs
    const request = requestOf(ask(world, each), { incident: `trial/i${world.nowMs}` })
    const facts = factsOf({
      nowMs: world.nowMs,
      rollout: { ...aborted, replicas: world.replicas, currentHash: each.amount > 2 ? 'new' : 'newer' },
      looks: [lookAt(world.nowMs), versionsOf(lookAt(world.nowMs), each.amount > 2 ? 'new' : 'newer')],
    })
    const { verdict, action, reasons } = judgeAction(state, policy, request, facts)
    expect(reasons.length > 0).toBe(verdict !== 'allow')
    if (verdict !== 'allow' || action === null) continue
    const undo = each.choice === 'undo'
    actionApplied(state, action, world.nowMs)
    const entry = { action, atMs: world.nowMs, untilMs: world.nowMs + policy.lease, undo, undone: false }
    world.applied.push(entry)
    if (each.outcome === 'failed') actionFinished(state, action, world.nowMs, false)
    else take(world, action)
    if (each.outcome === 'finished' || (undo && each.outcome !== 'failed')) {
      actionFinished(state, action, world.nowMs, true)
    }
    if (each.outcome === 'undone' && !undo) {
      actionUndone(state, action, world.nowMs)
      const inverse = inverseOf(action)
      if (inverse !== null) take(world, inverse)
      entry.undone = true
    }
    if (undo && each.outcome !== 'failed') {
      const inverse = JSON.stringify(inverseOf(action))
      const original = world.applied.findLast(other => !other.undone && JSON.stringify(other.action) === inverse)
      if (original !== undefined) Object.assign(original, { undone: true, untilMs: world.nowMs })
    }
    if (each.outcome !== 'lost' || undo) entry.untilMs = world.nowMs
    check(world)
  }
  return world
}

function versionsOf(look: ReturnType<typeof lookAt>, hash: string): ReturnType<typeof lookAt> {
  return {
    ...look,
    versions: look.versions.map((version, index) => (index === 0 ? { ...version, podTemplateHash: hash } : version)),
  }
}

/** Actions of the last `windowMs` that are no undoing. */
function recent({ applied, nowMs }: World, windowMs: number) {
  return applied.filter(({ undo, atMs }) => !undo && atMs > nowMs - windowMs)
}

function holds(property: (world: World) => void, numRuns = 400): void {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), steps => {
      play(steps, property)
    }),
    { numRuns },
  )
}

describe('whatever is proposed', () => {
  it('keeps replicas between the baseline and twice that', () => {
    holds(({ replicas }) => expect(replicas >= 10 && replicas <= 20).toBe(true))
  })

  it('keeps every limit below twice the baseline, and the product of the steps in the window', () => {
    holds(world => {
      expect(world.limits['error-rate']!).toBeLessThan(0.1)
      expect(world.limits['p99']!).toBeLessThan(1000)
      for (const metric of ['error-rate', 'p99']) {
        const product = recent(world, 120 * minute).reduce(
          (soFar, { action, undone }) =>
            action.class === 'widenThreshold' && action.metric === metric && !undone
              ? (soFar * action.toValue) / action.fromValue
              : soFar,
          1,
        )
        expect(product).toBeLessThan(2)
      }
    })
  })

  it('keeps the budgets of targets and of all', () => {
    holds(world => {
      expect(recent(world, 30 * minute).length).toBeLessThanOrEqual(8)
      const scaled = recent(world, 40 * minute).filter(({ action }) => action.class === 'scale')
      expect(scaled.length).toBeLessThanOrEqual(3)
      for (const name of ['error-rate', 'latency']) {
        const widened = recent(world, 30 * minute).filter(
          ({ action }) => targetName(action.target) === targetName(template(name)),
        )
        expect(widened.length).toBeLessThanOrEqual(4)
      }
    })
  })

  it('retries a revision once', () => {
    holds(({ applied }) => {
      const retried = applied.flatMap(({ action }) => (action.class === 'retry' ? [action.podTemplateHash] : []))
      expect(new Set(retried).size).toBe(retried.length)
    })
  })

  it('never silences an error', () => {
    holds(({ applied }) => {
      expect(applied.some(({ action }) => action.class === 'quietLog' && action.message === 'payment failed')).toBe(
        false,
      )
    })
  })

  it('has at most one action under way on a target', () => {
    holds(({ applied, nowMs }) => {
      const held = applied.filter(({ untilMs }) => untilMs > nowMs).map(({ action }) => targetName(action.target))
      expect(new Set(held).size).toBe(held.length)
    })
  })

  it('gives the same verdicts from the same proposals', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), steps => {
        expect(play(steps, () => {})).toEqual(play(steps, () => {}))
      }),
      { numRuns: 100 },
    )
  })

  it('is often allowed, so that these invariants are tried', () => {
    const classes = new Set<string>()
    let takenBack = 0
    for (const steps of fc.sample(fc.array(step, { minLength: 60, maxLength: 60 }), { numRuns: 50, seed: 1 })) {
      const { applied } = play(steps, () => {})
      for (const { action } of applied) classes.add(action.class)
      takenBack += applied.filter(({ undo }) => undo).length
    }
    expect([...classes].sort()).toEqual(['quietLog', 'restartPod', 'retry', 'scale', 'widenThreshold'])
    expect(takenBack).toBeGreaterThan(20)
  })
})
