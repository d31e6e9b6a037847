import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CanaryStep, Rollout } from '../../manifests/argo-types.ts'
import { cloneQueue, createQueue, type EventQueue, peek, pop } from '../queue.ts'
import type { RolloutEvent } from './events.ts'
import { handleRolloutEvent, type RolloutPorts } from './handle.ts'
import { abort, applyRollout, promote, promoteFull, retry, scaleTo, setTemplate, undo } from './operations.ts'
import { cloneRolloutState, type EmittedEvent, type RolloutState } from './state.ts'
import { drainChanges, drainEvents, type RolloutChange } from './views.ts'

const deployMs = 60_000
const prometheus = (query: string) => ({ prometheus: { query } })
const templates = [
  {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisTemplate' as const,
    metadata: { name: 'check' },
    spec: {
      metrics: [
        {
          name: 'sinks',
          interval: '7s',
          failureLimit: 2,
          successCondition: 'result[0] >= 0.9',
          provider: prometheus('sinks'),
        },
        { name: 'slow', interval: '5s', count: 4, successCondition: 'result[0] >= 0', provider: prometheus('slow') },
        { name: 'never', initialDelay: '10m', provider: prometheus('never') },
      ],
    },
  },
]

function template(version: string) {
  return { metadata: { labels: { app: 'app' }, annotations: { version } }, spec: { containers: [{ name: 'app' }] } }
}

function rolloutOf(steps: readonly CanaryStep[]): Rollout {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name: 'app' },
    spec: {
      replicas: 5,
      minReadySeconds: 2,
      selector: { matchLabels: { app: 'app' } },
      template: template('v1'),
      strategy: { canary: { steps, analysis: { templates: [{ templateName: 'check' }] } } },
    },
  }
}

/** Answers are functions of the time and the pod alone: 0.5 from the thirteenth second after the deploy on. */
const ports: RolloutPorts = {
  measure(_, metric, nowMs) {
    const value = metric.name === 'sinks' && nowMs > deployMs + 13_000 ? 0.5 : 1
    return { answer: { kind: 'vector', values: [value] }, delayMs: metric.name === 'slow' ? 1300 : 0 }
  },
  podTimings: ({ ordinal }) => ({
    scheduleMs: 50,
    pullMs: 100,
    startMs: 300,
    readyFlipsMs: [500 + 700 * (ordinal % 3)],
    exitMs: null,
    terminateMs: 1500,
  }),
}

interface World {
  readonly state: RolloutState
  readonly queue: EventQueue<RolloutEvent>
  readonly seen: (EmittedEvent | RolloutChange)[]
}

function deployed(analysis: RolloutState['analysis'], steps: readonly CanaryStep[]): World {
  const queue = createQueue<RolloutEvent>()
  const world: World = {
    state: applyRollout({ rollout: rolloutOf(steps), templates, analysis, seed: 'fork' }, queue, 0),
    queue,
    seen: [],
  }
  run(world, deployMs)
  setTemplate(world.state, template('v2'), queue, deployMs)
  return world
}

/** Handles everything before a time, or up to the event after which `stop` holds. */
function run(world: World, untilMs: number, stop: (state: RolloutState) => boolean = () => false): void {
  const { state, queue, seen } = world
  for (let next = peek(queue); next !== undefined && next.t < untilMs; next = peek(queue)) {
    handleRolloutEvent(state, pop(queue)!, queue, ports)
    seen.push(...drainChanges(state), ...drainEvents(state))
    if (stop(state)) return
  }
}

function clone({ state, queue, seen }: World): World {
  return { state: cloneRolloutState(state), queue: cloneQueue(queue), seen: seen.slice() }
}

const halfWay: readonly CanaryStep[] = [{ setWeight: 40 }, { pause: {} }]

describe('a dry run forked where the first metric completed badly', () => {
  const live = deployed('live', halfWay)
  run(live, deployMs + 120_000)
  const dry = deployed('dryRun', halfWay)
  run(dry, deployMs + 120_000, state => state.badMetrics > 0)
  const fork = clone(dry)
  fork.state.analysis = 'live'
  run(fork, deployMs + 120_000)
  run(dry, deployMs + 120_000)

  test('goes on event for event as if it had been live from the start', () => {
    expect(fork.seen).toEqual(live.seen)
    expect(fork.state).toEqual(live.state)
    expect(live.state.status).toMatchObject({ phase: 'Degraded', abort: true })
  })

  test('leaves the dry run as it is: the metric has failed, the rollout has not', () => {
    expect(dry.state.status).toMatchObject({ phase: 'Paused', abort: false })
    expect(dry.state.badMetrics).toBe(1)
    expect(dry.state.runs[0]!.results[0]).toMatchObject({ name: 'sinks', phase: 'Failed' })
  })
})

const operations = {
  abort: (world: World, nowMs: number) => abort(world.state, world.queue, nowMs),
  retry: (world: World, nowMs: number) => retry(world.state, world.queue, nowMs),
  promote: (world: World, nowMs: number) => promote(world.state, world.queue, nowMs),
  promoteFull: (world: World, nowMs: number) => promoteFull(world.state, world.queue, nowMs),
  undo: (world: World, nowMs: number) => undo(world.state, undefined, world.queue, nowMs),
  update: (world: World, nowMs: number) => setTemplate(world.state, template(`at ${nowMs}`), world.queue, nowMs),
  scale: (world: World, nowMs: number) => scaleTo(world.state, 1 + (nowMs % 9), world.queue, nowMs),
}

const scripts = fc
  .array(
    fc.record({
      at: fc.nat(60_000),
      operation: fc.constantFrom(...(Object.keys(operations) as (keyof typeof operations)[])),
    }),
    { maxLength: 6 },
  )
  .map(script => script.toSorted((a, b) => a.at - b.at))

function perform(
  world: World,
  script: readonly { at: number; operation: keyof typeof operations }[],
  fromMs = 0,
): void {
  for (const { at, operation } of script) {
    if (at < fromMs) continue
    run(world, deployMs + at)
    operations[operation](world, deployMs + at)
  }
  run(world, deployMs + 90_000)
}

const steps: readonly CanaryStep[] = [
  { setWeight: 20 },
  { pause: { duration: 6 } },
  { setWeight: 60 },
  { pause: { duration: '8s' } },
]

test('the same operations at the same times give the same world, also when it is copied half-way', () => {
  fc.assert(
    fc.property(scripts, fc.nat(60_000), (script, copyAt) => {
      const whole = deployed('live', steps)
      perform(whole, script)
      const original = deployed('live', steps)
      performUntil(original, script, copyAt)
      const copy = clone(original)
      perform(original, script, copyAt)
      perform(copy, script, copyAt)
      expect(copy.seen).toEqual(whole.seen)
      expect(copy.state).toEqual(whole.state)
      expect(original.state).toEqual(whole.state)
    }),
    { numRuns: 30 },
  )
})

/** The part of a script before a time. */
function performUntil(
  world: World,
  script: readonly { at: number; operation: keyof typeof operations }[],
  untilMs: number,
): void {
  for (const { at, operation } of script) {
    if (at >= untilMs) break
    run(world, deployMs + at)
    operations[operation](world, deployMs + at)
  }
  run(world, deployMs + untilMs)
}

test('desired pods stay within the surge while only updates, aborts and promotions happen', () => {
  fc.assert(
    fc.property(
      scripts.map(script => script.filter(({ operation }) => operation !== 'scale')),
      script => {
        const world = deployed('live', steps)
        let most = 0
        for (const { at, operation } of [...script, { at: 90_000, operation: 'promote' as const }]) {
          run(world, deployMs + at, state => {
            most = Math.max(
              most,
              state.kubernetes.replicaSets.reduce((sum, one) => sum + one.specReplicas, 0),
            )
            return false
          })
          operations[operation](world, deployMs + at)
        }
        expect(most).toBeLessThanOrEqual(7)
      },
    ),
    { numRuns: 30 },
  )
})

test('without operations the step index only rises', () => {
  const world = deployed('dryRun', steps)
  run(world, deployMs + 120_000)
  const indices = world.seen.flatMap(one =>
    'rollout' in one && one.rollout.revision === 2 ? [one.rollout.currentStepIndex] : [],
  )
  const begun = indices.slice(indices.indexOf(0))
  expect(begun).toEqual(begun.toSorted((a, b) => a - b))
  expect(world.state.status).toMatchObject({ phase: 'Healthy', currentStepIndex: 4 })
})
